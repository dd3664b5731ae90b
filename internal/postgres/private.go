package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// Private is a server of one test, which may kill it.
type Private struct{ *server }

// Start starts a server, which stops when the test ends. Without PostgreSQL the test fails.
func Start(t testing.TB) *Private {
	t.Helper()
	s, err := launch()
	if err != nil {
		t.Fatal(err)
	}
	p := &Private{s}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// Schema returns the URL of a new, empty schema.
func (p *Private) Schema() (string, error) {
	name := fmt.Sprintf("test_%d", created.Add(1))
	return p.url() + "&search_path=" + name, p.run("CREATE SCHEMA " + name)
}

// Crash kills all processes of the server at once (SIGKILL), and starts it again. What was
// committed is there afterwards, as after a crash of the machine that PostgreSQL runs on with
// fsync on.
func (p *Private) Crash() error {
	text, err := os.ReadFile(p.pidFile())
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	if err := harness.Kill(pid); err != nil {
		return err
	}
	// The shell does not wait for the process before it ends itself, so the process seems to live.
	for _, lock := range []string{p.pidFile(), filepath.Join(p.dir, ".s.PGSQL.5432.lock")} {
		if err := os.Remove(lock); err != nil {
			return err
		}
	}
	bin, err := binaries()
	if err != nil {
		return err
	}
	p.earlier = append(p.earlier, p.input)
	return p.serve(bin)
}

func (p *Private) pidFile() string { return filepath.Join(p.dir, "data", "postmaster.pid") }
