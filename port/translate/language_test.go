package translate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// languageFolder has PHP programs without mail. What PHP writes for program.php is in program.out.
const languageFolder = "testdata/language"

// languageArguments and languageInput are what every program of the folder gets.
var (
	languageArguments = []string{"-v", "-h", "mail.example.org", "--user=ann", "--dry-run", "rest"}
	languageInput     = "first line\nsecond\nthird"
)

// languageKnown are the programs that are not ported in whole, with the reason: the statements that the
// port refuses, or "differs" and how.
func languageKnown(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(languageFolder, "known.txt"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok {
			known[name] = reason
		}
	}
	return known
}

// TestLanguage ports PHP programs, builds them as one module, and compares what they print and their exit
// code with what PHP printed.
func TestLanguage(t *testing.T) {
	if testing.Short() && !*update {
		t.Skip("the build takes seconds")
	}
	scripts, err := filepath.Glob(filepath.Join(languageFolder, "*.php"))
	if err != nil || len(scripts) == 0 {
		t.Fatal("no programs", err)
	}
	compiler, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command")
	}
	if *update {
		recordPHP(t, scripts)
	}
	known := languageKnown(t)
	folder := t.TempDir()
	for _, script := range scripts {
		portInto(t, folder, script, known)
	}
	program, refused := buildPorts(t, compiler, folder, scripts)
	for _, script := range scripts {
		name := languageName(script)
		if text := refused[name]; text != "" {
			if known[name] != "" {
				continue
			}
			t.Errorf("%s does not compile: %s", name, text)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(strings.TrimSuffix(script, ".php") + ".out")
			if err != nil {
				t.Fatal(err)
			}
			got := outcome(exec.Command(program, languageArguments...), "PORT="+name)
			switch equal := bytes.Equal(got, want); {
			case equal && known[name] != "":
				t.Errorf("%s is equal now: it leaves known.txt", name)
			case !equal && known[name] == "":
				t.Errorf("got, want:\n%s", firstDifference(string(got), string(want)))
			}
		})
	}
}

func languageName(script string) string { return strings.TrimSuffix(filepath.Base(script), ".php") }

// portInto writes the port of a script as a package of its own.
func portInto(t *testing.T, folder, script string, known map[string]string) {
	t.Helper()
	source, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) ([]byte, error) {
		return os.ReadFile(filepath.Join(languageFolder, filepath.Base(name)))
	}
	m, err := Program([]Source{{Name: filepath.Base(script), Text: source}}, Options{Read: read})
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	name := languageName(script)
	if len(m.Report.TODOs) > 0 && known[name] == "" {
		for _, todo := range m.Report.TODOs {
			t.Errorf("%s:%d: refused: %s", name, todo.Line, todo.Reason)
		}
	}
	for file, text := range m.Files {
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		text = regexp.MustCompile(`(?m)^package main$`).ReplaceAll(text, []byte("package p"+name))
		text = regexp.MustCompile(`(?m)^func main\(\)`).ReplaceAll(text, []byte("func Main()"))
		write(t, filepath.Join(folder, name, file), text)
	}
}

// buildPorts links the ports into one program. The environment variable PORT says which of them runs. It returns
// what the compiler says of those that it refuses, by their names.
func buildPorts(t *testing.T, compiler, folder string, scripts []string) (program string, refused map[string]string) {
	t.Helper()
	program = filepath.Join(folder, "ports.exe")
	refused = map[string]string{}
	for {
		write(t, filepath.Join(folder, "main.go"), portsMain(scripts, refused))
		build := exec.Command(compiler, "build", "-overlay", overlay(t, folder), "-gcflags=-e", "-ldflags=-s -w", "-o", program, "./ports")
		text, err := build.CombinedOutput()
		if err == nil {
			return program, refused
		}
		before := len(refused)
		for _, part := range strings.Split(string(text), "# "+portsPath+"/")[1:] {
			name, complaints, _ := strings.Cut(part, "\n")
			refused[name] = complaints
		}
		if len(refused) == before {
			t.Fatalf("go build: %v\n%s", err, text)
		}
	}
}

// portsPath is the folder of the ports for the compiler. It is in this module because some of port/library
// imports imapcompat.
const portsPath = "github.com/imapcompat/imapcompat/port/translate/ports"

// overlay returns a file that shows the files of a folder to the compiler as those of portsPath.
func overlay(t *testing.T, folder string) string {
	t.Helper()
	here, err := filepath.Abs("ports")
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		name, err := filepath.Rel(folder, path)
		replace[filepath.Join(here, name)] = path
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "overlay.json")
	write(t, name, text)
	return name
}

// portsMain is the program that runs the port that PORT names.
func portsMain(scripts []string, refused map[string]string) []byte {
	var imports, cases bytes.Buffer
	for _, script := range scripts {
		if name := languageName(script); refused[name] == "" {
			fmt.Fprintf(&imports, "\tp%[1]s \"%[2]s/%[1]s\"\n", name, portsPath)
			fmt.Fprintf(&cases, "\tcase %[1]q:\n\t\tp%[1]s.Main()\n", name)
		}
	}
	return fmt.Appendf(nil, `package main

import (
	"os"

%s)

func main() {
	switch os.Getenv("PORT") {
%s	}
}
`, &imports, &cases)
}

// outcome runs a command and returns its output and exit code.
func outcome(command *exec.Cmd, environment ...string) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	bounded := exec.CommandContext(ctx, command.Path, command.Args[1:]...)
	bounded.Dir = command.Dir
	bounded.Stdin = strings.NewReader(languageInput)
	bounded.Env = append(append(os.Environ(), "TZ=UTC"), environment...)
	output, err := bounded.Output()
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	return fmt.Appendf(output, "\nexit code %d\n", code)
}

// recordPHP writes what PHP prints.
func recordPHP(t *testing.T, scripts []string) {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		t.Fatal("-update needs PHP")
	}
	for _, script := range scripts {
		arguments := []string{"-d", "display_errors=stderr", "-d", "log_errors=0", "-d", "date.timezone=UTC", filepath.Base(script)}
		command := exec.Command(php, append(arguments, languageArguments...)...)
		command.Dir = languageFolder
		if err := os.WriteFile(strings.TrimSuffix(script, ".php")+".out", outcome(command), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// firstDifference returns the lines around the first difference.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < len(g) && i < len(w) && g[i] == w[i] {
		i++
	}
	around := func(lines []string) string {
		return strings.Join(lines[min(max(0, i-1), len(lines)):min(len(lines), i+4)], "\n")
	}
	return fmt.Sprintf("line %d\n%s\n---\n%s", i+1, around(g), around(w))
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
}
