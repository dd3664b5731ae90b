package mutate

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

// MaxSize limits a mutated text, in octets, unless it was longer before.
const MaxSize = 32 << 10

// tokens are what the parsers of headers, addresses, dates, words, structures and encodings
// look for.
var tokens = []string{
	"\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", "[", "]", ".", "=", "?", "/", "*", "'", "%", "-", "+", "&", "_", "~", "!", "#", "{", "}",
	" ", "\t", "\r\n", "\r\n ", "\r\n\t", "\r\n\r\n", "\n", "\n ", "\n\n", "\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\xa0", "\xc3", "\xe4", "\xff", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
	"\\\"", "\"\"", "()", "((", "<>", "<@", "@@", ",,", ";;", "::", "..", ":;", "@a:", "@a,@b:", " at ", "a@b", "a@[1.2.3.4]", "A: b@c;", "\"a\" <b@c>", "(a) ",
	"=?", "?=", "=?utf-8?q?", "=?utf-8?b?", "=?iso-8859-1?Q?=E4?=", "=?us-ascii?Q?a?=", "=?utf-7?Q?+AOQ-?=", "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "=?x?q?a?=", "=?utf-8*de?q?a?=", "?q?", "?B?", "?Q?",
	"Mon, ", "Jan", "Feb", "Sep", "Dec", "December", "1", "0", "31", "32", "99", "1969", "1970", "2000", "2023", "2038", "00:00:00", "23:59:60", "24:00", "12:34", "+0000", "-0000", "+1400", "-9999", "+02:00", "GMT", "UT", "EST", "EDT", "PDT", "BST", "Z", "(CET)", "17-Jul-1996", "19960717", "4294967296", "2147483648", "18446744073709551616", "-1",
	"From: ", "To: ", "Cc: ", "Bcc: ", "Sender: ", "Reply-To: ", "Return-Path: ", "Subject: ", "Date: ", "Message-ID: ", "In-Reply-To: ", "References: ", "Newsgroups: ", "Followup-To: ", "Resent-", "Status: ", "X-Status: ", "X-Keywords: ", "Received: ", "From a ", ">From ", "x:",
	"MIME-Version: 1.0\r\n", "MIME-Version: ", "Content-Type: ", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: multipart/digest; boundary=b\r\n", "Content-Type: message/rfc822\r\n", "Content-Type: text/plain; charset=", "Content-Transfer-Encoding: ", "Content-Disposition: ", "Content-ID: ", "Content-Description: ", "Content-Language: ", "Content-MD5: ", "Content-Location: ", "Content-",
	"multipart/", "message/", "text/", "rfc822", "digest", "; boundary=", "; boundary=\"", "; charset=", "; name=", "; name*=utf-8''%C3%A4", "; name*0=", "; name*1*=", "base64", "quoted-printable", "7bit", "8bit", "binary", "attachment; filename=", "inline",
	"--", "---", "\r\n--", "\r\n--b\r\n", "\r\n--b--\r\n", "--b", "\r\n.\r\n", "begin 644 x",
	"=\r\n", "=\n", "=3D", "=E4", "=e", "=X", "= \r\n", "====", "YQ==", "YWI=", "A===", "+/", "&-", "&AOQ-", "&", "&AOQ", "&Jjo-", "&ZeVnLIqe-", "~peter",
}

// Mutate returns a text with one or more changes. Octets of donors may be copied into it.
func Mutate(r *rand.Rand, text []byte, donors [][]byte) []byte {
	m := &mutator{r, slices.Clone(text), donors}
	for {
		m.change()
		if m.IntN(3) == 0 {
			break
		}
	}
	if limit := max(MaxSize, len(text)); len(m.text) > limit {
		m.text = m.text[:limit]
	}
	return m.text
}

type mutator struct {
	*rand.Rand
	text   []byte
	donors [][]byte
}

// span returns the bounds of a part of a text. Short parts are more frequent than long ones.
func (m *mutator) span(text []byte) (from, to int) {
	from = m.IntN(len(text) + 1)
	length := m.IntN(1 + len(text)>>m.IntN(12))
	return from, min(from+length, len(text))
}

func (m *mutator) replace(from, to int, with ...byte) {
	m.text = slices.Replace(m.text, from, to, with...)
}

func (m *mutator) change() {
	from, to := m.span(m.text)
	span := m.text[from:to]
	switch m.IntN(12) {
	case 0:
		m.replace(from, to)
	case 1: // a copy of it elsewhere
		at := m.IntN(len(m.text) + 1)
		m.replace(at, at, slices.Clone(span)...)
	case 2:
		m.replace(from, from, m.repeated()...)
	case 3, 4, 5:
		m.replace(from, from, m.token()...)
	case 6:
		m.replace(from, to, m.token()...)
	case 7:
		m.octets(from)
	case 8:
		m.replace(from, to, m.donation()...)
	case 9:
		m.replace(from, from, m.donation()...)
	case 10: // another end
		m.replace(from, len(m.text), m.donation()...)
	case 11:
		m.otherForm(from, to)
	}
}

func (m *mutator) token() []byte { return []byte(tokens[m.IntN(len(tokens))]) }

// repeated returns a token repeated up to 8,192 times, which reaches limits of depth and length.
func (m *mutator) repeated() []byte {
	return bytes.Repeat(m.token(), 1+m.IntN(1<<m.IntN(14)))
}

// octets flips a bit of an octet, or inserts one to four random octets before it.
func (m *mutator) octets(at int) {
	if at < len(m.text) && m.IntN(2) == 0 {
		m.text[at] ^= 1 << m.IntN(8)
		return
	}
	for range 1 + m.IntN(4) {
		m.replace(at, at, byte(m.IntN(256)))
	}
}

// donation returns a part of a donor.
func (m *mutator) donation() []byte {
	if len(m.donors) == 0 {
		return nil
	}
	donor := m.donors[m.IntN(len(m.donors))]
	from, to := m.span(donor)
	return donor[from:to]
}

// otherForm changes the case, the line ends, the blanks or the tokens of a part, or reverses it.
func (m *mutator) otherForm(from, to int) {
	span := slices.Clone(m.text[from:to])
	switch m.IntN(7) {
	case 0:
		span = bytes.ToUpper(span)
	case 1:
		span = bytes.ToLower(span)
	case 2:
		span = bytes.ReplaceAll(span, []byte("\r\n"), []byte("\n"))
	case 3:
		span = bytes.ReplaceAll(span, []byte("\n"), []byte("\r\n"))
	case 4:
		span = bytes.ReplaceAll(span, []byte(" "), m.token())
	case 5:
		span = bytes.ReplaceAll(span, m.token(), m.token())
	case 6:
		slices.Reverse(span)
	}
	m.replace(from, to, span...)
}
