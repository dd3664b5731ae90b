package imaptest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// failures is a test that keeps what fails.
type failures struct {
	testing.TB
	texts []string
}

func (f *failures) Helper() {}

func (f *failures) Errorf(format string, args ...any) {
	f.texts = append(f.texts, fmt.Sprintf(format, args...))
}

func TestGolden(t *testing.T) {
	header, err := imapcompat.RFC822ParseHeaders("From: Ada <ada@example.org>\r\nSubject: caf\xe9 / <x>\r\n")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"subject":"caf\ufffd \/ <x>","Subject":"caf\ufffd \/ <x>","fromaddress":"Ada <ada@example.org>",` +
		`"from":[{"personal":"Ada","mailbox":"ada","host":"example.org"}],` +
		`"reply_toaddress":"Ada <ada@example.org>","reply_to":[{"personal":"Ada","mailbox":"ada","host":"example.org"}],` +
		`"senderaddress":"Ada <ada@example.org>","sender":[{"personal":"Ada","mailbox":"ada","host":"example.org"}]}`
	for _, test := range []struct {
		name, file string
		value      any
		want       []string // in the failure; nothing means no failure
	}{
		{"equal", want, header, nil},
		{"another value", strings.Replace(want, "ada", "bob", 1), header,
			[]string{`  - fromaddress: "Ada <bob@example.org>"`, `  + fromaddress: "Ada <ada@example.org>"`}},
		{"missing property", strings.Replace(want, `"personal":"Ada",`, "", 1), header, []string{`  + from[0].personal: "Ada"`}},
		{"another order", `{"b":1,"a":[]}`, map[string]any{"a": []int{}, "b": 1}, []string{"the order differs", "  - b: 1", "  + a: []"}},
		{"twice", `[1,1]`, []int{1}, []string{"  - [1]: 1"}},
		{"a dot in a name", `{"a.b":1}`, map[string]any{"a": map[string]int{"b": 1}}, []string{`  - ["a.b"]: 1`, "  + a.b: 1"}},
		{"what a terminal obeys", `"a"`, "\u009b31m\u202e", []string{`  + "\u009b31m\u202e"`}},
		{"no JSON", `{"a":`, 1, []string{"not JSON"}},
		{"more JSON", `1 2`, 1, []string{"text follows"}},
		{"no value", `1`, func() {}, []string{"unsupported type"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(file, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			f := &failures{TB: t}
			imaptest.Golden(f, file, test.value)
			text := strings.Join(f.texts, "\n")
			if (len(test.want) > 0) != (text != "") {
				t.Errorf("failure: %q", text)
			}
			for _, part := range test.want {
				if !strings.Contains(text, part) {
					t.Errorf("no %q in:\n%s", part, text)
				}
			}
		})
	}
}

func TestGoldenWithoutFile(t *testing.T) {
	f := &failures{TB: t}
	imaptest.Golden(f, filepath.Join(t.TempDir(), "x.json"), 1)
	if len(f.texts) != 1 || !strings.Contains(f.texts[0], "go test -update writes it") {
		t.Errorf("%q", f.texts)
	}
}

// goldenFile is the environment variable with the file of TestGoldenUpdates' other process.
const goldenFile = "IMAPTEST_GOLDEN_FILE"

func TestGoldenUpdates(t *testing.T) {
	if file := os.Getenv(goldenFile); file != "" {
		imaptest.Golden(t, file, map[string]string{"subject": "<a>"})
		if strings.Contains(strings.Join(os.Args, " "), "define") {
			t.Errorf("arguments %q", os.Args)
		}
		return
	}
	file := filepath.Join(t.TempDir(), "testdata", "x.json")
	for _, args := range [][]string{{"-update"}, nil} { // it writes, and then compares
		cmd := exec.Command(os.Args[0], append(args, "-test.run=^TestGoldenUpdates$")...)
		cmd.Env = append(os.Environ(), goldenFile+"="+file)
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, output)
		}
	}
	text, err := os.ReadFile(file)
	if got, want := string(text), "{\n  \"subject\": \"<a>\"\n}\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
}
