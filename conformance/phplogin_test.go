package conformance

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// resetScript tries to log in to a server that resets the connection. With 1 for $retries PHP
// reports more than this (docs/php-bridge.md).
const resetScript = `<?php
foreach ([0, 2] as $retries) {
	var_dump(imap_open('{127.0.0.1:' . $argv[1] . '/imap/notls}INBOX', 'u', 'p', 0, $retries), imap_errors());
}`

// TestPHPLoginReset compares the reports for a server that resets the connection when it
// receives the password.
func TestPHPLoginReset(t *testing.T) {
	needOracle(t)
	path := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(path, []byte(resetScript), 0o600); err != nil {
		t.Fatal(err)
	}
	port := listenToReset(t)
	run := func(door string) string {
		cmd := exec.Command("php", "-n", "-d", door, path, fmt.Sprint(port))
		cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN="+engine(t))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	want, got := run("extension=imap"), run("auto_prepend_file="+absolute(t, "../phpbridge/imap.php"))
	if got != want || !strings.Contains(want, "broken") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// listenToReset serves IMAP up to LOGIN.
func listenToReset(t *testing.T) (port int) {
	t.Helper()
	return listen(t, func(conn net.Conn) {
		defer conn.Close()
		fmt.Fprint(conn, "* OK ready\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			switch {
			case strings.HasPrefix(command, "LOGIN"):
				conn.(*net.TCPConn).SetLinger(0) // which makes it a reset
				return
			case command == "CAPABILITY":
				fmt.Fprint(conn, "* CAPABILITY IMAP4REV1\r\n")
			}
			fmt.Fprintf(conn, "%s OK done\r\n", tag)
		}
	})
}
