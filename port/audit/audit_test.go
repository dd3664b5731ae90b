package audit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/port/php"
)

func auditOf(t testing.TB, source string) *Report {
	t.Helper()
	name := filepath.Join(t.TempDir(), "script.php")
	if err := os.WriteFile(name, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return Paths(name)
}

// Each rule has scripts that it finds, and scripts like them that it does not.
func TestHazards(t *testing.T) {
	for kind, c := range map[string]struct{ with, without []string }{
		Seen: {
			[]string{`imap_body($m, 1);`, `imap_fetchbody($m, 1, "1", FT_UID);`},
			[]string{`imap_body($m, 1, FT_PEEK);`, `imap_fetchbody($m, 1, "1", $flags);`, `imap_fetchheader($m, 1);`},
		},
		Silenced: {[]string{`@imap_close($m);`, `$m = @imap_open($a, $b, $c);`}, []string{`imap_close($m); @unlink("a");`}},
		Password: {
			[]string{`imap_open($a, "ada", "secret");`, `$p = 'secret'; imap_open($a, $b, $p);`},
			[]string{`imap_open($a, "ada", getenv("P"));`, `imap_open($a, $b, "");`},
		},
		Local:      {[]string{`imap_open("/var/mail/ada", "", "");`}, []string{`imap_open("{h}INBOX", $u, $p);`, `imap_open($a, $u, $p);`}},
		NoValidate: {[]string{`$a = "{mail.example.org/ssl/novalidate-cert}INBOX";`, `$a = '{' . $h . ':993/ssl/novalidate-cert}'; $b = "{mail.example.org:993/novalidate-cert}";`}, []string{`$a = "{mail.example.org/ssl}";`}},
		NoPassword: {[]string{`$a = "{outlook.office365.com:993/ssl}INBOX";`}, []string{`$a = "{imap.gmail.com:993/ssl}INBOX";`}},
		MailHeaders: {
			[]string{`imap_mail($_POST["to"], "a", "b");`, `imap_mail("a@b", "s", "t", "From: $from");`},
			[]string{`imap_mail("a@b", "s", $text);`, `imap_mail("a@b", str_replace("\n", "", $s), "t");`},
		},
		DeleteNumbers: {
			[]string{`foreach ($l as $n) { imap_delete($m, $n); imap_expunge($m); }`},
			[]string{`foreach ($l as $n) { imap_delete($m, $n); } imap_expunge($m);`, `foreach ($l as $n) { imap_delete($m, $n, FT_UID); imap_expunge($m); }`},
		},
		KeptNumber: {
			[]string{`imap_body($m, $n, FT_PEEK); imap_expunge($m); imap_header($m, $n); imap_body($m, $n, FT_PEEK);`,
				`$n = imap_num_msg($m); imap_expunge($m); imap_delete($m, $n);`, `imap_headerinfo($m, $n); imap_expunge($m); imap_headerinfo($m, $n);`},
			[]string{`imap_body($m, $n, FT_PEEK); imap_expunge($m); $n = 1; imap_body($m, $n, FT_PEEK);`, `imap_body($m, $n, FT_UID); imap_expunge($m); imap_body($m, $n, FT_UID);`,
				`$n = imap_num_msg($m); imap_expunge($m); $n = imap_num_msg($m); imap_delete($m, $n);`},
		},
		PathName: {
			[]string{`$s = imap_fetchstructure($m, 1); file_put_contents("in/" . $filename, $t);`, `imap_fetchstructure($m, 1); $f = fopen($p->value, "w");`,
				`imap_fetchstructure($m, 1); $name = $p->value; fopen("in/$name", "w");`},
			[]string{`imap_fetchstructure($m, 1); file_put_contents("in/" . basename($filename), $t);`, `imap_fetchstructure($m, 1); fopen("log", "a");`,
				`imap_fetchstructure($m, 1); $name = basename($p->value); fopen("in/$name", "w");`},
		},
		POP3Expunge: {
			[]string{`$a = imap_open("{mail.example.org/pop3}", $u, $p); $b = imap_open("{mail.example.org/pop3}", $u, $p); imap_expunge($a);`},
			[]string{`$a = imap_open("{mail.example.org/pop3}", $u, $p); imap_expunge($a);`},
		},
	} {
		has := func(source string) bool {
			return slices.ContainsFunc(auditOf(t, "<?php\n"+source).Hazards, func(h Hazard) bool { return h.Kind == kind && h.Line == 2 })
		}
		for _, source := range c.with {
			if !has(source + " // imap_") {
				t.Errorf("%s is not found in %s", kind, source)
			}
		}
		for _, source := range c.without {
			if has(source + " // imap_") {
				t.Errorf("%s is found in %s", kind, source)
			}
		}
		if texts[kind] == "" {
			t.Errorf("%s has no text", kind)
		}
	}
}

func TestCalls(t *testing.T) {
	for source, want := range map[string]string{
		`imap_fetchbody($mbox, $uid, "1.2", FT_UID | FT_PEEK);`: `result, err := mbox.FetchBody(uid, "1.2", imapcompat.FT_UID|imapcompat.FT_PEEK); if err != nil { … }`,
		`IMAP_Delete($m, '1:5');`:                               `if err := m.Delete("1:5"); err != nil { … }`,
		`\imap_delete($this->m, $n);`:                           `if err := mbox.Delete(imapcompat.SequenceOf(n)); err != nil { … }`,
		`imap_open($a, $u, "geheim");`:                          `mbox, err := imapcompat.Open(a, u, password); if err != nil { … }`,
		`imap_open($a, $u, $p, OP_READONLY);`:                   `mbox, err := imapcompat.Open(a, u, p, imapcompat.OP_READONLY); if err != nil { … }`,
		`use function imap_ping as p; p($m);`:                   `if err := m.Ping(); err != nil { … }`,
		`class A { function f() { return imap_utf8($s); } }`:    `decoded, notices := imapcompat.UTF8(s)`,
		`namespace A; function f() { imap_errors(); }`:          `result := mbox.Errors()`,
		`imap_none();`: ``,
	} {
		r := auditOf(t, "<?php "+source+" // imap_")
		if len(r.Calls) != 1 || r.Calls[0].Go != want || r.Calls[0].Line != 1 {
			t.Errorf("%s: %+v", source, r.Calls)
		}
	}
}

// What may be a call is reported.
func TestNotFollowed(t *testing.T) {
	for source, want := range map[string]string{
		`call_user_func('imap_ping', $m);`:                           "the name imap_ping in a string",
		`array_map("IMAP_OPEN", $l);`:                                "the name imap_open in a string",
		`$f($m); // imap_`:                                           "a call of the function that $f names",
		`class A { public $b { get => 'c'; } } $x = imap_ping($m); `: "imap_ping",
	} {
		r := auditOf(t, "<?php\n"+source)
		found := slices.ContainsFunc(r.NotFollowed, func(i Item) bool { return strings.HasPrefix(i.Text, want) && i.Line == 2 }) ||
			slices.ContainsFunc(r.Calls, func(c Call) bool { return c.Function == want })
		if !found {
			t.Errorf("%s: %+v", source, r)
		}
		if strings.Contains(source, "class") && (len(r.Syntax) == 0 || r.Syntax[0].Line != 2) {
			t.Errorf("%s: syntax errors %+v", source, r.Syntax)
		}
	}
}

func TestFollowed(t *testing.T) {
	for _, source := range []string{
		`if (function_exists("imap_open") && is_callable('imap_ping')) {}`,
		`$f = function ($m) { imap_ping($m); }; $f($m); $g = fn($m) => imap_ping($m); $g($m);`,
	} {
		if r := auditOf(t, "<?php\n"+source); len(r.NotFollowed) > 0 {
			t.Errorf("%s: %+v", source, r.NotFollowed)
		}
	}
}

// A mailbox name that a script joins is shown as the script has it.
func TestMailboxes(t *testing.T) {
	for source, want := range map[string]string{
		`$a = "{mail.example.org:993/ssl}INBOX"; // imap_`:        `{mail.example.org:993/ssl}INBOX`,
		`imap_open('{' . $host . ':993/imap/ssl}INBOX', $u, $p);`: `'{' . $host . ':993/imap/ssl}INBOX'`,
		`$n = ("{{$host}:995/pop3/ssl}" . $box); // imap_`:        `("{{$host}:995/pop3/ssl}" . $box)`,
		`$n = f("{mail.example.org/imap}") . "x"; // imap_`:       `{mail.example.org/imap}`,
	} {
		r := auditOf(t, "<?php\n"+source)
		if len(r.Mailboxes) != 1 || r.Mailboxes[0].Text != want || r.Mailboxes[0].Line != 2 {
			t.Errorf("%s: %+v", source, r.Mailboxes)
		}
	}
}

// Every call in the scripts of the porting guide is found and has a counterpart.
func TestIdioms(t *testing.T) {
	r := Paths("../../docs/idioms")
	if len(r.Unreadable)+len(r.Syntax) > 0 || r.Scripts < 25 || len(r.Calls) < 100 || r.Estimate.NoCounterpart > 0 {
		t.Errorf("%d scripts, %d calls, %+v %+v %+v", r.Scripts, len(r.Calls), r.Estimate, r.Unreadable, r.Syntax)
	}
}

func TestUnreadable(t *testing.T) {
	if r := Paths(filepath.Join(t.TempDir(), "none")); len(r.Unreadable) != 1 {
		t.Errorf("%+v", r)
	}
	if r := auditOf(t, "imap_"+strings.Repeat(" ", php.MaxSize)); len(r.Unreadable) != 1 {
		t.Errorf("%+v", r.Unreadable)
	}
	if r := auditOf(t, strings.Repeat(" ", php.MaxSize+1)); len(r.Unreadable) != 0 || r.Scripts != 0 {
		t.Errorf("%+v", r)
	}
}

func FuzzSource(f *testing.F) {
	f.Add(`<?php imap_mail($a, $b); imap_expunge($m); use function imap_open as f; f("{h/pop3}");`)
	f.Fuzz(func(t *testing.T, source string) {
		(&Report{}).source("a.php", []byte(source))
	})
}

// BenchmarkMentions searches a million lines without imap_.
func BenchmarkMentions(b *testing.B) {
	source := []byte(strings.Repeat("$some_value = other_function($argument_one, 'text');\n", 1_000_000))
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if mentions(source) {
			b.Fatal("found")
		}
	}
}
