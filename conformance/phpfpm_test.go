package conformance

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const fpmConfiguration = `[global]
error_log=%[1]s/log
daemonize=no
[www]
user=www-data
group=www-data
listen=%[1]s/socket
pm=static
pm.max_children=1
clear_env=no
%[2]s
`

// TestPHPFPM runs a script in php-fpm with opcache, twice in one process, and compares
// it with the extension.
func TestPHPFPM(t *testing.T) {
	needOracle(t)
	if os.Geteuid() != 0 {
		t.Skip("php-fpm's pool has a user of its own, for which it has to start as root")
	}
	want := fpmAnswers(t, "", "-d", "extension=imap")
	got := fpmAnswers(t, "php_admin_value[disable_functions]=extension_loaded\nphp_admin_value[auto_prepend_file]="+
		bridgeForAll(t))
	if want[0] != want[1] || !strings.Contains(want[0], "text") {
		t.Fatalf("with the extension\n%s\nand then\n%s", want[0], want[1])
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("request %d: got\n%s\nwant\n%s", i+1, got[i], want[i])
		}
	}
}

// bridgeForAll returns a copy of the bridge that the pool's user can read, with a program that
// he can run.
func bridgeForAll(t *testing.T) string {
	t.Helper()
	dir := dirForAll(t)
	if err := os.CopyFS(dir, os.DirFS("../phpbridge")); err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(engine(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "imapcompat"), program, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("IMAPCOMPAT_BIN", filepath.Join(dir, "imapcompat"))
	return filepath.Join(dir, "imap.php")
}

func dirForAll(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "imapcompat-fpm-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fpmAnswers returns the answers to two requests for the same script.
func fpmAnswers(t *testing.T, settings string, args ...string) [2]string {
	t.Helper()
	dir := dirForAll(t)
	script := filepath.Join(dir, "script.php")
	code := extensionScript + "\nvar_dump(imap_base64('dGV4dA=='));"
	for path, text := range map[string]string{
		script:                     code,
		filepath.Join(dir, "conf"): fmt.Sprintf(fpmConfiguration, dir, settings),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args = append([]string{"-n", "-d", "zend_extension=opcache", "-y", filepath.Join(dir, "conf"), "-F"}, args...)
	fpm := exec.Command("php-fpm8.2", args...)
	var said bytes.Buffer
	fpm.Stderr = &said
	if err := fpm.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		fpm.Process.Signal(os.Interrupt)
		fpm.Wait()
	}()
	var answers [2]string
	for i := range answers {
		conn := dialFPM(t, filepath.Join(dir, "socket"), &said)
		answers[i] = strings.ReplaceAll(fastCGI(t, conn, script), dir, "@DIR")
	}
	return answers
}

// dialFPM waits for php-fpm to listen.
func dialFPM(t *testing.T, socket string, said fmt.Stringer) net.Conn {
	t.Helper()
	for deadline := time.Now().Add(scriptTimeout); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			conn.SetDeadline(deadline)
			return conn
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v: %s", err, said)
		}
	}
}

// fastCGI makes a request of FastCGI 1.0, and returns the script's output without the header.
func fastCGI(t *testing.T, conn net.Conn, script string) string {
	t.Helper()
	defer conn.Close()
	const begin, end, params, stdin, stdout = 1, 3, 4, 5, 6
	var request, parameters bytes.Buffer
	for name, value := range map[string]string{"SCRIPT_FILENAME": script, "SCRIPT_NAME": "/script.php", "REQUEST_METHOD": "GET"} {
		parameters.Write([]byte{byte(len(name)), byte(len(value))})
		parameters.WriteString(name + value)
	}
	record := func(kind byte, body []byte) {
		request.Write([]byte{1, kind, 0, 1, byte(len(body) >> 8), byte(len(body)), 0, 0})
		request.Write(body)
	}
	record(begin, []byte{0, 1, 0, 0, 0, 0, 0, 0}) // a responder
	record(params, parameters.Bytes())
	record(params, nil)
	record(stdin, nil)
	if _, err := conn.Write(request.Bytes()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for {
		var head [8]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			t.Fatalf("%v after %s", err, &out)
		}
		body := make([]byte, int(binary.BigEndian.Uint16(head[4:]))+int(head[6]))
		if _, err := io.ReadFull(conn, body); err != nil {
			t.Fatal(err)
		}
		switch head[1] {
		case stdout:
			out.Write(body[:len(body)-int(head[6])])
		case end:
			_, text, _ := strings.Cut(out.String(), "\r\n\r\n")
			return text
		}
	}
}
