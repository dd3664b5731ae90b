package translate

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/port/php"
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

// What the script says becomes Go that the compiler takes, whatever it is, or a TODO.
func TestHostileDeclarations(t *testing.T) {
	for name, script := range map[string]string{
		"constants that name themselves": "const A = A + 1; define('B', B); class X { const C = self::C; const D = Y::E; static $s = self::D; } class Y { const E = X::D; } echo A, B, X::C, X::$s;",
		"octets":                         "class \x81 { public $\x82 = 1; } echo (new \x81)->\x82; function \x80() {} \x80();",
		"define":                         "define('A\nfunc init() { panic(1) }', 1);",
		"interfaces as parents":          "interface I {} class C extends I { public $a = ['x' => 1 ? 2 : 3]; } trait T {} class D extends T {} new C; new D;",
		"properties":                     "class P { function f() { return 1; } } class Q extends P { public $a = '{(', $b = 'c: d', $c = \"x\\n\\n}: y\"; } echo (new Q)->a;",
		"assignments in assignments":     "$a = $a = $a = 1; echo $a;",
		"zeros":                          "$z = 1/-0; $z = 5 % 00; $z = 1/false; $z = 1 % null; $z = 1.5/0.0; echo $z;",
		"an arrow function's variable":   "$f = fn($x) => $x + $factor; echo $f(1);",
		"a NUL that does not parse":      "echo 1; \x00 $x = \x00;",
		"a call in a static variable":    "function f() { static $x = f(); return $x; } f();",
		"twins":                          "function f($a, $a) { return $a; } class A { public $x; public $x; const B = 1; const B = 2; } [$a, $a] = [1, 2]; foreach ([1] as $k => $k) {} function h($this) {} f(1, 2); h(1);",
	} {
		t.Run(name, func(t *testing.T) {
			script = strings.NewReplacer(`\x80`, "\x80", `\x81`, "\x81", `\x82`, "\x82").Replace(script)
			m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php\n" + script)}}, Options{Build: typeChecked(t)})
			if err != nil {
				t.Fatal(err)
			}
			main := string(m.Files["main.go"])
			if len(m.Report.Complaints) > 0 || strings.Contains(main, "\nfunc init") || strings.Contains(main, "the Go for this program") {
				t.Errorf("got %v of %s", m.Report.Complaints, main)
			}
		})
	}
}

// TestJoinedPrograms joins lines of the programs of testdata, most of which do not belong together, and changes octets.
func TestJoinedPrograms(t *testing.T) {
	scripts, err := filepath.Glob(filepath.Join(languageFolder, "*.php"))
	if err != nil || len(scripts) == 0 {
		t.Fatal("no programs", err)
	}
	var lines []string
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		source := []byte("<?php\n")
		for range 1 + random.IntN(25) {
			source = append(source, lines[random.IntN(len(lines))]+"\n"...)
		}
		for range random.IntN(6) {
			source[random.IntN(len(source))] = source[random.IntN(len(source))]
		}
		m, err := Program([]Source{{Name: "x.php", Text: source}}, Options{Build: typeChecked(t)})
		if err != nil {
			if !errors.Is(err, php.ErrNoPHP) {
				t.Errorf("%v: %s", err, source)
			}
			continue
		}
		if main := string(m.Files["main.go"]); len(m.Report.Complaints) > 0 || strings.Contains(main, "the Go for this program") {
			t.Errorf("%v: %s", m.Report.Complaints, source)
		}
	}
}

// What does not parse is no part of a port, and says so.
func TestSyntaxErrors(t *testing.T) {
	for _, script := range []string{"echo 1;\n$x = ;\necho 2;", "if (1) {", "echo 'a", "/* a", "echo <<<X\na\n", "function f() { $x = ; } f();"} {
		m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php " + script)}}, Options{})
		if err != nil {
			t.Errorf("%q: %v", script, err)
			continue
		}
		main := string(m.Files["main.go"])
		if len(m.Report.TODOs) == 0 || m.Report.Refused == 0 || !strings.Contains(main, "todo(\"line ") {
			t.Errorf("%q: got %+v %s", script, m.Report.TODOs, main)
		}
	}
}

// PHP ends lines at carriage returns.
func TestCarriageReturns(t *testing.T) {
	m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php\recho 1; // one\recho 'a\rb';\r")}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if main := string(m.Files["main.go"]); !strings.Contains(main, "// one\n") || !strings.Contains(main, `"a\rb"`) {
		t.Errorf("got %s", main)
	}
}

// A text of the script that looks like a marker stays, and gets none.
func TestMarkersInStrings(t *testing.T) {
	m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php echo 'a\n// port:0 1\nb\nc\n';\necho 2;")}}, Options{Lines: true})
	if err != nil {
		t.Fatal(err)
	}
	main := string(m.Files["main.go"])
	if !strings.Contains(main, "a\n// port:0 1\nb\nc`") || !strings.Contains(main, "// line 6") {
		t.Errorf("got %s", main)
	}
}

// The operands of a condition are not repeated, which go vet would complain of.
func TestRepeatedOperands(t *testing.T) {
	for script, want := range map[string]string{
		"$a = $argc > 1; $b = $argc > 2; if ($a && $b && $a) echo 1;":         "if a && b {",
		"$a = $argc > 1; $b = $argc > 2; if ($a || $b || $b) echo 1;":         "if a || b {",
		"$a = $argc > 1; $b = $argc > 2; if (($b || $a && $b) && $b) echo 1;": "if (b || a && b) && b {",
	} {
		m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php " + script)}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if main := string(m.Files["main.go"]); !strings.Contains(main, want) {
			t.Errorf("%s: got %s", script, main)
		}
	}
}

// Go has no code that is never reached, which go vet would complain of.
func TestUnreachable(t *testing.T) {
	m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php $f = fn($v) => $v ?? throw new Exception('no'); echo $f($argc);")}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if found := typeErrors(t, m); len(found) > 0 || !regexp.MustCompile(`panic\(.*\)\n\s*}`).Match(m.Files["main.go"]) {
		t.Errorf("%v %s", found, m.Files["main.go"])
	}
}

// What is long or deep becomes Go or an error in time that grows with its length.
func TestHostileSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	repeat := strings.Repeat
	var functions, variables, traits strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&functions, "function f%d() { return %d; }\n", i, i)
		fmt.Fprintf(&variables, "$v%d = %d;\n$%sb = 1;\n", i, i, repeat("_", i%20)+"a"+repeat("_", i/20))
	}
	for i := range 12 {
		fmt.Fprintf(&traits, "trait T%d { use %s; }\n", i, strings.TrimSuffix(repeat(fmt.Sprintf("T%d, ", i+1), 30), ", "))
	}
	for name, script := range map[string]string{
		"functions": functions.String(),
		"variables": variables.String(),
		"elseif":    "if ($a == 1) echo 1;" + repeat("elseif ($a == 2) echo 2;\n", 5000),
		"else if":   "if ($a == 1) echo 1;" + repeat("else if ($a == 2) echo 2;\n", 1500),
		"closures":  "$a = " + repeat("function() { return ", 300) + "1;" + repeat("};", 300),
		"arrows":    "$a = " + repeat("fn($x) => ", 300) + "1;",
		"tries":     repeat("try {\n", 300) + "echo 1;" + repeat("} catch (Exception $e) {}", 300),
		"ifs":       repeat("if ($a) {\n", 900) + repeat("}", 900),
		"traits":    traits.String() + "trait T12 { public $x; } class C { use T0; }",
	} {
		begin := time.Now()
		m, err := Program([]Source{{Name: "x.php", Text: []byte("<?php\n" + script)}}, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if took := time.Since(begin); took > 30*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if found := typeErrors(t, m); len(found) > 0 {
			t.Errorf("%s: %v", name, found[0])
		}
	}
}

// Names and texts of a script are no markup in the report.
func TestHostileReport(t *testing.T) {
	name := "a`b<script>\n# x\n[y](z).php"
	m, err := Program([]Source{{Name: name, Text: []byte("<?php eval('1\n# x\n<b>'); no_such_function_(1); $x->{'<i>\n# y'}();")}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := m.Report.Markdown("Port of " + name)
	for _, bad := range []string{"\n# x", "\n# y", "[y](", " <script", "b<"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in %s", bad, text)
		}
	}
}
