package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

// builtPort is a port that can be run.
type builtPort struct {
	program string
	// led says that its connections to mail servers end at prove.
	led bool
}

// BuildError says why a port was not built.
type BuildError struct {
	Output string // of go build
	Err    error
}

func (e *BuildError) Error() string {
	return fmt.Sprintf("the port does not build: %v\n%s", e.Err, strings.TrimSpace(e.Output))
}

func (e *BuildError) Unwrap() error { return e.Err }

// buildPort builds a port in Go, a module or a file. Another file is a program.
func buildPort(ctx context.Context, config *Config, folder string) (*builtPort, error) {
	path, err := filepath.Abs(config.Port)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	in, what := path, "."
	switch {
	case info.IsDir():
	case filepath.Ext(path) == ".go":
		in, what = filepath.Dir(path), filepath.Base(path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return nil, fmt.Errorf("%s is no folder, no Go file and no program", config.Port)
	default:
		return &builtPort{program: path}, nil
	}
	m, err := findModule(ctx, config, folder, in, what)
	if err != nil {
		return nil, err
	}
	overlay, err := writeOverlay(ctx, folder)
	if err != nil {
		return nil, err
	}
	program := filepath.Join(folder, "port")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	out, err := m.run(ctx, "build", "-overlay", overlay, "-o", program, m.what)
	if err != nil {
		return nil, &BuildError{out, err}
	}
	if !isProgram(program) {
		return nil, &BuildError{"", fmt.Errorf("%s is a package to import, and no program: prove needs the port of a script that uses it", config.Port)}
	}
	return &builtPort{program: program, led: true}, nil
}

// isProgram reports whether go build wrote a program. Of a package to import it writes an archive, or nothing.
func isProgram(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(archive))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) != archive
}

// archive is what the archive of a package begins with.
const archive = "!<arch>\n"

// module is where a port is built.
type module struct {
	folder, what string
	modfile      string // in place of its go.mod; "" is that
}

func (m *module) run(ctx context.Context, command string, args ...string) (string, error) {
	words := strings.Fields(command)
	cmd := exec.CommandContext(ctx, "go", words...)
	cmd.Dir = m.folder
	if m.modfile != "" {
		cmd.Args = append(cmd.Args, "-modfile="+m.modfile)
		cmd.Env = append(os.Environ(), "GOWORK=off")
	}
	cmd.Args = append(cmd.Args, args...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// findModule returns the module of a port. A file that is in no module gets one. If a module has no
// go.sum yet, or another copy of the library is asked for, the build has a go.mod of its own: the
// folder of the port stays as it is.
func findModule(ctx context.Context, config *Config, folder, in, what string) (*module, error) {
	m := &module{folder: in, what: what}
	out, err := m.run(ctx, "env", "GOMOD")
	if err != nil {
		return nil, &BuildError{out, err}
	}
	file := strings.TrimSpace(out)
	_, err = os.Stat(filepath.Join(filepath.Dir(file), "go.sum"))
	switch {
	case file == os.DevNull || file == "":
		err = m.create(folder)
	case err == nil && config.Library == "":
		return m, nil
	default:
		m.modfile = filepath.Join(folder, "port.mod")
		err = copyFile(file, m.modfile, 0o600)
	}
	if err != nil {
		return nil, err
	}
	if config.Library != "" {
		library, err := filepath.Abs(config.Library)
		if err != nil {
			return nil, err
		}
		edited := m.modfile
		if edited == "" {
			edited = filepath.Join(m.folder, "go.mod")
		}
		if out, err := exec.CommandContext(ctx, "go", "mod", "edit", "-replace", libraryModule+"="+library, edited).CombinedOutput(); err != nil {
			return nil, &BuildError{string(out), err}
		}
	}
	if out, err := m.run(ctx, "mod tidy"); err != nil {
		return nil, &BuildError{out, err}
	}
	return m, nil
}

// create copies a file into a module of its own, which requires the version of this program.
func (m *module) create(folder string) error {
	if m.what == "." {
		return fmt.Errorf("%s is in no module: it has no go.mod", m.folder)
	}
	text, err := os.ReadFile(filepath.Join(m.folder, m.what))
	if err != nil {
		return err
	}
	m.folder = filepath.Join(folder, "module")
	mod := "module port\n\ngo 1.26\n\nrequire " + libraryModule + " " + libraryVersion() + "\n"
	return errors.Join(os.Mkdir(m.folder, 0o700),
		os.WriteFile(filepath.Join(m.folder, m.what), text, 0o600),
		os.WriteFile(filepath.Join(m.folder, "go.mod"), []byte(mod), 0o600))
}

const libraryModule = "github.com/imapcompat/imapcompat"

var released = regexp.MustCompile(`^v\d+\.\d+\.\d+`)

// libraryVersion returns the version of this program, or one that needs Config.Library.
func libraryVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range append(info.Deps, &info.Main) {
			if module.Path == libraryModule && released.MatchString(module.Version) && !strings.Contains(module.Version, "+dirty") {
				return module.Version
			}
		}
	}
	return "v0.0.0"
}
