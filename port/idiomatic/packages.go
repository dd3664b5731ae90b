package idiomatic

import (
	"bytes"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Packages returns an importer of the packages that a module may import, which asks the go command in the
// module's folder for what the compiler wrote. The go command must be of the release of Go that
// this program was built with, or an older one.
func Packages(folder string) (types.Importer, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("there is no go command")
	}
	l := &exports{command: command, folder: folder, files: map[string]string{}}
	return importer.ForCompiler(token.NewFileSet(), "gc", l.open), nil
}

// exports finds what the compiler wrote of packages.
type exports struct {
	command, folder string
	files           map[string]string // by path
}

func (l *exports) open(path string) (io.ReadCloser, error) {
	if len(l.files) == 0 { // most of what is asked for later
		if err := l.list(".", imapcompatPath, readablePath); err != nil {
			return nil, err
		}
	}
	if l.files[path] == "" {
		if err := l.list(path); err != nil {
			return nil, err
		}
	}
	if l.files[path] == "" {
		return nil, fmt.Errorf("the go command knows no package %s", path)
	}
	return os.Open(l.files[path])
}

// list asks for packages and those that they import.
func (l *exports) list(paths ...string) error {
	run := exec.Command(l.command, append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, paths...)...)
	run.Dir = l.folder
	run.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var failure bytes.Buffer
	run.Stderr = &failure
	out, err := run.Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w: %s", strings.Join(paths, " "), err, bytes.TrimSpace(failure.Bytes()))
	}
	for line := range strings.Lines(string(out)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			l.files[name] = file
		}
	}
	return nil
}

// Write writes the files of a port to a folder, for Packages, which then knows the modules that the port depends on.
// With the folder of a checkout of imapcompat the checksums are those of the checkout: a rewrite may
// need packages that the port did not.
func Write(files map[string][]byte, folder, library string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return err
		}
	}
	if library == "" {
		return nil
	}
	sums, err := os.ReadFile(filepath.Join(library, "go.sum"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o600)
}
