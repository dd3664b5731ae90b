package message

import (
	"fmt"
	"strings"
)

// odd is a message that is read in a way worth a test.
type odd struct{ name, text string }

// oddMessages returns the messages of testdata/dovecot.txt.
func oddMessages() []odd {
	list := []odd{
		{"nothing", ""},
		{"a blank line", "\n"},
		{"blank lines", "\n\n\n"},
		{"a text", "no header\n"},
		{"a text without line break", "no header"},
		{"a header without blank line", "Subject: a\nFrom: b@c\n"},
		{"a header without line break", "Subject: a\nFrom: b@c"},
		{"a CR at the end of the header", "Subject: a\nFrom: b@c\r"},
		{"a header with LF and CRLF", "Subject: a\r\nFrom: b@c\nTo: d@e\r\n\nx\r\ny\n"},
		{"doubled CRs", "Subject: a\r\r\n b\r\r\nFrom: c@d\r\r\n\r\r\n\r\nx\r\r\n"},
		{"CRs in a line", "Subject: a\rb\rc\nFrom: a\rb@c\n\nx\ry\n"},
		{"a blank line of blanks", "Subject: a\n \t\nFrom: b@c\n \n\nx\n"},
		{"a folded first line", " Subject: a\n b\nFrom: c@d\n\nx\n"},
		{"lines that are no fields", "From nobody Mon\nSubject: a\nno field\n folded: b\n: no name\nTo : c@d\n\nx\n"},
		{"a NUL in each field", "Sub\x00ject: a\nSubject: a\x00b\nFrom: a\x00b <c@d>\nTo: \"a\x00b\" <c@d>\nCc: (a\x00b) c@d\nDate: a\x00b\n\na\x00b\n"},
		{"a NUL behind a name", "Subject\x00: a\nFrom\x00x: b@c\n\nx\n"},
		{"a very long name", strings.Repeat("x", 1001) + ": a\nSubject: b\n\nx\n"},
		{"a very long subject", "Subject: " + strings.Repeat("abc ", 5000) + "\nFrom: b@c\n\nx\n"},
		{"a very long word", "Subject: " + strings.Repeat("abc", 9000) + "\nFrom: b@c\n\nx\n"},
		{"a very long word far away", "Subject:" + strings.Repeat(" ", 3000) + strings.Repeat("abc", 3000) + "\nDate:" + strings.Repeat(" ", 9000) + "x\nFrom: b@c\n\nx\n"},
		{"a very long date", "Date: " + strings.Repeat("1", 8186) + "\nIn-Reply-To:  " + strings.Repeat("1", 9000) + "\nMessage-ID:" + strings.Repeat("1", 9000) + "\n\nx\n"},
		{"a long date", "Date: " + strings.Repeat("1", 8183) + "\nMessage-ID: " + strings.Repeat("1", 8178) + "\n\nx\n"},
		{"a long id", "Content-Type: text/plain\nContent-ID: " + strings.Repeat("1", 8178) + "\nContent-Description: " + strings.Repeat("1", 8170) + "\n\nx\n"},
		{"a very long id", "Content-Type: text/plain\nContent-ID: " + strings.Repeat("1", 8179) + "\nContent-Description:  " + strings.Repeat("1", 9000) + "\nContent-MD5: 1 " + strings.Repeat("1", 9000) + "\n\nx\n"},
		{"a very long message-id inside", "Content-Type: message/rfc822\n\nMessage-ID: " + strings.Repeat("1", 8179) + "\nDate: " + strings.Repeat("1", 8184) + "\n\nx\n"},
		{"many parameters", "Content-Type: text/plain" + strings.Repeat("; a=b", 130) + "\nContent-Disposition: x" + strings.Repeat(";", 127) + "; a=b\n\nx\n"},
		{"a very long line", "Subject: a\n\n" + strings.Repeat("abc", 9000) + "\n"},
		{"names in any case", "SUBJECT: a\nfrom: b@c\nCONTENT-TYPE: TEXT/HTML; CHARSET=utf-8\nmime-version: 1.0\n\nx\n"},
		{"no values", "Subject:\nFrom:\nTo: \nCc:\n \nDate:\nMessage-ID: \nIn-Reply-To:\n\n\nx\n"},
		{"blanks for values", "Subject:   \nDate: \t \nMessage-ID:  \nFrom:  \n\nx\n"},
		{"fields twice", "Subject: a\nSubject: b\nFrom: a@b\nFrom: c@d, e@f\nDate: 1\nDate: 2\nMessage-ID: <1@a>\nMessage-ID: <2@a>\nSender: a@b\nSender: c@d\nTo: \nTo: x@y\n\nx\n"},
		{"dates", "Date: no date (at all)\n\nx\n"},
		{"a folded date", "Date: Mon,\n\t1 Jan 2024\n 00:00:00 +0000\nIn-Reply-To: <a@b>\n <c@d>\nMessage-ID:\n <e@f>\n\nx\n"},
	}
	for i, subject := range []string{
		"raw \xc3\xa4 \xe4", "=?utf-8?q?=C3=A4?= =?utf-8?q?b?=", "with \"quotes\" and \\", "a  b", "a\tb", " a ", "a \n b\n\tc", "\n a", "a\n \n b",
		"\x01\x1b\x7f", "{5}", "NIL", `""""""`, `"`,
	} {
		list = append(list, odd{fmt.Sprint("subject ", i), "Subject: " + subject + "\nMessage-ID: " + subject + "\nIn-Reply-To: " + subject + "\nDate: " + subject + "\n\nx\n"})
	}
	for i, addresses := range []string{
		"root", "root (Cron Daemon)", "\"root\"", "\"root\" (Cron)", "root@", "@host", "a b c", "a b <c>", "a <b@c> d", "a <b@c", "a <b", "a <", "<>", "a <>", "a <@>",
		"a <b@c>, ", "a <b@c>,,d@e", ", a@b", ",", ";", ":", "a@b;c@d", "a@b c@d", "a@b, c", "a.b.@c", ".a@b", "a..b@c", ".", "..", "a.\"b\" c",
		"a . b @ c . d", "\"a b\"@c", "\"a\\\"b\\\\c\"@d", "\"a\" b \"c\" <d@e>", "\"a\"b\"c\" <d@e>", "\"unclosed <a@b>", "(unclosed <a@b>", "a (un\\) \n closed b@c", "a@b (un\\) closed",
		"(a) b (c) @ (d) e (f)", "(a (b) c) d@e", "d@e (a (b) c)", "d@e (\\(a\\))", "d@e ()", "d@e (a\n b)", "(a) (b) c@d", "c@d (a) (b)",
		"g: a@b, c <d@e>;", "g:;", "g: ;", "g:", "g: a@b", "g: a@b;, c@d", "g: a@b; c@d", "g: a, b;", "g:a@b,;", "\"g g\" h: <a@b>;", ":;", "g: h: a@b;;", "g: a b;", "g: @;x@y",
		"<@a,@b:c@d>", "<@a:b@c>", "<@a,,@b:c@d>", "<@a@b:c@d>", "<@a>", "<@a b@c>", "<@a:>", "<@:a@b>", "<@[1.2.3.4]:a@b>", "x <@a,@b:c@d>, e@f",
		"a@[1.2.3.4]", "a@[1.2.\\]3]", "a@[1[2]", "a@[1.2", "a@[a\n b]", "a@b.", "a@.b", "a@b..c", "a@b@c", "a@b c", "<a@b@c>", "<a b@c>",
		"\xc3\xa4 \xe4 <b@c>", "\"\xc3\xa4\" <\xc3\xa4@\xc3\xb6>", "=?utf-8?q?a?= <b@c>", "=?utf-8?q?a b?= <c@d>", "a:b <c@d>", "a@b <c@d>", "a,b <c@d>", "a;b <c@d>", "a [b] <c@d>", "a\\b <c@d>", "'a' <b@c>",
		"a <b@c> (d)", "a <b@c>(d), e@f", "a\n <b@c>,\n\td@e", "a\n\n <b@c>", "<a@b> <c@d>", "mailto:a@b", "a <mailto:b@c>", "\"\" <a@b>", "\"\"@a", "<\"\"@a>", "a <\"b c\"@d>", "a\x7fb@c", "a\x01b@c",
		"undisclosed-recipients:;", "Undisclosed recipients", "a <b@c>; d <e@f>", "a@b.c.d (e) , (f) g <h@i>", strings.Repeat("a@b,", 100) + "c@d",
		"\"a\r\rb\" <c@d>", "\"a\\\n b\" <c@d>", "\"a\\", "(a\\", "a@[b\\", "\"a\t b\"  \"c\" <d@e>", "a \"b\n c", "a \"b\n ", "a \"b\n \n c\n ", "a (b\n c", "a (b\n ", "a \"b\\c", "a (b\\c", "a \"b\\\"c <d@e>, f <g@h>", "a    b <c@d>",
	} {
		list = append(list, odd{fmt.Sprint("addresses ", i), "From: " + addresses + "\nTo: " + addresses + "\nReply-To: " + addresses + "\nDate: x\n\nx\n"})
	}
	for i, value := range []string{
		"", "text", "text/", "/plain", "text/plain/x", "text plain", "TEXT/Plain", "text / plain", "(a) text (b) / (c) plain (d) ; (e) a (f) = (g) b (h)", "text/plain a=b", "text/plain, a=b",
		"text/plain;", "text/plain;;", "text/plain; ;a=b", "text/plain; a", "text/plain; a=", "text/plain; a=;b=c", "text/plain; =a", "text/plain; a==b; c=d", "text/plain; a==?utf-8?q?b?=; c=d", "text/plain; a==?utf-8?q?b?= ; c=d",
		"text/plain; a=b c; d=e", "text/plain; a=\"b\"c; d=e", "text/plain; a=\"b", "text/plain; a=\"b\\\"c\\\\d\"", "text/plain; a='b'", "text/plain; a=b/c; d=e?f; g=[h]", "text/plain; A=B; a=c; CharSet=UTF-8",
		"text/plain; charset", "text/plain; charset=", "text/plain; charset=\"\"", "text/plain; charset=us-ascii", "text/html; x=y", "image/png; x=y", "image", "message", "multipart", "x", "application/octet-stream", "message/global", "message/partial; id=a", "message/delivery-status",
		"text/plain; name*=utf-8''%C3%A4", "text/plain; name*0=a; name*1=b", "text/plain; name*1=b; name*0=a", "text/plain; name*0*=utf-8''a%20; name*1=b%; name*2*=%20", "text/plain; name*0=a; name*2=c", "text/plain; name*0=a; name*0=b",
		"text/plain; name*1*=a; x=y; name*=b", "text/plain; name*x=a; b=c", "text/plain; name**=a", "text/plain; *=a; *0=b", "text/plain; name*0=a%b; name*1*=c", "text/plain; z=1; name*0=a; y=2; Name*1=b", "text/plain; name*99999999999=a", "text/plain; name*00=a; name*01=b",
		"text/plain; name=\xc3\xa4; b=\"\xe4\"", "text/plain; \xc3\xa4=a", "text/plain; name=\"a\n b\"", "text/plain;\n\tname=a;\n\tb=c", "text/plain; name=\"a\x00b\"; c==a\x00b; d=e\x00f; g=h", "text/plain; name=\"" + strings.Repeat("a", 300) + "\"", "text/plain\n\n", "text/\xc3\xa4", "text/x.y-z+a; charset=x",
		"text/plain; (a) charset=utf-8", "text/plain; (unclosed", "text (unclosed/plain", "text/plain (unclosed", "text/plain; a=b (unclosed; c=d", "text/plain; a=b (x); c=d", "\"text/plain\"", "text/plain; \"a\"=b",
	} {
		list = append(list, odd{fmt.Sprint("content type ", i), "Content-Type: " + value + "\nContent-Disposition: " + value + "\nContent-Language: " + value + "\nContent-Transfer-Encoding: " + value +
			"\nContent-MD5: " + value + "\nContent-Location: " + value + "\nContent-ID: " + value + "\nContent-Description: " + value + "\n\nx\n"})
	}
	for i, fields := range []string{
		"Content-Disposition: attachment; filename=a.txt", "Content-Disposition: inline\nContent-Disposition: attachment; filename=b\nContent-Disposition: x; y=z", "Content-Disposition:", "Content-Disposition: ;a=b", "Content-Disposition: attachment filename=a",
		"Content-Disposition: (a) attachment (b); filename*=utf-8''a", "Content-Language: en, de", "Content-Language: en de", "Content-Language: en,,de", "Content-Language: en (x), de (y)", "Content-Language:", "Content-Language: ,en\nContent-Language: fr",
		"Content-Location: a\n b", "Content-Location: a\n\tb\nContent-Base: c", "Content-Location: \xc3\xa4", "Content-MD5: abc==\nContent-MD5: def", "Content-ID: <a@b>\nContent-Description: a \"b\" \\c\nContent-ID: <c@d>", "Content-Description: a\n b\n  c",
		"Content-Transfer-Encoding: BASE64", "Content-Transfer-Encoding: base64; x", "Content-Transfer-Encoding: a b\nContent-Transfer-Encoding: 8bit", "Content-Transfer-Encoding:\n base64", "Content-Transfer-Encoding: (a) 7bit (b)", "Content-Transfer-Encoding: \"8bit\"", "Content-Transfer-Encoding: x-unknown",
		"Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64", "Content-Type: text/html\nContent-Type: text/plain; a=b", "X: y", "",
	} {
		for _, version := range []string{"", "MIME-Version: 1.0\n", "MIME-Version\n"} {
			list = append(list, odd{fmt.Sprintf("content fields %d %q", i, version), version + fields + "\nSubject: a\n\nYQ=3D=\nb=\n"})
		}
	}
	mixed := func(params, body string) string {
		return "Subject: a\nContent-Type: multipart/mixed; " + params + "\n\n" + body
	}
	part := "--b\nContent-Type: text/plain\n\none\n"
	for i, text := range []string{
		mixed("boundary=b", ""), mixed("boundary=b", "preamble\n"), mixed("boundary=b", "--b\n"), mixed("boundary=b", "--b"), mixed("boundary=b", "--b--\n"), mixed("boundary=b", "--b\n\n--b--\n"), mixed("boundary=b", "--b\n--b--\n"), mixed("boundary=b", "--b\n--b\n--b\n--b--"),
		mixed("boundary=b", part+"--b--\n"), mixed("boundary=b", part+part+"--b--\nepilogue\n"), mixed("boundary=b", "preamble\n"+part+part), mixed("boundary=b", part+"--b--\n"+part+"--b--\n"), mixed("boundary=b", "--b\n\none\n\n--b\n\n\ntwo\n--b--"),
		mixed("", part), mixed("boundary=", part), mixed("boundary=\"\"", part+"--\n\ntwo\n----\n"), mixed("boundary=\"b \"", part+"--b \n\ntwo\n"), mixed("boundary=b; boundary=c", part+"--c\n\ntwo\n"), mixed("BOUNDARY=b", part), mixed("boundary*=b", part), mixed("boundary*0=b", part),
		mixed("boundary=b", "--b \nA: b\n\none\n--b  \n\ntwo\n--b-- \n"), mixed("boundary=b", "--bx\nA: b\n\none\n--by\n\ntwo\n--b--x\n"), mixed("boundary=b", " --b\n\none\n---b\n--B\n"), mixed("boundary=b", "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n"),
		mixed("boundary="+strings.Repeat("b", 90), "--"+strings.Repeat("b", 90)+"\n\none\n--"+strings.Repeat("b", 80)+"\n\ntwo\n--"+strings.Repeat("b", 79)+"\n"),
		mixed("boundary=b", "--b\nContent-Type: text/plain\n--b\nContent-Type: text/html\n\n--b--\n"), mixed("boundary=b", "--b\nA: b"), mixed("boundary=b", "--b\nA: b\n"), mixed("boundary=b", "--b\nA: b\n\n"), mixed("boundary=b", "--b\n\n--b--\n--b\n\nx\n"),
		"Content-Type: multipart/mixed; boundary=b\n", "Content-Type: multipart/mixed; boundary=b", "Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b--\n", "Content-Type: multipart/mixed; boundary=b\n\n\n--b\n\none\n--b--\n", "Content-Type: multipart; boundary=b\n\n" + part, "Content-Type: multipart/; boundary=b\n\n" + part, "Content-Type: multipart/x; boundary=b; c=d\nContent-Language: en\nContent-Disposition: inline\nContent-Location: x\nContent-ID: <y>\n\n" + part + "--b--\n",
		"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\nContent-Type: text/plain\n\n2\n--b\nA: b\n\nSubject: three\n--b\n--b--\n", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--c--\n--b--\n", "Content-Type: multipart/digest\n\nx\n",
		mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--c\n\n2\n--b\n\n3\n--c\n\n4\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=bc\n\n--bc\n\n1\n--bc--\n--b\n\n2\n--b--\n"), mixed("boundary=bc", "--bc\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--bc\n\n2\n--b--\n--bc--\n"),
		mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--\n--b\n\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=b--\n\n--b--\n\n1\n--b----\n--b\n\n2\n--b--\n"), mixed("boundary=b--", "--b--\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b--\n\n2\n--b----\n"),
		mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=c\n--b\n\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=c\n\n--b\n\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nA: b\n\n--b\n\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nA: b\n--b\n\n2\n--b--\n"),
		mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\nSubject: x\nFrom: y@z\n\n1\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\nSubject: x\n--b\nA: b\nTo: c@d\n\n2\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\nSubject: x\n\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822; a=b\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=x.eml\n\nU3ViamVjdDogYQoKYgo=\n--b--\n"),
		mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\n"+mixed("boundary=c", "--c\n\n1\n--c\n\n2\n--c--\n")+"--b\n\n3\n--b--\n"), mixed("boundary=b", "--b\nContent-Type: message/rfc822\n\n"+mixed("boundary=b", "--b\n\n1\n--b\n\n2\n--b--\n")+"--b\n\n3\n--b--\n"),
		"Content-Type: message/rfc822\n\nSubject: a\nFrom: b@c\n\n1\n2", "Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n", "Content-Type: message/rfc822", "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: a\n\nx\n", "Content-Type: message/RFC822; charset=x\n\nContent-Type: text/html\nTo: a@b\n\n<x>\n",
		"Content-Type: message/rfc822\n\n" + mixed("boundary=b", "--b\nContent-Type: text/plain\n\n1\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"), "Content-Type: message/global\n\nSubject: a\n\nx\n", mixed("boundary=b", "--b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=C3=A4=\n=\nx=3D\n--b\nContent-Type: application/x-y; name=\"a b\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename=\"a b\"\n\nAAECAwQ=\n--b--\n"),
		mixed("boundary=b", "--b\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!\n--b\nContent-Transfer-Encoding: quoted-printable\n\n=XX\n--b\nContent-Transfer-Encoding: x-y\n\nx\n--b--\n"), mixed("boundary=b", "--b\n\na\x00b\n--b\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"), mixed("boundary=b", "--b\nContent-Transfer-Encoding: base64\n\nYQ\n--b\nContent-Transfer-Encoding: base64\n\nYQ==\nx\n--b\nContent-Transfer-Encoding: base64\n\nY W\tJj\n\n--b--\n"),
		"Content-Transfer-Encoding: base64\nContent-Type: multipart/mixed; boundary=b\n\n" + part + "--b--\n", "Content-Transfer-Encoding: x-y\nContent-Type: multipart/mixed; boundary=b\n\n" + part + "--b--\n", "Content-Transfer-Encoding: quoted-printable\nContent-Type: message/rfc822\n\nSubject: =41\nContent-Transfer-Encoding: base64\n\nYWJj\n",
	} {
		list = append(list, odd{fmt.Sprint("multipart ", i), text})
	}
	return append(list, odd{"too deep", tooDeep(120)}, odd{"messages too deep", strings.Repeat("Content-Type: message/rfc822\n\n", 120) + "x\n"})
}

// tooDeep returns a message with levels of multiparts.
func tooDeep(levels int) string {
	var b strings.Builder
	for i := range levels {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%03d\n\n--b%03d\n", i, i)
	}
	return b.String() + "\nx\n"
}
