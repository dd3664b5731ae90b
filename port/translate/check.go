package translate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

var complaint = regexp.MustCompile(`(?m)^(?:\S*/)?([\w.-]+\.go):(\d+):\d+: (.*)$`)

// ErrNoCompiler means that there is no go command.
var ErrNoCompiler = errors.New("there is no go command")

// GoBuild returns a Build of Options, which compiles modules with the go command in a temporary
// folder and completes their go.mod and go.sum. With the folder of a checkout of imapcompat, the
// checksums of its dependencies are those of the checkout. GoBuild returns ErrNoCompiler if there
// is no go command.
func GoBuild(library string) (func(*Module) ([]Complaint, error), error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return nil, ErrNoCompiler
	}
	return func(m *Module) ([]Complaint, error) { return goBuild(command, library, m) }, nil
}

func goBuild(command, library string, m *Module) ([]Complaint, error) {
	folder, err := os.MkdirTemp("", "imapcompat-port-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if library != "" && m.Files["go.sum"] == nil {
		if m.Files["go.sum"], err = os.ReadFile(filepath.Join(library, "go.sum")); err != nil {
			return nil, err
		}
	}
	for name, text := range m.Files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), buildTime)
	defer cancel()
	if err := tidy(ctx, command, folder, m); err != nil {
		return nil, err
	}
	text, err := goCommand(ctx, command, folder, "build", "-gcflags=-e", "-o", os.DevNull, ".").CombinedOutput()
	if err == nil {
		return nil, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("go build took more than %v", buildTime)
	}
	return complaints(m, text, err)
}

// buildTime bounds what the go command takes for a module.
const buildTime = 5 * time.Minute

// goCommand runs the go command in a module, whatever workspace is around the folder.
func goCommand(ctx context.Context, command, folder string, args ...string) *exec.Cmd {
	run := exec.CommandContext(ctx, command, args...)
	run.WaitDelay = time.Second // for a compiler that it has started and that goes on
	run.Dir = folder
	run.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	return run
}

// tidy completes go.mod and go.sum.
func tidy(ctx context.Context, command, folder string, m *Module) error {
	if text, err := goCommand(ctx, command, folder, "mod", "tidy").CombinedOutput(); err != nil {
		return fmt.Errorf("go mod tidy: %w: %s", err, bytes.TrimSpace(text))
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			m.Files[name] = text
		}
	}
	return nil
}

// complaints reads what the compiler says.
func complaints(m *Module, text []byte, err error) ([]Complaint, error) {
	var list []Complaint
	for _, match := range complaint.FindAllStringSubmatch(string(text), -1) {
		n, _ := strconv.Atoi(match[2])
		list = append(list, Complaint{File: match[1], Line: n, Text: match[3]})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("go build: %w: %s", err, bytes.TrimSpace(text))
	}
	locate(m, list)
	return list, nil
}

// locate finds the statements or declarations of complaints: the markers before their lines.
func locate(m *Module, list []Complaint) {
	markers := map[string][]int{}
	for i, c := range list {
		if markers[c.File] == nil {
			markers[c.File] = markersOf(m.Files[c.File])
		}
		list[i].node = -1
		if lines := markers[c.File]; len(lines) > 0 {
			list[i].node = lines[max(0, min(c.Line, len(lines))-1)]
		}
	}
}

// markersOf returns for each line of a file the number in the marker before it, or -1.
func markersOf(code []byte) []int {
	last := -1
	var numbers []int
	for line := range bytes.Lines(code) {
		if rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("// port:")); ok {
			number, _, _ := bytes.Cut(rest, []byte(" "))
			if n, err := strconv.Atoi(string(number)); err == nil {
				last = n
			}
		}
		numbers = append(numbers, last)
	}
	return numbers
}

// refuseAll replaces the statements that the compiler complains of by TODOs. It reports whether
// there are any.
func (p *program) refuseAll(list []Complaint) bool {
	found := false
	for _, c := range list {
		if c.node < 0 || c.node >= len(p.nodes) {
			continue
		}
		stmt := p.nodes[c.node]
		if _, ok := p.refused[stmt]; ok {
			continue
		}
		p.refused[stmt] = "the Go for it does not compile: " + c.Text
		found = true
	}
	return found
}
