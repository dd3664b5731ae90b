package conformance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// openInbox opens a mailbox with five messages, and finds the engine.
const openInbox = `<?php
$name = '{127.0.0.1:' . getenv('MAIL_IMAP') . '/imap/notls}INBOX';
$mbox = imap_open($name, getenv('MAIL_USER'), getenv('MAIL_PASSWORD'));
$engine = trim(file_get_contents('/proc/self/task/' . getmypid() . '/children'));
function attempt(callable $call) {
	try {
		echo json_encode($call()), "\n";
	} catch (Error $e) {
		echo get_class($e), ': ', $e->getMessage(), ' at ', basename($e->getFile()), ':', $e->getLine(), "\n";
	}
}
// stop returns after the engine has ended: a signal may arrive after the next call.
function stop(string $signal) {
	global $engine;
	exec("kill -$signal $engine");
	while (!str_contains(file_get_contents("/proc/$engine/stat"), ') Z ')) {
		usleep(1000);
	}
}
`

// engineTests test what the extension does not have: the process behind the bridge. @BIN is its
// program.
var engineTests = []struct {
	name, code, want string
	env, args        []string
}{
	{name: "killed between calls", code: openInbox + `stop('KILL');
attempt(fn () => imap_num_msg($mbox));
attempt(fn () => imap_num_msg($mbox));
attempt(fn () => imap_is_open($mbox));
attempt(fn () => imap_base64('YQ=='));
$again = imap_open($name, getenv('MAIL_USER'), getenv('MAIL_PASSWORD'));
attempt(fn () => imap_num_msg($again));
attempt(fn () => imap_num_msg($mbox));
`, want: `Error: imapcompat: the engine @BIN was killed by signal 9 at script.php:21
Error: imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process at script.php:22
Error: imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process at script.php:23
"a"
5
Error: imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process at script.php:27
exit status 0
`},
	{name: "killed in mid-call", code: openInbox + `
$mute = stream_socket_server('tcp://127.0.0.1:0');
exec("(sleep 0.3; kill -9 $engine) >/dev/null 2>&1 &");
$mute = '{' . stream_socket_get_name($mute, false) . '/imap/notls}INBOX';
attempt(fn () => imap_open($mute, 'u', 'p'));
imap_num_msg($mbox);
`, want: `Error: imapcompat: the engine @BIN was killed by signal 9 at script.php:24

Fatal error: Uncaught Error: imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process in @DIR/script.php:25
Stack trace:
#0 @DIR/script.php(25): imap_num_msg(Object(IMAP\Connection))
#1 {main}
  thrown in @DIR/script.php on line 25
exit status 255
`},
	{name: "stopped politely", code: openInbox + `stop('TERM');
attempt(fn () => imap_ping($mbox));
`, want: `imapcompat: interrupted: the calls of a script were being answered; what the script asked for before is done
Error: imapcompat: the engine @BIN ended with exit code 143 at script.php:21
exit status 0
`},
	{name: "fork", code: openInbox + `
if (($child = pcntl_fork()) === 0) {
	attempt(fn () => imap_num_msg($mbox));
	$own = imap_open($name, getenv('MAIL_USER'), getenv('MAIL_PASSWORD'));
	attempt(fn () => imap_num_msg($own));
	exit(7);
}
pcntl_waitpid($child, $status);
echo pcntl_wexitstatus($status), ' ', imap_num_msg($mbox), "\n";
`, want: `Error: imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process at script.php:22
5
7 5
exit status 0
`},
	{name: "relative program", code: `<?php chdir('/'); echo imap_base64('YQ=='), "\n";`,
		env: []string{"IMAPCOMPAT_BIN=bin/imapcompat"}, want: "a\nexit status 0\n"},
	{name: "no program", code: `<?php
try { imap_base64('YQ=='); } catch (Error $e) { echo $e->getMessage(), "\n"; }`,
		env: []string{"IMAPCOMPAT_BIN=", "PATH=/nonexistent"}, want: "imapcompat: the program imapcompat is not on the PATH, and IMAPCOMPAT_BIN does not name it\nexit status 0\n"},
	{name: "another program", code: `<?php
try { imap_base64('YQ=='); } catch (Error $e) { echo preg_replace('~/\S+/~', '', $e->getMessage()), "\n"; }`,
		env: []string{"IMAPCOMPAT_BIN=/bin/false"}, want: "imapcompat: the engine false ended with exit code 1\nexit status 0\n"},
}

// TestPHPEngine runs scripts over the bridge alone.
func TestPHPEngine(t *testing.T) {
	needOracle(t)
	for _, tt := range engineTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checks(t)
			p := newPlace(t, five())
			dir := t.TempDir()
			script := filepath.Join(dir, "script.php")
			if err := os.WriteFile(script, []byte(tt.code), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Dir(engine(t)), filepath.Join(dir, "bin")); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), scriptTimeout)
			defer cancel()
			args := append([]string{"-n", "-d", "auto_prepend_file=" + absolute(t, "../phpbridge/imap.php")}, tt.args...)
			cmd := exec.CommandContext(ctx, "php", append(args, script)...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN="+engine(t), fmt.Sprintf("MAIL_IMAP=%d", p.imap),
				"MAIL_USER="+p.user, "MAIL_PASSWORD="+dovecot.Password)
			cmd.Env = append(cmd.Env, tt.env...)
			out, _ := cmd.CombinedOutput()
			got := strings.NewReplacer(engine(t), "@BIN", dir, "@DIR").Replace(string(out)) + cmd.ProcessState.String() + "\n"
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
