package functions

import (
	"encoding/json"
	"os/exec"
	"testing"
)

// TestQueryVars compares fields of queries with PHP's $_GET.
func TestQueryVars(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no PHP")
	}
	for _, query := range []string{
		"", "a=1", "a=1&b=2&a=3", "a", "=1", "a%20b=c+d", "a.b=1", "%41=%zz", "a[]=1&a[]=2", "a[x][y]=1&a[x][z]=2&a[q]=3",
		"a[=1", "a[b=1", "a]=1", "[a]=1", "a[b]c=1", "a[b][=1", "a=1&a[b]=2", "a[0]=x&a[]=y&a[5]=z&a[]=w", "&&a=1&", " a=1", "a[][]=1&a[][]=2", "[a=1", "[=1", "a..b[c.d]=1",
	} {
		out, err := exec.Command(php, "-n", "-r", "parse_str($argv[1], $v); echo json_encode((array) $v);", "--", query).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(jsonOf(t, queryVars(query))); got != string(out) {
			t.Errorf("%q: got %s, want %s", query, got, out)
		}
	}
}

// jsonOf returns an array as PHP's json_encode writes it.
func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	a, ok := v.(*Array[any])
	if !ok {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	list := a.isList()
	text := []byte("{")
	if list {
		text = []byte("[")
	}
	for key, value := range a.All() {
		if len(text) > 1 {
			text = append(text, ',')
		}
		if !list {
			text = append(append(text, jsonOf(t, toString(key))...), ':')
		}
		text = append(text, jsonOf(t, value)...)
	}
	if list {
		return append(text, ']')
	}
	return append(text, '}')
}
