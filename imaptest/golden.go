package imaptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Golden compares a result, such as a header object, an overview or a structure, with the JSON
// in a file. The JSON is that of PHP's json_encode, so PHP can write the file too:
//
//	file_put_contents('testdata/cron.json', json_encode(imap_headerinfo($imap, 1), JSON_INVALID_UTF8_SUBSTITUTE));
//
// The order of properties counts, white space and escapes do not. A difference fails the test and
// is shown property by property. With go test -update Golden writes the file.
func Golden(t testing.TB, file string, value any) {
	t.Helper()
	got, err := encode(value, "  ")
	if err != nil {
		t.Errorf("imaptest: %v", err)
		return
	}
	if f := flag.Lookup(updateFlag); f != nil && f.Value.String() == "true" {
		if err := writeGolden(file, got); err != nil {
			t.Errorf("imaptest: %v", err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("imaptest: there is no %s: go test -%s writes it", file, updateFlag)
		return
	}
	if err != nil {
		t.Errorf("imaptest: %v", err)
		return
	}
	difference, err := compareGolden(want, got)
	switch {
	case err != nil:
		t.Errorf("imaptest: %s: %v", file, err)
	case difference != "":
		t.Errorf("%s differs (- the file, + the result; go test -%s writes the file):\n%s", file, updateFlag, difference)
	}
}

// encode returns JSON in which "<", ">" and "&" stay as they are.
func encode(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(value)
	return b.Bytes(), err
}

func writeGolden(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// compareGolden returns the lines in which two JSON texts differ, or "".
func compareGolden(want, got []byte) (string, error) {
	wanted, err := flatten(want)
	if err != nil {
		return "", err
	}
	found, err := flatten(got)
	if err != nil {
		return "", err
	}
	if slices.Equal(wanted, found) {
		return "", nil
	}
	var b strings.Builder
	for _, line := range missingFrom(found, wanted) {
		fmt.Fprintf(&b, "  - %s\n", line)
	}
	for _, line := range missingFrom(wanted, found) {
		fmt.Fprintf(&b, "  + %s\n", line)
	}
	if b.Len() == 0 {
		i := 0
		for wanted[i] == found[i] {
			i++
		}
		fmt.Fprintf(&b, "  the order differs:\n  - %s\n  + %s\n", wanted[i], found[i])
	}
	return b.String(), nil
}

func missingFrom(list, lines []string) []string {
	has := make(map[string]int)
	for _, line := range list {
		has[line]++
	}
	var missing []string
	for _, line := range lines {
		if has[line]--; has[line] < 0 {
			missing = append(missing, line)
		}
	}
	return missing
}

// flatten returns a line for each value of a JSON text, in order: `from[0].mailbox: "ada"`.
func flatten(text []byte) ([]string, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	lines, err := flattenValue(nil, d, "")
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if d.More() {
		return nil, errors.New("not JSON: text follows the value")
	}
	return lines, nil
}

func flattenValue(lines []string, d *json.Decoder, path string) ([]string, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	opening, ok := token.(json.Delim)
	if !ok {
		scalar, err := encode(token, "")
		return append(lines, line(path, strings.TrimSuffix(string(scalar), "\n"))), err
	}
	known := len(lines)
	for i := 0; d.More(); i++ {
		element := fmt.Sprintf("%s[%d]", path, i)
		if opening == '{' {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			element = strings.TrimPrefix(path+"."+key.(string), ".")
		}
		if lines, err = flattenValue(lines, d, element); err != nil {
			return nil, err
		}
	}
	closing, err := d.Token()
	if len(lines) == known { // it is empty
		lines = append(lines, line(path, fmt.Sprintf("%v%v", opening, closing)))
	}
	return lines, err
}

func line(path, value string) string { return strings.TrimPrefix(path+": "+value, ": ") }
