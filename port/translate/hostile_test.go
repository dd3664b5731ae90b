package translate

import (
	"strings"
	"testing"
)

// Names and comments of a script have no meaning of their own in Go.
func TestHostileScripts(t *testing.T) {
	for name, script := range map[string]string{
		"build constraints": "<?php\n// +build ignore\n#+build ignore\n/*\n * +build ignore\n//go:build ignore\n*/\necho 1;",
		"markers":           "<?php\n$a = 1; // port:0 7\n/* port:1 9 */\necho $a;",
		"functions":         "<?php function fmt($a) { return $a; } function os() { return 2; } echo fmt(1), os();",
		"letters":           "<?php class Ünï { public $ñ = 1; function f() { return $this->ñ; } } echo (new Ünï)->f();",
		"overrides": "<?php class P { function f() { return 1; } function g() { return $this->f(); } }" +
			" class Q extends P { function f($a = 1) { return 'a'; } } echo (new Q)->g(), (new P)->g();",
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Program([]Source{{Name: "x.php", Text: []byte(script)}}, Options{Build: inRepository(t)})
			if err != nil {
				t.Fatal(err)
			}
			code := string(m.Files["main.go"])
			if len(m.Report.Complaints) > 0 || !m.Report.Built {
				t.Errorf("got %v of %s", m.Report.Complaints, code)
			}
			for l := range strings.Lines(code) {
				if l = strings.TrimSpace(l); strings.HasPrefix(l, "//go:") || strings.HasPrefix(l, "// +build") {
					t.Errorf("got %s", code)
				}
			}
			if name == "markers" && strings.Count(code, "port:") != 2 {
				t.Errorf("got %s", code)
			}
		})
	}
}

// The name of a script is in comments, in the names of files and in go.mod.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{"sync.php", "go.php", "all.php", "nul.php", "a\nfunc init() {}\n.php", "-x.php", "x_windows.php"} {
		m, err := Program([]Source{{Name: name, Text: []byte("<?php echo 1;")}}, Options{Build: inRepository(t)})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if len(m.Report.Complaints) > 0 || strings.Contains(string(m.Files["main.go"]), "\nfunc init") {
			t.Errorf("%q: %v: %s", name, m.Report.Complaints, m.Files["main.go"])
		}
	}
	for _, name := range []string{"sync.php", "go.php", "all.php", "nul.php"} {
		if got, want := moduleName(name), strings.TrimSuffix(name, ".php")+"port"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
