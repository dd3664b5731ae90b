package generate

import (
	"encoding/base64"
	"fmt"
	"strings"
)

var someWords = []string{
	"Hello", "Re:", "Fwd:", "AW:", "the", "invoice", "2023", "No.", "42", "Müller", "naïve", "日本", "a", "B", "x.y", "e-mail", "100%", "$5", "it's",
	"well", "known", "[list]", "(fwd)", "order", "and", "M\xfcller", "\xe4\xf6", "\xff", "caf\xe9", "от", "ok?", "!", "#1", "~", "=", "=20", "_", "?=",
}

func (g *generator) word() string { return g.pick(someWords...) }

// words returns a few words, as in a subject.
func (g *generator) words() string {
	var list []string
	for range 1 + g.IntN(5) {
		list = append(list, g.word())
	}
	return strings.Join(list, " ")
}

// atom returns an atom of RFC 5322, or one with a character of RFC 6532.
func (g *generator) atom() string {
	return g.pick("a", "bob", "alice", "info", "no-reply", "x+y", "o'neil", "UPPER", "A1", "_", "post_master", "user%host", "a/b", "{x}", "*", "=", "~1", "#", "é")
}

// noise returns a text to put where it is not allowed.
func (g *generator) noise() string {
	return g.pick("\x01", "\x07", "\x0b", "\x0c", "\x1b[1m", "\x7f", "\x80", "\xff", "\xc3", "\xe4\xb8", "\r", "\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", "[", "]", "\\\"", "..", "\xef\xbb\xbf", "\u200b", "=?", "?=")
}

// unstructured returns the value of an unstructured field.
func (g *generator) unstructured() string {
	var list []string
	for range g.IntN(6) {
		switch g.IntN(10) {
		case 0, 1:
			list = append(list, g.encodedWord())
		case 2:
			list = append(list, g.noise())
		case 3:
			list = append(list, g.comment(2), g.quoted())
		default:
			list = append(list, g.word())
		}
	}
	return strings.Join(list, g.pick(" ", " ", " ", "  ", "\t", ""))
}

// charsets has names that c-client knows, and some that it does not. us-ascii is in lower case
// because Dovecot stores the US-ASCII of a plain text so.
var charsets = strings.Fields(`
us-ascii UTF-8 UTF-7 UCS-2 UTF-16 ISO-8859-1 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-9 ISO-8859-10
ISO-8859-11 ISO-8859-13 ISO-8859-14 ISO-8859-15 ISO-8859-16 TIS-620 VISCII KOI8-R KOI8-U KOI8-RU WINDOWS-874 WINDOWS-1250 WINDOWS-1251 WINDOWS-1252
WINDOWS-1253 WINDOWS-1254 WINDOWS-1255 WINDOWS-1256 WINDOWS-1257 WINDOWS-1258 IBM367 IBM437 IBM737 IBM775 IBM850 IBM852 IBM855 IBM857 IBM860 IBM861
IBM862 IBM863 IBM864 IBM865 IBM866 IBM869 IBM874 ANSI_X3.4-1968 UNICODE-1-1-UTF-7 ISO-2022-JP ISO-2022-JP-1 ISO-2022-JP-2 ISO-2022-KR ISO-2022-CN
EUC-JP EUC-KR EUC-CN EUC-TW GB2312 GBK CN-GB KS_C_5601-1987 KS_C_5601-1992 BIG5 CN-BIG5 BIG-5 WINDOWS-936 WINDOWS-949 WINDOWS-950 SHIFT_JIS SHIFT-JIS
X-UNKNOWN X-NOPE utf8 latin1 8BIT utf-8*en iso-8859-1*`)

func (g *generator) charset() string {
	if g.in(2) {
		return g.pick("utf-8", "UTF-8", "iso-8859-1", "us-ascii", "windows-1252")
	}
	return g.pick(charsets...)
}

// encodedWord returns an encoded word of RFC 2047, or a text that resembles one.
func (g *generator) encodedWord() string {
	if g.in(6) {
		return g.pick("=?utf-8?q?open", "=?utf-8?b?????=", "=?utf-8?x?a?=", "=??q?a?=", "=?utf-8?q?a b?=", "=?utf-8?b?w6?=", "=?utf-8?q?=zz?=", "=?utf-8?q?=C?=",
			"=?utf-8?q??=", "=?utf-8??a?=", "=?q?a?=", "=?utf-8?q?a?b?=", "=?utf-8?b?YQ=?=", "x=?utf-8?q?a?=", "=?utf-8?q?a?=x", "=?utf-8?q?"+strings.Repeat("a", 90)+"?=")
	}
	word := func(octets string) string {
		if g.in(2) {
			return "=?" + g.charset() + "?" + g.pick("b", "B") + "?" + base64.StdEncoding.EncodeToString([]byte(octets)) + "?="
		}
		return "=?" + g.charset() + "?" + g.pick("q", "Q") + "?" + q(octets) + "?="
	}
	octets := g.pick("M\xc3\xbcller", "M\xfcller", "\xe6\x97\xa5\xe6\x9c\xac", "\x1b$BF|K\\\x1b(B", "a b", "\xd0\x9f\xd1\x80", "\xcf\xf0\xe8", "", "+AOQ-", "\xa4\xa4\xa4\xe5", "\x00", "plain")
	if g.in(5) { // split inside a character
		i := g.IntN(len(octets) + 1)
		return word(octets[:i]) + g.pick(" ", "  ", "\n ", "") + word(octets[i:])
	}
	return word(octets)
}

// q returns octets in the Q encoding.
func q(octets string) string {
	var b strings.Builder
	for _, c := range []byte(octets) {
		switch {
		case c == ' ':
			b.WriteByte('_')
		case c > ' ' && c < 0x7f && !strings.ContainsRune(`=?_"(),.:;<>@[\]`, rune(c)):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

// comment returns a comment, with up to so many levels of comments in it. A few are not closed
// or not opened.
func (g *generator) comment(levels int) string {
	inner := g.pick("", "c", "a comment", "x\\)y", "\\", "\"", "é", "=?utf-8?q?c?=", "a@b", ",", " ")
	if levels > 0 && g.in(3) {
		inner += g.comment(levels - 1)
	}
	if g.in(25) {
		return g.pick("(", ")") + inner
	}
	return "(" + inner + ")"
}

// quoted returns a quoted string. A few are not closed or not opened.
func (g *generator) quoted() string {
	inner := g.pick("", " ", "a b", "Doe, John", `say \"hi\"`, `back\\slash`, "a@b", "x.y", "é", "=?utf-8?q?q?=", "(no comment)", "<a@b>", ":;", "\t", `\a`, "fold\n ed")
	if g.in(25) {
		return g.pick(`"`+inner, inner+`"`, `"`+inner+`\"`)
	}
	return `"` + inner + `"`
}

// blank returns what may be between two words of a structured field.
func (g *generator) blank() string {
	if g.in(10) {
		return g.pick("\t", "  ", "\n ", "\n\t", " \n \n ", g.comment(3), " "+g.comment(1)+" ")
	}
	return g.pick("", " ", " ", " ")
}

// text returns lines of text, as in a body.
func (g *generator) text() string {
	return g.repeat(0, 18, func() string {
		switch g.IntN(14) {
		case 0:
			return "\n"
		case 1:
			return g.pick(".", "..", ".x", "--", "-- ", "--x", "From me", ">From me", " ", "\t", "a\x01b", "a\rb", "\xff\xfe", "begin 644 x", "a: b") + "\n"
		case 2:
			return strings.Repeat("long ", g.IntN(60)) + "\n"
		}
		return g.words() + "\n"
	})
}
