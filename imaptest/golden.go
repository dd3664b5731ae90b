package imaptest

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/flatjson"
)

// Golden compares a result, such as a header object, an overview or a structure, with the JSON
// in a file, as [CheckJSON] does. PHP can write the file too:
//
//	file_put_contents('testdata/cron.json', json_encode(imap_headerinfo($imap, 1), JSON_INVALID_UTF8_SUBSTITUTE));
//
// With go test -update Golden writes the file. Packages are named before the flag: go test ./mail
// -update.
func Golden(t testing.TB, file string, value any) {
	t.Helper()
	if f := flag.Lookup(updateFlag); f != nil && f.Value.String() == "true" {
		if err := writeGolden(file, value); err != nil {
			t.Errorf("imaptest: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("imaptest: there is no %s: go test -%s writes it", file, updateFlag)
	case err != nil:
		t.Errorf("imaptest: %v", err)
	default:
		check(t, value, string(want), fmt.Sprintf("%s (go test -%s writes it)", file, updateFlag))
	}
}

// CheckJSON compares a result, such as a header object, an overview or a structure, with a JSON
// text, which PHP's json_encode may have returned. The order of properties counts, white space
// and escapes do not. A difference fails the test and is shown property by property.
func CheckJSON(t testing.TB, value any, want string) {
	t.Helper()
	check(t, value, want, "what is expected")
}

func check(t testing.TB, value any, want, source string) {
	t.Helper()
	got, err := flatjson.Indent(value)
	if err != nil {
		t.Errorf("imaptest: %v", err)
		return
	}
	difference, err := compareJSON(want, got)
	switch {
	case err != nil:
		t.Errorf("imaptest: %s: %v", source, err)
	case difference != "":
		t.Errorf("%T (+) differs from %s (-):\n%s", value, source, difference)
	}
}

func writeGolden(file string, value any) error {
	text, err := flatjson.Indent(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// compareJSON returns the lines in which two JSON texts differ, or "".
func compareJSON(want, got string) (string, error) {
	wanted, err := flatjson.Values([]byte(want), ".")
	if err != nil {
		return "", err
	}
	found, err := flatjson.Values([]byte(got), ".")
	if err != nil {
		return "", err
	}
	if slices.Equal(wanted, found) {
		return "", nil
	}
	var b strings.Builder
	for _, v := range missingFrom(found, wanted) {
		fmt.Fprintf(&b, "  - %s\n", line(v))
	}
	for _, v := range missingFrom(wanted, found) {
		fmt.Fprintf(&b, "  + %s\n", line(v))
	}
	if b.Len() == 0 {
		i := 0
		for wanted[i] == found[i] {
			i++
		}
		fmt.Fprintf(&b, "  the order differs:\n  - %s\n  + %s\n", line(wanted[i]), line(found[i]))
	}
	return b.String(), nil
}

// missingFrom returns the values that are more often in values than in list.
func missingFrom(list, values []flatjson.Value) []flatjson.Value {
	has := make(map[flatjson.Value]int)
	for _, v := range list {
		has[v]++
	}
	var missing []flatjson.Value
	for _, v := range values {
		if has[v]--; has[v] < 0 {
			missing = append(missing, v)
		}
	}
	return missing
}

func line(v flatjson.Value) string { return strings.TrimPrefix(v.Path+": "+v.JSON, ": ") }
