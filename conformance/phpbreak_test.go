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

// breakScript makes a call that reads a text of which only a part arrives.
const breakScript = `<?php
$mbox = imap_open('{127.0.0.1:' . $argv[2] . '/' . $argv[1] . '/notls}INBOX', 'u', 'p');
imap_errors();
imap_alerts();
$saved = function (string $section) use ($mbox) {
	$result = imap_savebody($mbox, 'saved', 1, $section);
	return [$result, filesize('saved'), md5_file('saved')];
};
$calls = [
	'imap_body' => fn () => imap_body($mbox, 1),
	'imap_fetchbody' => fn () => imap_fetchbody($mbox, 1, '1'),
	'imap_fetchbody whole' => fn () => imap_fetchbody($mbox, 1, ''),
	'imap_fetchheader' => fn () => imap_fetchheader($mbox, 1),
	'imap_fetchmime' => fn () => imap_fetchmime($mbox, 1, '1'),
	'imap_savebody' => fn () => $saved(''),
	'imap_savebody section' => fn () => $saved('1'),
];
$result = $calls[$argv[3]]();
var_dump(is_string($result) && strlen($result) > 99 ? [strlen($result), md5($result)] : $result, imap_errors(), imap_ping($mbox), imap_num_msg($mbox));
`

// brokenTexts are the lengths of a message's text, and of the part that arrives.
var brokenTexts = []struct{ size, sent int }{{1000, 0}, {1000, 300}, {300_000, 200_000}, {8 << 20, 5 << 20}}

// TestPHPBreak compares the results for a text during which the connection ends.
func TestPHPBreak(t *testing.T) {
	needOracle(t)
	script := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(script, []byte(breakScript), 0o600); err != nil {
		t.Fatal(err)
	}
	for protocol, serve := range map[string]func(net.Conn, string, int){"imap": breakIMAP, "pop3": breakPOP3} {
		for _, fn := range []string{
			"imap_body", "imap_fetchbody", "imap_fetchbody whole", "imap_fetchheader", "imap_fetchmime", "imap_savebody", "imap_savebody section",
		} {
			for _, tt := range brokenTexts {
				name := fmt.Sprintf("%s/%s, %d of %d", protocol, fn, tt.sent, tt.size)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					text := strings.Repeat("a line of text\r\n", tt.size/len("a line of text\r\n"))
					port := listen(t, func(conn net.Conn) {
						defer conn.Close()
						serve(conn, text, tt.sent)
					})
					run := func(door string) string {
						cmd := exec.Command("php", "-n", "-d", door, script, protocol, fmt.Sprint(port), fn)
						cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN="+engine(t))
						cmd.Dir = t.TempDir()
						out, err := cmd.CombinedOutput()
						if err != nil {
							t.Fatalf("%v: %s", err, out)
						}
						return string(out)
					}
					want, got := run("extension=imap"), run("auto_prepend_file="+absolute(t, "../phpbridge/imap.php"))
					if differsOnBreak(protocol, fn) {
						checkBroken(t, got)
						return
					}
					tally.count("break/"+name+"/", want == got, nil)
					if got != want {
						t.Errorf("over the bridge\n%s\nwith the extension\n%s", got, want)
					}
				})
			}
		}
	}
}

// differsOnBreak reports whether docs/php-bridge.md lists the difference: on POP3 PHP takes a
// part of a text for all of it and reports nothing, and imap_savebody writes what arrives.
func differsOnBreak(protocol, fn string) bool {
	return protocol == "pop3" || strings.HasPrefix(fn, "imap_savebody")
}

// checkBroken checks that a text of which a part arrived is empty, or in a file, and that
// imap_errors gives the reason.
func checkBroken(t *testing.T, got string) {
	t.Helper()
	isText := strings.HasPrefix(got, "string(0) \"\"\n")
	isFile := strings.HasPrefix(got, "array(3) {\n  [0]=>\n  bool(true)\n")
	if !isText && !isFile || !strings.Contains(got, "connection broken") {
		t.Errorf("over the bridge\n%s", got)
	}
}

// breakIMAP serves IMAP with one message, and closes in the first literal.
func breakIMAP(conn net.Conn, text string, sent int) {
	fmt.Fprint(conn, "* OK ready\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		switch {
		case command == "CAPABILITY":
			fmt.Fprint(conn, "* CAPABILITY IMAP4REV1\r\n")
		case strings.HasPrefix(command, "SELECT"):
			fmt.Fprint(conn, "* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n")
		case strings.Contains(command, "BODY[") || strings.Contains(command, "BODY.PEEK["):
			_, section, _ := strings.Cut(command, "[")
			section, _, _ = strings.Cut(section, "]")
			fmt.Fprintf(conn, "* 1 FETCH (UID 1 BODY[%s] {%d}\r\n%s", section, len(text), text[:sent])
			return
		case strings.Contains(command, "BODYSTRUCTURE"):
			fmt.Fprintf(conn, "* 1 FETCH (UID 1 BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" %d 9) \"mixed\"))\r\n", len(text))
		}
		fmt.Fprintf(conn, "%s OK done\r\n", tag)
	}
}

// breakPOP3 serves POP3 with one message, and closes in the first text.
func breakPOP3(conn net.Conn, text string, sent int) {
	fmt.Fprint(conn, "+OK ready\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		verb, _, _ := strings.Cut(strings.ToUpper(lines.Text()), " ")
		switch verb {
		case "CAPA":
			fmt.Fprint(conn, "+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n")
		case "LIST":
			fmt.Fprintf(conn, "+OK\r\n1 %d\r\n.\r\n", len(text))
		case "STAT":
			fmt.Fprintf(conn, "+OK 1 %d\r\n", len(text))
		case "UIDL":
			fmt.Fprint(conn, "+OK\r\n1 a\r\n.\r\n")
		case "TOP", "RETR":
			fmt.Fprintf(conn, "+OK\r\n%s", ("Subject: a\r\n\r\n" + text)[:sent])
			return
		default:
			fmt.Fprint(conn, "+OK\r\n")
		}
	}
}
