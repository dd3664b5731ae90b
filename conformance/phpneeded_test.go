package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// calledScript prints the functions of PHP that the files of phpbridge/php call.
const calledScript = `<?php
foreach (glob($argv[1] . '/*.php') as $file) {
	$tokens = array_values(array_filter(token_get_all(file_get_contents($file)), fn ($t) => $t[0] !== T_WHITESPACE));
	foreach ($tokens as $i => $token) {
		$before = $tokens[$i - 1][0] ?? null;
		if ($token[0] === T_STRING && ($tokens[$i + 1] ?? '') === '('
			&& !in_array($before, [T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW], true) && function_exists($token[1])) {
			echo strtolower($token[1]), "\n";
		}
	}
}`

// TestPHPDisabled runs a script with each function disabled that the bridge calls.
func TestPHPDisabled(t *testing.T) {
	needOracle(t)
	dir := t.TempDir()
	script := func(name, code string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := exec.Command("php", script("called.php", calledScript), absolute(t, "../phpbridge/php"))
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	called := strings.Fields(string(out))
	slices.Sort(called)
	called = slices.Compact(called)
	if len(called) < 50 {
		t.Fatalf("the bridge calls %q", called)
	}
	probe := script("probe.php", `<?php echo json_encode(function_exists('imap_open')), "\n";`)
	for _, fn := range called {
		cmd := exec.Command("php", "-n", "-d", "disable_functions="+fn, "-d", "auto_prepend_file="+absolute(t, "../phpbridge/imap.php"), probe)
		out, err := cmd.CombinedOutput()
		if fn == "function_exists" { // nothing can ask
			if !strings.Contains(string(out), "Call to undefined function function_exists()") {
				t.Errorf("%s: got %q", fn, out)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v: %s", fn, err, out)
		}
		want := "imapcompat: there are no imap functions, as " + fn + "() is disabled\nfalse\n"
		switch fn {
		case "error_log":
			want = "false\n"
		case "popen", "pclose":
			want = "true\n"
		}
		if string(out) != want {
			t.Errorf("%s: got %q, want %q", fn, out, want)
		}
	}
}

// extensionScript asks for extensions, and misuses the function.
const extensionScript = `<?php
foreach (['imap', 'IMAP', 'standard', 'STANDARD', 'Core', 'nosuch', '', 'date'] as $name) {
	var_dump($name, extension_loaded($name));
}
foreach ([[], [[]], ['a', 'b'], [null]] as $args) {
	try { var_dump(extension_loaded(...$args)); } catch (Error $e) { echo get_class($e), $e->getMessage(), $e->getLine(), "\n"; }
}`

// TestPHPExtensionLoaded compares extension_loaded with PHP's own, on the command
// line, with opcache and without.
func TestPHPExtensionLoaded(t *testing.T) {
	needOracle(t)
	path := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(path, []byte(extensionScript), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		out, err := exec.Command("php", append(append([]string{"-n"}, args...), path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	want := run("-d", "extension=imap")
	bridge := []string{"-d", "disable_functions=extension_loaded", "-d", "auto_prepend_file=" + absolute(t, "../phpbridge/imap.php")}
	if got := run(bridge...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := run(append(bridge, "-d", "zend_extension=opcache", "-d", "opcache.enable_cli=1")...); got != want {
		t.Errorf("with opcache: got\n%s\nwant\n%s", got, want)
	}
}

// TestPHPOpenBasedir runs the bridge with an open_basedir that excludes most of PATH.
func TestPHPOpenBasedir(t *testing.T) {
	needOracle(t)
	dir, bridge, program := t.TempDir(), absolute(t, "../phpbridge"), filepath.Dir(engine(t))
	script := filepath.Join(dir, "script.php")
	code := `<?php
set_error_handler(function ($level, $text) { echo "$text\n"; return true; });
echo imap_base64('YQ=='), "\n";`
	if err := os.WriteFile(script, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("php", "-n", "-d", "open_basedir="+strings.Join([]string{dir, bridge, program}, ":"),
		"-d", "auto_prepend_file="+filepath.Join(bridge, "imap.php"), script)
	cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN=", "PATH=/usr/bin:/bin:"+program)
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "a\n" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestPHPComposer checks Composer's package: it replaces the extension, and names the file to
// load.
func TestPHPComposer(t *testing.T) {
	text, err := os.ReadFile("../phpbridge/composer.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Name     string
		Provide  map[string]string
		Autoload struct{ Files []string }
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Name == "" || manifest.Provide["ext-imap"] == "" || len(manifest.Autoload.Files) != 1 {
		t.Fatalf("%+v", manifest)
	}
	if _, err := os.Stat(filepath.Join("../phpbridge", manifest.Autoload.Files[0])); err != nil {
		t.Error(err)
	}
}
