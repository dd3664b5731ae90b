package archive

import (
	"os"
	"strings"
	"testing"
)

// Each Go example of the page stands in one of the files of this folder.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../testing.md")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range []string{"archive.go", "archive_test.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	examples := strings.Split(string(page), "```go\n")[1:]
	for _, example := range examples {
		example, _, _ = strings.Cut(example, "```")
		if !strings.Contains(code.String(), example) {
			t.Errorf("not in the files:\n%s", example)
		}
	}
	if len(examples) < 3 {
		t.Errorf("%d examples", len(examples))
	}
}
