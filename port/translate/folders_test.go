package translate

import (
	"errors"
	"regexp"
	"slices"
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
	m := portOf(t, files)
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

// Files of one name in two folders are two files for include_once.
func TestIncludeOnceOfFoldersAlike(t *testing.T) {
	m := portOf(t, map[string]string{
		"app/main.php":  `<?php function load() { include_once 'a/lib.php'; include_once 'b/lib.php'; return $x + $y; } echo load();`,
		"app/a/lib.php": `<?php $x = 1;`,
		"app/b/lib.php": `<?php $y = 2;`,
	})
	names := regexp.MustCompile(`once\("(.*?)"\)`).FindAllStringSubmatch(string(m.Files["main.go"]), -1)
	if len(names) != 2 || names[0][1] == names[1][1] {
		t.Errorf("got %q:\n%s", names, m.Files["main.go"])
	}
}

// The report asks for a driver only where the port imports none.
func TestDriverNote(t *testing.T) {
	for dsn, want := range map[string]bool{"sqlite:mail.db": false, "mysql:host=db;dbname=mail": true} {
		m := portOf(t, map[string]string{"app/main.php": `<?php $db = new PDO('` + dsn + `'); $db->exec('DELETE FROM t');`})
		noted := slices.ContainsFunc(m.Report.Notes, func(n Note) bool { return strings.Contains(n.Text, "driver") })
		imported := strings.Contains(string(m.Files["main.go"])+string(m.Files["php.go"]), `_ "modernc.org/sqlite"`)
		if noted != want || imported == want {
			t.Errorf("%s: noted %v, imported %v", dsn, noted, imported)
		}
	}
}

// portOf ports app/main.php of some files.
func portOf(t *testing.T, files map[string]string) *Module {
	t.Helper()
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
	return m
}
