package conformance

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// memoryScript makes a call with a text of 50 MB. Its arguments are a protocol and the
// name of a call.
const memoryScript = `<?php
$name = '{127.0.0.1:' . getenv('MAIL_' . $argv[1]) . '/' . strtolower($argv[1]) . '/notls}INBOX';
$mbox = imap_open($name, getenv('MAIL_USER'), getenv('MAIL_PASSWORD'));
$long = fn () => "Subject: x\r\n\r\n" . str_repeat("line\r\n", 8 << 20);
$save = function (string $section) use ($mbox) {
	imap_savebody($mbox, 'saved', 1, $section);
	return filesize('saved') . md5_file('saved');
};
$calls = [
	'imap_body' => fn () => imap_body($mbox, 1),
	'imap_fetchbody' => fn () => imap_fetchbody($mbox, 1, '1'),
	'imap_fetchbody whole' => fn () => imap_fetchbody($mbox, 1, ''),
	'imap_savebody' => fn () => $save(''),
	'imap_savebody section' => fn () => $save('1'),
	'imap_fetchheader' => fn () => imap_fetchheader($mbox, 1),
	'imap_headerinfo' => fn () => serialize(imap_headerinfo($mbox, 1)),
	'imap_fetchstructure' => fn () => serialize(imap_fetchstructure($mbox, 1)),
	'imap_append' => fn () => imap_append($mbox, $name, $long()) . imap_num_msg($mbox) . md5(imap_body($mbox, 2)),
	'imap_base64' => fn () => imap_base64(str_repeat('YWFh', 12 << 20)),
	'imap_8bit' => fn () => imap_8bit($long()),
	'imap_binary' => fn () => imap_binary($long()),
	'imap_qprint' => fn () => imap_qprint($long()),
	'imap_mail_compose' => fn () => imap_mail_compose(['from' => 'a@b.example'], [['type' => TYPETEXT, 'contents.data' => $long()]]),
];
$text = $calls[$argv[2]]();
echo strlen($text), ' ', md5($text), ' ', memory_get_peak_usage(true), ' ';
$engine = trim(file_get_contents('/proc/self/task/' . getmypid() . '/children'));
$status = $engine !== '' ? file_get_contents("/proc/$engine/status") : '';
foreach (['VmHWM', 'RssFile'] as $field) {
	echo preg_match("/$field:\\s+(\\d+)/", $status, $match) ? $match[1] : 0, ' ';
}
`

// mostFile is the limit for the pages of the command's file in the memory of an engine, in MB. All
// engines share them.
const mostFile = 25

// mostEngine returns the limit for the rest of an engine's memory, in MB. docs/php-bridge.md has
// what it takes.
func mostEngine(protocol, fn string) int {
	switch {
	case fn == "imap_mail_compose":
		return 106
	case fn == "imap_savebody":
		return 8
	case protocol == "IMAP" && (fn == "imap_savebody section" || fn == "imap_headerinfo" || fn == "imap_fetchstructure"):
		return 8
	}
	return 61
}

// TestPHPMemory compares PHP's peak memory for a long text. Over the bridge the memory_limit is
// PHP's default, which imap_mail_compose exceeds in the extension.
func TestPHPMemory(t *testing.T) {
	needOracle(t)
	const octets = 50 << 20
	line := strings.Repeat("a", 74) + "\r\n"
	raw := func(fn string) []byte {
		if strings.Contains(fn, "header") {
			line := "X-Long: " + line
			return []byte("Subject: long\r\n" + strings.Repeat(line, octets/len(line)) + "\r\ntext\r\n")
		}
		return []byte("Subject: long\r\n\r\n" + strings.Repeat(line, octets/len(line)))
	}
	script := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(script, []byte(memoryScript), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, protocol := range []string{"IMAP", "POP3"} {
		for _, fn := range []string{
			"imap_body", "imap_fetchbody", "imap_fetchbody whole", "imap_savebody", "imap_savebody section",
			"imap_fetchheader", "imap_headerinfo", "imap_fetchstructure",
			"imap_append", "imap_base64", "imap_8bit", "imap_binary", "imap_qprint", "imap_mail_compose",
		} {
			if protocol == "POP3" && !strings.Contains(fn, "body") && !strings.Contains(fn, "header") && fn != "imap_fetchstructure" {
				continue
			}
			t.Run(protocol+"/"+fn, func(t *testing.T) {
				run := func(door ...string) (text string, peak, engineKB, fileKB int) {
					p := newPlace(t, mailbox{name: "INBOX", messages: []dovecot.Message{{Raw: raw(fn)}}})
					cmd := exec.Command("php", append(append([]string{"-n"}, door...), script, protocol, fn)...)
					cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN="+engine(t), "MAIL_USER="+p.user, "MAIL_PASSWORD="+dovecot.Password,
						fmt.Sprintf("MAIL_IMAP=%d", p.imap), fmt.Sprintf("MAIL_POP3=%d", p.pop3))
					cmd.Dir = t.TempDir()
					out, err := cmd.CombinedOutput()
					if err != nil {
						t.Fatalf("%v: %s", err, out)
					}
					var size int
					var sum string
					if _, err := fmt.Fscan(bytes.NewReader(out), &size, &sum, &peak, &engineKB, &fileKB); err != nil || size == 0 {
						t.Fatalf("%v: %s", err, out)
					}
					return fmt.Sprint(size, " ", sum), peak, engineKB, fileKB
				}
				want, extension, _, _ := run("-d", "memory_limit=256M", "-d", "extension=imap")
				got, bridge, engineKB, fileKB := run("-d", "memory_limit=128M", "-d", "auto_prepend_file="+absolute(t, "../phpbridge/imap.php"))
				if got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				t.Logf("PHP takes %d MB, with the extension %d", bridge>>20, extension>>20)
				own := engineKB - fileKB
				t.Logf("the engine takes %d MB, and %d MB of the command's file", own>>10, fileKB>>10)
				if most := mostEngine(protocol, fn); engineKB == 0 || own>>10 > most {
					t.Errorf("the engine takes %d kB, more than %d MB", own, most)
				}
				if fileKB>>10 > mostFile {
					t.Errorf("the engine takes %d kB of the command's file, more than %d MB", fileKB, mostFile)
				}
				if bridge > extension {
					t.Errorf("PHP takes %d octets, with the extension %d", bridge, extension)
				}
			})
		}
	}
}
