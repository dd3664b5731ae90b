package translate

import (
	"errors"
	"strings"
	"testing"
)

// __DIR__ and __FILE__ of an included file are its own.
func TestFolderOfIncludedFile(t *testing.T) {
	files := map[string]string{
		"app/main.php":    `<?php require __DIR__ . '/sub/one.php'; require __DIR__ . '/../lib/two.php'; echo __DIR__, where(), what(), other();`,
		"app/sub/one.php": `<?php function where() { return __DIR__; } function what() { return __FILE__; }`,
		"lib/two.php":     `<?php function other() { return __DIR__; }`,
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	}
	m, err := Program([]Source{{Name: "app/main.php", Text: []byte(files["app/main.php"])}}, Options{Read: read})
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"one.go": `return scriptDir() + "/sub"`,
		"two.go": `return filepath.Join(scriptDir(), "../lib")`,
	} {
		if code := string(m.Files[file]); !strings.Contains(code, want) {
			t.Errorf("%s lacks %s:\n%s", file, want, code)
		}
	}
	if code := string(m.Files["one.go"]); !strings.Contains(code, `return scriptDir() + "/sub/one.php"`) {
		t.Errorf("__FILE__:\n%s", code)
	}
}
