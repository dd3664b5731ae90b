package generate

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// entity has the fields that describe a content, and the content.
type entity struct {
	fields []string
	body   string
}

func (e entity) String() string { return strings.Join(e.fields, "") + "\n" + e.body }

// entity returns the content of a message or of a part. e has the fields written so far.
func (g *generator) entity() entity {
	var e entity
	if g.depth == 0 && !g.in(12) {
		e.fields = append(e.fields, g.field("MIME-Version", g.either(
			func() string { return "1.0" }, func() string { return "1.0" }, func() string { return "1.0" },
			func() string { return g.pick("1.0 (a comment)", "2.0", "", "1.1", "(x) 1.0", "1. 0", "one") })))
	}
	switch {
	case g.depth < MaxDepth && (g.in(3) || g.depth > 0 && g.depth < MaxDepth && g.deep()):
		return g.multipart(e)
	case g.depth < MaxDepth && g.in(8):
		return g.nested(e)
	case g.in(5):
		e.body = g.text() // without a type
		return e
	}
	return g.leaf(e)
}

// deep reports whether a part has parts of its own in addition to the usual cases. It rarely
// does, but mostly does below the third level, so that some structures have many levels.
func (g *generator) deep() bool { return g.in(30) || g.depth > 3 && !g.in(4) }

func (g *generator) leaf(e entity) entity {
	media := g.pick("text/plain", "text/plain", "text/html", "TEXT/Plain", "text", "image/png", "application/octet-stream", "application/pdf", "audio/x", "video/mp4", "model/x", "x-odd/thing", "message/partial",
		"message/external-body", "text/", "/plain", "", "text plain", "text/plain/x", "text/(c)plain", "text / plain", "\"text\"/plain", "multipart", "t\xe4xt/plain", "message/delivery-status")
	params := g.params(g.pick("charset", "name", "format"))
	if g.in(2) {
		params = "; charset=" + g.charset() + params
	}
	e.fields = append(e.fields, g.field("Content-Type", media+params))
	encoding := ""
	if g.in(2) {
		encoding = g.pick("7bit", "8bit", "binary", "base64", "quoted-printable", "BASE64", "x-uuencode", "", "base64 ", "(c) base64", "7-bit", "quoted-printable; x", "\"base64\"")
		e.fields = append(e.fields, g.field("Content-Transfer-Encoding", encoding))
	}
	e.fields = append(e.fields, g.contentFields()...)
	e.body = g.encodedText(encoding)
	return e
}

// contentFields returns fields that few contents have.
func (g *generator) contentFields() []string {
	var list []string
	for _, k := range []kind{
		{"Content-Disposition", 4, func() string {
			return g.pick("attachment", "inline", "ATTACHMENT", "", "x-odd", "form-data", "(c) attachment", "attach ment", "\"inline\"") + g.params("filename")
		}},
		{"Content-ID", 8, g.id},
		{"Content-Description", 8, g.unstructured},
		{"Content-Language", 12, func() string {
			return g.list(0, 3, func() string { return g.pick("en", "de-DE", "", "x y", "\"fr\"") })
		}},
		{"Content-MD5", 15, func() string { return g.pick("Q2hlY2sgSW50ZWdyaXR5IQ==", "", "not md5", g.word()) }},
		{"Content-Location", 15, func() string { return g.pick("http://example.org/a b", "", "x\n y", g.unstructured()) }},
		{"Content-Type", 25, func() string { return g.pick("text/plain", "multipart/mixed", "text/html; charset=x") }},
		{"Content-Foo", 25, g.unstructured},
	} {
		if g.in(k.one) {
			list = append(list, g.field(k.name, k.value()))
		}
	}
	return list
}

// params returns parameters with their semicolons. About half of them have the given name.
func (g *generator) params(name string) string {
	return g.repeat(0, 3, func() string {
		name := name
		if g.in(2) {
			name = g.pick("charset", "name", "x", "format", "type", "BOUNDARY2", "size", "é", "", "a b", "creation-date")
		}
		if g.in(5) {
			return g.extended(name)
		}
		return g.pick("; ", ";", " ; ", ";\n ", ";\n\t", " ", ";;") + name + g.pick("=", "=", "=", "=", " = ", "", "==") + g.paramValue()
	})
}

func (g *generator) paramValue() string {
	if g.in(3) {
		return g.either(g.quoted, g.encodedWord, g.word, g.comment1, func() string {
			return g.pick("", "a b", "a;b", "'x'", "a\"b\"c", "[x]", "<x>", "a/b", "\"a\" \"b\"", "f\xfcr.txt", "\"für.txt\"")
		})
	}
	return g.pick("us-ascii", "flowed", "file.txt", "\"file name.pdf\"", "1", "x", "\"x\"")
}

func (g *generator) comment1() string { return g.comment(1) }

// extended returns a parameter of RFC 2231, with a charset, in pieces, or both.
func (g *generator) extended(name string) string {
	value := g.pick("utf-8''%C3%A4", "iso-8859-1'de'%E4%20x", "''x", "utf-8'x", "%zz", "utf-8''", "x", "'", "utf-8''a%", "UTF-8''f%C3%BCr.txt")
	if g.in(2) {
		return ";" + g.blank() + name + "*=" + value
	}
	var b strings.Builder
	numbers := []string{"0", "1", "2"}
	if g.in(3) {
		numbers = strings.Split(g.pick("1 0", "0 2", "0 0", "1", "0 1 01", "0 x", "0 1 2 3 4 5 6 7 8 9 10", "-1 0", "0 99999999999"), " ")
	}
	for _, n := range numbers {
		fmt.Fprintf(&b, ";%s%s*%s%s=%s", g.pick("", " ", "\n "), name, n, g.pick("", "*"), g.pick(value, "piece", "\"quoted piece\"", "%20"))
	}
	return b.String()
}

// encodedText returns a text in a transfer encoding, sometimes in another one than the given
// one.
func (g *generator) encodedText(encoding string) string {
	if g.in(8) {
		encoding = g.pick("base64", "quoted-printable", "")
	}
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		octets := make([]byte, g.IntN(200))
		for i := range octets {
			octets[i] = byte(g.IntN(256))
		}
		text := base64.StdEncoding.EncodeToString(octets)
		for i := 60; i < len(text); i += 61 {
			text = text[:i] + "\n" + text[i:]
		}
		return text + g.pick("\n", "\n", "", "=\n", "!\n", "\n\nYQ==\n")
	case "quoted-printable":
		return strings.ReplaceAll(g.text(), "e", g.pick("=65", "=\n", "=6", "=", "=XY", "e"))
	}
	return g.text()
}

// boundary returns the boundary of a multipart. It may begin like that of a surrounding
// multipart.
func (g *generator) boundary() string {
	if len(g.boundaries) > 0 && g.in(10) {
		outer := g.boundaries[g.IntN(len(g.boundaries))]
		return g.pick(outer, outer+"x", outer[:len(outer)/2], outer+"--", outer+" ")
	}
	if g.in(10) {
		return g.pick("", " ", "--", "a b", "'()+_,-./:=?", strings.Repeat("b", 70), strings.Repeat("b", 90), "é", "\"", "a\\b", "x--", "-", "(c)", "=_b")
	}
	return fmt.Sprintf("b%d", g.IntN(1000))
}

func (g *generator) multipart(e entity) entity {
	boundary := g.boundary()
	media := "multipart/" + g.pick("mixed", "mixed", "alternative", "related", "MIXED", "report", "signed", "x-odd", "", "digest")
	e.fields = append(e.fields, g.field("Content-Type", media+g.boundaryParam(boundary)+g.params("type")))
	if g.in(8) {
		e.fields = append(e.fields, g.field("Content-Transfer-Encoding", g.pick("7bit", "8bit", "binary", "base64", "quoted-printable")))
	}
	e.fields = append(e.fields, g.contentFields()...)
	g.depth++
	g.boundaries = append(g.boundaries, boundary)
	e.body = g.parts(boundary)
	g.boundaries = g.boundaries[:len(g.boundaries)-1]
	g.depth--
	return e
}

// boundaryParam returns the parameter with the boundary. In some cases it is wrong, missing or
// in the form of RFC 2231.
func (g *generator) boundaryParam(boundary string) string {
	quoted := `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(boundary) + `"`
	if g.in(15) {
		return g.pick("", "; boundary", "; boundary=", "; boundary=other", "; boundary=\"", "; boundary*=utf-8''"+boundary, "; boundary*0=\""+boundary+"\"", " boundary="+boundary,
			"; boundary="+quoted+"; boundary=other", "; boundary=other; boundary="+quoted, "; boundary=(c)"+boundary, "; boundary="+quoted+"x")
	}
	return g.pick("; ", ";", ";\n ", ";\n\t") + g.pick("boundary", "boundary", "BOUNDARY") + "=" + g.pick(quoted, quoted, boundary)
}

func (g *generator) parts(boundary string) string {
	var b strings.Builder
	if g.in(4) {
		b.WriteString(g.text()) // the preamble
	}
	n := g.IntN(4)
	if g.depth > 2 {
		n = min(n, 2)
	}
	for range n {
		b.WriteString("--" + boundary + g.lineTail())
		b.WriteString(g.part())
		if !g.in(12) {
			b.WriteString("\n")
		}
	}
	if !g.in(8) {
		b.WriteString("--" + boundary + "--" + g.lineTail())
	}
	if g.in(4) {
		b.WriteString(g.text()) // the epilogue
	}
	return b.String()
}

// lineTail returns the end of a boundary line.
func (g *generator) lineTail() string {
	if g.in(15) {
		return g.pick(" \n", "\t\n", "x\n", "-\n", "--\n", "  \t \n", "")
	}
	return "\n"
}

// part returns a part of a multipart, which may be nearly empty.
func (g *generator) part() string {
	if g.in(12) {
		return g.pick("", "\n", "\n\n", "no header", "Content-Type: text/plain", "Content-Type: text/plain\n", " \n", "Content-Type: message/rfc822\n\n", ":\n")
	}
	return g.entity().String()
}

// nested returns a content that is a message.
func (g *generator) nested(e entity) entity {
	e.fields = append(e.fields, g.field("Content-Type", g.pick("message/rfc822", "message/rfc822", "MESSAGE/RFC822", "message/news", "message/rfc822; x=y", "message/global")))
	if g.in(6) {
		e.fields = append(e.fields, g.field("Content-Transfer-Encoding", g.pick("7bit", "8bit", "base64", "quoted-printable")))
	}
	e.fields = append(e.fields, g.contentFields()...)
	g.depth++
	e.body = g.message()
	g.depth--
	return e
}
