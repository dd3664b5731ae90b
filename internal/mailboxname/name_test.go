package mailboxname_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// opening is what PHP 8.2 made of a name. The file testdata/open.json was
// written by a script that called
//
//	imap_open($name, "u", "p", $options)
//
// for each name, with servers on loopback that accept every login: IMAP on 23143 and, with
// STARTTLS, on 23144, POP3 on 23110 and, with STLS, on 23111, IMAP and POP3 over TLS on 23993
// and 23995. An entry has the Mailbox of imap_check, or, if the opening failed, the first of
// imap_errors about the name or the connection. It also has the identities of the PLAIN
// mechanism as the server received them.
type opening struct {
	Name    string
	Options int
	Mailbox string
	Error   string
	AuthzID string
	AuthcID string
}

// These are the options in open.json.
const (
	opReadOnly  = 2
	opAnonymous = 4
	opHalfOpen  = 64
	opSecure    = 256
)

// differs has the names for which this package differs from c-client, with the reasons.
var differs = map[string]string{
	"INBOX":                                 "no driver for files",
	"inbox":                                 "no driver for files",
	"#pop{127.0.0.1:23110}INBOX":            "no driver for files",
	"#move/x/INBOX":                         "no driver for files",
	"{127.0.0.1:88679}INBOX":                "port out of range",
	"{127.0.0.1:65536}INBOX":                "port out of range",
	"{127.0.0.1:65537}INBOX":                "port out of range",
	"{127.0.0.1:-1}INBOX":                   "port out of range",
	"{127.0.0.1:-42393}INBOX":               "port out of range",
	"{127.0.0.1:99999999999999999999}INBOX": "port out of range",
	"{127.0.0.1/nntp/anonymous}x":           "no NNTP",
	"{127.0.0.1/nntp}#foo":                  "no NNTP",
	"{127.0.0.1/nntp}x":                     "no NNTP",
	"{127.0.0.1:23143/service=nntp}INBOX":   "no NNTP",
}

func openings(t testing.TB) []opening {
	data, err := os.ReadFile("testdata/open.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []opening
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestParseAsPHP(t *testing.T) {
	for _, want := range openings(t) {
		n, err := mailboxname.Parse(want.Name)
		if reason, ok := differs[want.Name]; ok {
			if err == nil {
				t.Errorf("%q: accepted, but: %s", want.Name, reason)
			}
			continue
		}
		if strings.HasPrefix(want.Error, "Can't open mailbox ") {
			if err == nil || err.Error() != want.Error {
				t.Errorf("%q: error %v, PHP says %q", want.Name, err, want.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v, PHP took it and got %q %s", want.Name, err, want.Mailbox, want.Error)
			continue
		}
		checkConnection(t, want, n)
		if want.Mailbox != "" {
			checkOpened(t, want, n)
		}
	}
}

var connectError = regexp.MustCompile(`^(?:Can't connect|Connection failed) to (.*),(\d+): `)

// checkConnection compares the address that PHP tried to connect to, as far as its errors show
// it.
func checkConnection(t *testing.T, want opening, n mailboxname.Name) {
	t.Helper()
	if host, ok := strings.CutPrefix(want.Error, "No such host as "); ok {
		if n.Host[:min(len(n.Host), 80)] != host {
			t.Errorf("%q: host %q, PHP looked for %q", want.Name, n.Host, host)
		}
	}
	if m := connectError.FindStringSubmatch(want.Error); m != nil {
		port := strconv.Itoa(n.ConnectPort(n.TLSMode()))
		if n.Host != m[1] || port != m[2] {
			t.Errorf("%q: connects to %q port %s, PHP to %q port %s", want.Name, n.Host, port, m[1], m[2])
		}
	}
}

func checkOpened(t *testing.T, want opening, n mailboxname.Name) {
	t.Helper()
	user := n.User
	if user == "" {
		user = "u"
	}
	c := mailboxname.Connection{
		Host:      strings.ToLower(n.Host),
		Port:      n.ConnectPort(n.TLSMode()),
		TLS:       n.TLS,
		SSL:       n.SSL || n.TrySSL && (n.Port == 23993 || n.Port == 23995),
		User:      user,
		Anonymous: want.Options&opAnonymous != 0,
		ReadOnly:  want.Options&opReadOnly != 0,
		Secure:    want.Options&opSecure != 0,
		HalfOpen:  want.Options&opHalfOpen != 0,
	}
	if got := n.Opened(c).String(); got != want.Mailbox {
		t.Errorf("%q: opened as %q, PHP's is %q", want.Name, got, want.Mailbox)
	}
	if want.AuthcID == "" {
		return
	}
	authzID, authcID := "", user
	if n.AuthUser != "" {
		authzID, authcID = user, n.AuthUser
	}
	if authzID != want.AuthzID || authcID != want.AuthcID {
		t.Errorf("%q: logs in as %q for %q, PHP as %q for %q",
			want.Name, authcID, authzID, want.AuthcID, want.AuthzID)
	}
}

// TestFlags checks what open.json cannot show: flags without effect on the name of an open
// mailbox.
func TestFlags(t *testing.T) {
	full := mailboxname.Name{
		Host: "h", Port: 1143, Service: "imap", User: "a b", AuthUser: "adm",
		Debug: true, Loser: true, NoRsh: true, NoValidateCert: true, Secure: true,
		TLS: true, TrySSL: true, Mailbox: "x",
	}
	for name, want := range map[string]mailboxname.Name{
		`{h:1143/tls/USER="a b"/authuser=adm/debug/loser/norsh/novalidate-cert/validate-cert/secure/tryssl}x`: full,
		`{h/pop}`:        {Host: "h", Service: "pop3", Mailbox: "INBOX"},
		`{h/ssl/debug}`:  {Host: "h", Service: "imap", SSL: true, NoTLS: true, Debug: true, Mailbox: "INBOX"},
		`{h/tls-sslv23}`: {Host: "h", Service: "imap", TLS: true, TLSSSLv23: true, Mailbox: "INBOX"},
		`{[::1]:9}`:      {Host: "[::1]", Port: 9, Service: "imap", Mailbox: "INBOX"},
	} {
		if got, err := mailboxname.Parse(name); err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", name, got, err, want)
		}
	}
}

func TestTLSMode(t *testing.T) {
	for name, want := range map[string]backend.TLSMode{
		"{h}":             backend.TLSWhenOffered,
		"{h/tls}":         backend.TLSRequired,
		"{h/tls-sslv23}":  backend.TLSRequired,
		"{h/notls}":       backend.TLSNever,
		"{h/ssl}":         backend.TLSImplicit,
		"{h/notls/ssl}":   backend.TLSImplicit,
		"{h/pop3/tryssl}": backend.TLSWhenOffered,
	} {
		n, err := mailboxname.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.TLSMode(); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestErrorKinds(t *testing.T) {
	for name, want := range map[string]error{
		"{h/foo}":         backend.ErrInvalidArgument,
		"INBOX":           backend.ErrInvalidArgument,
		"{h}a\x00b":       backend.ErrInvalidArgument,
		"{h}a\r\nb":       backend.ErrInvalidArgument,
		"{h/nntp}":        backend.ErrNotSupported,
		"{h/smtp}":        backend.ErrNotSupported,
		"{h/service=foo}": backend.ErrNotSupported,
	} {
		if _, err := mailboxname.Parse(name); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}

// TestPurposes checks the error texts of imap_deletemailbox, imap_subscribe, imap_renamemailbox,
// imap_status and imap_append.
func TestPurposes(t *testing.T) {
	for _, c := range []struct{ purpose, name, want string }{
		{mailboxname.ToDelete, "{bad", "Can't delete mailbox {bad: invalid remote specification"},
		{mailboxname.ToSubscribe, "{bad", "Can't subscribe to mailbox {bad: invalid remote specification"},
		{mailboxname.ToRename, "{bad", "Can't rename mailbox {bad: invalid remote specification"},
		{mailboxname.ToGetStatus, "x/y", "Can't get status of mailbox x/y: no such mailbox"},
		{mailboxname.ToAppend, "x/y", "Can't append to mailbox x/y: no such mailbox"},
		{mailboxname.ToDelete, "a\nb", "Can't delete mailbox with such a name"},
		{mailboxname.ToAppend, "a\nb", "Can't append to mailbox with such a name"},
	} {
		if _, err := mailboxname.ParseFor(c.purpose, c.name); err == nil || err.Error() != c.want {
			t.Errorf("%s %q: %v, want %q", c.purpose, c.name, err, c.want)
		}
	}
}

// TestSameServer compares with PHP. same tells whether PHP kept the connection of a name opened
// by user joe when imap_reopen got the other name.
func TestSameServer(t *testing.T) {
	const inbox = "{127.0.0.1:23143}INBOX"
	for _, c := range []struct {
		open, reopen string
		same         bool
	}{
		{inbox, "{127.0.0.1:23143}x", true},
		{inbox, "{127.0.0.1}x", true},
		{inbox, "{127.0.0.1/imap}x", true},
		{inbox, "{127.0.0.1:23145}x", false},
		{inbox, "{localhost:23143}x", false},
		{"{localhost:23143}", "{LOCALHOST}x", true},
		{"{LOCALHOST:23143}", "{localhost}x", true},
		{"{vm:23143}", "{localhost:23143}x", false},
		{inbox, "{127.0.0.1:23143/user=joe}x", true},
		{inbox, "{127.0.0.1:23143/user=bob}x", false},
		{inbox, "{127.0.0.1:23143/user=JOE}x", false},
		{"{127.0.0.1:23143/user=bob}", "{127.0.0.1:23143}x", true},
		{"{127.0.0.1:23143/user=bob}", "{127.0.0.1:23143/user=bob}x", true},
		{"{127.0.0.1:23143/user=bob}", `{127.0.0.1:23143/user="joe"}x`, false},
		{inbox, "{127.0.0.1:23143/anonymous}x", false},
		{"{127.0.0.1:23143/anonymous}", "{127.0.0.1:23143}x", false},
		{"{127.0.0.1:23143/anonymous}", "{127.0.0.1:23143/anonymous}x", true},
		{inbox, "{127.0.0.1:23143/readonly}x", true},
		{inbox, "{127.0.0.1:23143/notls}x", true},
		{inbox, "{127.0.0.1:23143/novalidate-cert}x", true},
		{inbox, "{127.0.0.1:23143/secure}x", true},
		{inbox, "{127.0.0.1:23143/loser}x", true},
		{inbox, "{127.0.0.1/ssl}x", true},
		{inbox, "{127.0.0.1:23143/tls}x", true},
		{inbox, "{127.0.0.1:23143/authuser=adm}x", true},
		{"{localhost:23993/ssl}", "{localhost}x", true},
		{inbox, "{127.0.0.1:23143/imap4}x", true},
		{inbox, "{127.0.0.1:23110/pop3}", false},
		{"{127.0.0.1:23110/pop3}", inbox, false},
		{"{[127.0.0.1]:23143}", "{127.0.0.1:23143}x", false},
		{"{[127.0.0.1]:23143}", "{[127.0.0.1]}x", true},
		{"{127.1:23143}", "{127.0.0.1:23143}x", false},
	} {
		given, err := mailboxname.Parse(c.open)
		if err != nil {
			t.Fatal(err)
		}
		user := given.User
		if user == "" {
			user = "joe"
		}
		opened := given.Opened(mailboxname.Connection{
			Host: strings.ToLower(given.Host), Port: given.Port, User: user,
		})
		again, err := mailboxname.Parse(c.reopen)
		if err != nil {
			t.Fatal(err)
		}
		if got := opened.SameServer(again) || given.SameServer(again); got != c.same {
			t.Errorf("%s, then %s: %v, PHP %v", c.open, c.reopen, got, c.same)
		}
	}
}

// FuzzParse checks that an accepted name is within the limits, can be sent, and means the same
// when written and parsed again.
func FuzzParse(f *testing.F) {
	for _, o := range openings(f) {
		f.Add(o.Name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		n, err := mailboxname.Parse(name)
		if err != nil {
			if text := err.Error(); len(text) > 150 || strings.ContainsAny(text, "\r\n\x00") {
				t.Errorf("error text %q", text)
			}
			return
		}
		if n.Host == "" || len(n.Host) > 255 || len(n.User) > 64 || len(n.AuthUser) > 64 ||
			len(n.Mailbox) > 255 || n.Port < 0 || n.Port > 65535 {
			t.Errorf("out of bounds: %+v", n)
		}
		if strings.ContainsAny(n.Host+n.User+n.AuthUser+n.Mailbox, "\r\n\x00") {
			t.Errorf("cannot be sent: %+v", n)
		}
		if strings.ContainsAny(n.User, `"\`) {
			return // String does not escape
		}
		again, err := mailboxname.Parse(n.String())
		if err != nil {
			if len(n.String()) > 712 {
				return
			}
			t.Fatalf("%q written as %q: %v", name, n, err)
		}
		if again.String() != n.String() || !n.SameServer(again) && !n.Anonymous {
			t.Errorf("%q written as %q, read as %q", name, n, again)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	const name = "{mail.example.org:993/imap/ssl/novalidate-cert/user=ada/readonly}INBOX.Archive.2025"
	b.ReportAllocs()
	b.SetBytes(int64(len(name)))
	for b.Loop() {
		if _, err := mailboxname.Parse(name); err != nil {
			b.Fatal(err)
		}
	}
}
