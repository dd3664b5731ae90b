package conformance

import (
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// TestKinds makes the same calls over each kind of connection with a password, and on our side
// also with an OAuth2 token, which PHP does not support.
func TestKinds(t *testing.T) {
	for _, kind := range []struct{ service, mailbox string }{
		{"imap", "{localhost:@IMAPS/imap/ssl}INBOX"},
		{"imap", "{localhost:@IMAP/imap/tls}INBOX"},
		{"imap", "{localhost:@IMAP/imap}INBOX"},
		{"imap", "{localhost:@IMAP}"},
		{"imap", "{localhost:@IMAP/imap/notls}INBOX"},
		{"imap", "{127.0.0.1:@IMAPS/imap/ssl/novalidate-cert}INBOX"},
		{"imap", "{127.0.0.1:@IMAP/imap/tls/novalidate-cert}INBOX"},
		{"pop3", "{localhost:@POP3S/pop3/ssl}INBOX"},
		{"pop3", "{localhost:@POP3/pop3/tls}INBOX"},
		{"pop3", "{localhost:@POP3/pop3}INBOX"},
		{"pop3", "{localhost:@POP3/pop3/notls}INBOX"},
		{"pop3", "{127.0.0.1:@POP3S/pop3/ssl/novalidate-cert}INBOX"},
	} {
		for _, login := range []struct {
			name  string
			begin func(*testing.T, place) *library
		}{{"password", newLibrary}, {"token", withToken}} {
			t.Run(login.name+" "+kind.mailbox, func(t *testing.T) {
				t.Parallel()
				m := five("S", "F")
				php, ours := newOracle(t, newPlace(t, m)), login.begin(t, newPlace(t, m))
				for _, c := range []call{
					open(kind.mailbox), do("imap_check"), do("imap_headerinfo", 1), overview(), do("imap_fetchheader", 2), do("imap_body", 3),
					do("imap_delete", "1:2"), do("imap_undelete", "1"), do("imap_expunge"), do("imap_mailboxmsginfo"), do("imap_uid", 2),
					do("imap_status", kind.mailbox, 31), do("imap_reopen", kind.mailbox), do("imap_check"), overview(), do("imap_close", clExpunge),
				} {
					both(t, php, ours, c, fmt.Sprintf("%s/%s/%s with %s, %v", kind.service, c.fn, kind.mailbox, login.name, c))
				}
			})
		}
	}
}

// TestNames opens mailboxes by names of every form.
func TestNames(t *testing.T) {
	for service, names := range map[string][]string{
		"imap": {
			"{127.0.0.1:@IMAP/notls}INBOX", "{127.0.0.1:@IMAP/notls}", "{127.0.0.1:@IMAP/imap4/notls}INBOX", "{127.0.0.1:@IMAP/imap4rev1/notls}INBOX",
			"{127.0.0.1:@IMAP/imap2/notls}INBOX", "{127.0.0.1:@IMAP/imap2bis/notls}INBOX", "{127.0.0.1:@IMAP/service=imap/notls}INBOX",
			"{127.0.0.1:@IMAP/IMAP/NoTLS}INBOX", "{127.0.0.1:@IMAP/notls/notls}INBOX", "{127.0.0.1/notls:@IMAP}INBOX",
			"{127.0.0.1:@IMAP/notls}inbox", "{127.0.0.1:@IMAP/notls}InBoX", "{127.0.0.1:@IMAP/notls/readonly}INBOX", "{127.0.0.1:@IMAP/notls/secure}INBOX",
			"{127.0.0.1:@IMAP/notls/debug}INBOX", "{127.0.0.1:@IMAP/notls/norsh}INBOX", "{127.0.0.1:@IMAP/notls/validate-cert}INBOX",
			"{127.0.0.1:@IMAP/notls/novalidate-cert}INBOX", "{127.0.0.1:@IMAP/notls/user=@USER}INBOX", `{127.0.0.1:@IMAP/notls/user="@USER"}INBOX`,
			"{127.0.0.1:@IMAP/notls/loser}INBOX", "{127.0.0.1:@IMAP/notls/tryssl}INBOX", "{127.0.0.1:@IMAPS/imap/tryssl/novalidate-cert}INBOX",
			"{127.0.0.1:@IMAPS/imap/ssl/novalidate-cert}INBOX", "{localhost:@IMAP/notls}INBOX", "{LOCALHOST:@IMAP/notls}INBOX", "{[127.0.0.1]:@IMAP/notls}INBOX",
			"{127.0.0.1:@IMAP/notls}Archive", "{127.0.0.1:@IMAP/notls}Nope", "{127.0.0.1:@IMAP/notls}.x", "{127.0.0.1:@IMAP/notls} INBOX", "{127.0.0.1:@IMAP/notls}a*b",
			`{127.0.0.1:@IMAP/notls}a"b`, "{127.0.0.1:@IMAP/notls}M\u00fcll", "{127.0.0.1:@IMAP/notls}M&APw-ll",
			"{127.0.0.1:@IMAP/bogus}INBOX", "{127.0.0.1:@IMAP/bogus=1}INBOX", "{127.0.0.1:@IMAP/}INBOX", "{127.0.0.1:@IMAP//x}INBOX", "{127.0.0.1:@IMAP/imap/pop3}INBOX",
			"{127.0.0.1:@IMAP/tls/notls}INBOX", "{127.0.0.1:@IMAP/ssl/tls}INBOX", "{127.0.0.1:@IMAP/imaps}INBOX", "{127.0.0.1:@IMAP/smtp}INBOX", "{127.0.0.1:@IMAP/submit}INBOX",
			"{127.0.0.1:@IMAP/notls", "{}", "{}INBOX", "{:143}INBOX", "{/imap}INBOX", "{127.0.0.1:0/imap}INBOX", "{127.0.0.1:abc/imap}INBOX", "{127.0.0.1:/imap}INBOX",
			"{::1:143/imap}INBOX", "{127.0.0.1:@IMAP /notls}INBOX", "x", "/tmp/x", "~/x", "}", " {127.0.0.1}INBOX", "*{127.0.0.1}INBOX", "",
			"{127.0.0.1:@IMAP/notls}a\rb", "{127.0.0.1:@IMAP/notls}a\nb", "{127.0.0.1:1/notls}INBOX", "{[::1]:1/notls}INBOX", "{nosuch.invalid/notls}INBOX",
			"{localhost:@IMAP/imap/ssl}INBOX", "{127.0.0.1:@IMAP/notls/secure/authuser=adm}INBOX", "{127.0.0.1:@IMAP/notls/anonymous}INBOX", "INBOX",
		},
		"pop3": {
			"{127.0.0.1:@POP3/pop3/notls}", "{127.0.0.1:@POP3/pop3/notls}inbox", "{127.0.0.1:@POP3/pop3/notls}Archive", "{127.0.0.1:@POP3/service=pop3/notls}INBOX",
			"{127.0.0.1:@POP3/pop3/notls/readonly}INBOX", "{127.0.0.1:@POP3/pop3/notls/anonymous}INBOX", "{127.0.0.1:@POP3/pop3/notls/secure}INBOX",
			"{127.0.0.1:@POP3/pop3/notls/user=@USER}INBOX", "{127.0.0.1:@POP3/pop3s}INBOX", "{127.0.0.1:1/pop3/notls}INBOX", "{nosuch.invalid/pop3/notls}INBOX",
			"{127.0.0.1:@IMAP/pop3/notls}INBOX", "{127.0.0.1:@POP3/pop3/notls/authuser=adm}INBOX", "{localhost:@POP3/pop3/ssl}INBOX",
			"{LOCALHOST:@POP3/pop3/notls}INBOX", "{127.0.0.1:@POP3S/pop3/tryssl/novalidate-cert}INBOX",
		},
	} {
		for _, name := range names {
			t.Run(service+" "+name, func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, five(), named("Archive", five()))
				php, ours := newOracle(t, p), newLibrary(t, p)
				for _, c := range []call{open(name), do("imap_check"), do("imap_num_msg")} {
					both(t, php, ours, c, fmt.Sprintf("%s/%s/%q", service, c.fn, name))
				}
				if php.conn != nil {
					both(t, php, ours, do("imap_close"), fmt.Sprintf("%s/imap_close/%q", service, name))
				}
			})
		}
	}
}

// TestOpenArguments passes imap_open arguments of every kind, each in a PHP of its own, because
// some stay in force.
func TestOpenArguments(t *testing.T) {
	const secret = "secret"
	const wrong = "not it"
	all := golden.Disabled{"CRAM-MD5", "PLAIN", "LOGIN"}
	for _, args := range [][]any{
		{"@USER", secret, 1}, {"@USER", secret, opReadOnly}, {"@USER", secret, 8}, {"@USER", secret, 16}, {"@USER", secret, opHalfOpen},
		{"@USER", secret, int(imapcompat.OP_SECURE)}, {"@USER", secret, clExpunge}, {"@USER", secret, 128}, {"@USER", secret, 512}, {"@USER", secret, -1},
		{"@USER", secret, 1 << 20}, {"@USER", secret, int(imapcompat.OP_ANONYMOUS)}, {"@USER", secret, 0, -1}, {"@USER", secret, 0, 1}, {"@USER", secret, 0, 7},
		{"@USER", secret, 0, 0, golden.Disabled{"CRAM-MD5"}}, {"@USER", secret, 0, 0, golden.Disabled{"cram-md5", "plain"}}, {"@USER", secret, 0, 0, golden.Disabled{"BOGUS"}},
		{"@USER", secret, 0, 0, all}, {"@USER", wrong}, {"@USER", wrong, 0, 1}, {"@USER", wrong, 0, 2}, {"@USER", wrong, 0, 1, golden.Disabled{"CRAM-MD5"}},
		{"@USER", wrong, 0, 2, golden.Disabled{"PLAIN"}}, {"@USER", wrong, 0, 2, golden.Disabled{"CRAM-MD5", "PLAIN"}}, {"@USER", wrong, 0, 2, all},
		{"@USER", secret, int(imapcompat.OP_SECURE), 0, golden.Disabled{"CRAM-MD5"}}, {"@USER", ""}, {"@USER", "", 0, 0, all}, {"", secret}, {"@USER", "a\x00b"},
	} {
		for _, service := range services {
			c := do("imap_open", append([]any{service.inbox}, args...)...)
			t.Run(fmt.Sprint(service.name, args), func(t *testing.T) {
				t.Parallel()
				p := newPlace(t, five())
				php, ours := newOracle(t, p), newLibrary(t, p)
				both(t, php, ours, c, fmt.Sprintf("%s/imap_open/%q", service.name, fmt.Sprint(args...)))
				both(t, php, ours, do("imap_check"), fmt.Sprintf("%s/imap_check/after %q", service.name, fmt.Sprint(args...)))
			})
		}
	}
}
