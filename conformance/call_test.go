package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// ask calls PHP and describes what came of it as answer does.
func ask(t *testing.T, w *php.Worker, fn string, args ...any) string {
	t.Helper()
	a, err := w.CallErrors(fn, args...)
	if err != nil {
		t.Fatal(err)
	}
	if a.Exception != nil || len(a.Warnings) > 0 {
		t.Fatalf("%s: exception %v, warnings %v", fn, a.Exception, a.Warnings)
	}
	return fmt.Sprintf("%s errors %s", normal(a.Result), normal(a.Errors))
}

// answer describes a result of ours and what it left on the stack of errors.
func answer(result any, notices []string) string {
	errors := "false" // as imap_errors has it
	if len(notices) > 0 {
		errors = normal(phpvalue.Latin1(notices))
	}
	return fmt.Sprintf("%s errors %s", normal(phpvalue.Latin1(result)), errors)
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// normal writes the strings of a JSON text in one way. json.Marshal writes "<"
// as "\u003c" and json_encode does not, and that is all that may differ.
func normal(text []byte) string {
	return string(jsonString.ReplaceAllFunc(text, func(literal []byte) []byte {
		var s string
		if err := json.Unmarshal(literal, &s); err != nil {
			return literal
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.Encode(s)
		return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	}))
}

func TestNormal(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{"a":"\u003cb\u003e","c":1}`, `{"a":"<b>","c":1}`},
		{`["\\u003c","\"","\/"]`, `["\\u003c","\"","/"]`},
		{`[{},[],1.0,null]`, `[{},[],1.0,null]`},
	} {
		if got := normal([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, got, tt.want)
		}
	}
	if got := normal([]byte(`"` + strings.Repeat(`\u0001`, 3) + `"`)); got != `"\u0001\u0001\u0001"` {
		t.Errorf("got %s", got)
	}
}
