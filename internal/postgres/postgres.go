// Package postgres starts a private PostgreSQL server for tests, from Debian's package
// postgresql or any other installation of it.
//
// Tests that need one are skipped unless IMAPCOMPAT_POSTGRES is set. If it is set, a missing
// server is a failure.
package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Main runs the tests of a package and stops the server. It is for TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }
func Main(m *testing.M) int {
	code := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// Database returns the URL of a new, empty schema, which takes a hundredth of the time of a new
// database. It is dropped when the test ends. The first call starts the server. The package's TestMain must call [Main].
func Database(t testing.TB) string {
	t.Helper()
	Need(t)
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d", created.Add(1))
	if err := s.run("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.run("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return s.url() + "&search_path=" + name
}

// Need skips the test if it is not to be run on PostgreSQL.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv("IMAPCOMPAT_POSTGRES") == "" {
		t.Skip("not run on PostgreSQL: IMAPCOMPAT_POSTGRES is not set")
	}
}

var created atomic.Int64

// server is a running server.
type server struct {
	dir   string
	cmd   *exec.Cmd
	input io.Closer // the server runs until it is closed, also by the end of this process

	earlier []io.Closer // inputs of processes that were killed
}

var (
	running *server
	start   = sync.OnceValues(func() (*server, error) {
		s, err := launch()
		running = s
		return s, err
	})
)

// launch starts a server on a Unix socket in a folder of its own.
func launch() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "imapcompat-postgres-") // the path of a socket is short
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := s.launch(bin); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

func (s *server) launch(bin string) error {
	if err := giveAway(s.dir); err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir = s.dir
	unprivileged(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.serve(bin)
}

// serve starts the processes of the server.
func (s *server) serve(bin string) error {
	data := filepath.Join(s.dir, "data")
	// The shell stops the server when its input ends.
	s.cmd = exec.Command("/bin/sh", "-c", `"$@" </dev/null & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$0"`, data,
		filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")
	s.cmd.Dir = s.dir
	unprivileged(s.cmd)
	log := new(lockedBuffer)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	input, err := s.cmd.StdinPipe()
	if err != nil {
		return err
	}
	s.input = input
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := s.run("SELECT 1")
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return errors.Join(fmt.Errorf("PostgreSQL has not started: %w\n%s", err, log), s.close())
		}
	}
}

// lockedBuffer is a buffer that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// binaries returns the folder of the newest installation.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/postgres, and no postgres in PATH")
	}
	return filepath.Dir(path), nil
}

func (s *server) url() string {
	return "postgres://postgres@/postgres?host=" + url.QueryEscape(s.dir)
}

// run runs a statement.
func (s *server) run(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

func stop() error {
	if running == nil {
		return nil
	}
	return running.close()
}

func (s *server) close() error {
	s.input.Close()
	s.cmd.Wait() // QUIT is no success
	for _, input := range s.earlier {
		input.Close()
	}
	return os.RemoveAll(s.dir)
}
