package generate

import "strings"

func (g *generator) host() string {
	switch g.IntN(14) {
	case 0:
		return g.pick("[192.0.2.1]", "[IPv6:2001:db8::1]", "[", "[x", "x]", "[a b]", "[\\]]", "")
	case 1:
		return g.pick("münchen.example", "xn--mnchen-3ya.example", "m\xfcnchen.example", "a..b", ".a", "a.", "-", "host_1", "a b")
	case 2:
		return "example" + g.blank() + "." + g.blank() + "org"
	}
	return g.pick("example.org", "example.com", "a.test", "sub.domain.example", "EXAMPLE.ORG", "localhost")
}

func (g *generator) local() string {
	switch g.IntN(12) {
	case 0:
		return g.quoted()
	case 1:
		return g.atom() + g.blank() + "." + g.blank() + g.atom()
	case 2:
		return g.pick("", ".", ".a", "a.", "a..b", `"a".b`, `a."b"`, "a b", `a\@b`, "a(b)c", "\xe4", strings.Repeat("long", 1+g.IntN(80)))
	}
	return g.atom()
}

// spec returns an address without a name.
func (g *generator) spec() string {
	switch g.IntN(20) {
	case 0:
		return g.local() // without a host
	case 1:
		return "@" + g.host()
	case 2:
		return g.local() + "@"
	case 3:
		return g.local() + g.blank() + "@" + g.blank() + g.host()
	case 4:
		return g.local() + g.pick("@@", " at ", " AT ", "%", "!", "@x@") + g.host()
	}
	return g.local() + "@" + g.host()
}

func (g *generator) phrase() string {
	return g.repeat(1, 3, func() string {
		return g.either(g.atom, g.word, g.quoted, g.encodedWord, g.atom) + g.pick(" ", " ", " ", "", ".", "\t")
	})
}

func (g *generator) mailbox() string {
	switch g.IntN(10) {
	case 0, 1, 2:
		return g.spec()
	case 3:
		return g.spec() + " " + g.comment(2)
	case 4:
		return g.phrase() + "<" + g.route() + g.spec() + ">"
	case 5:
		return g.phrase() + g.blank() + "<" + g.blank() + g.spec() + g.blank() + ">" + g.blank()
	case 6:
		return g.pick("<>", "<", ">", "<<a@b>>", "a@b>", "<a@b", "a@b c@d", "<a@b> c", "<a@b><c@d>", "a <b> <c@d>", "\"x\" y@z", "x", "@", "<@>", "a,b", ";", g.noise())
	}
	return g.phrase() + "<" + g.spec() + ">"
}

// route returns a source route, or "".
func (g *generator) route() string {
	switch g.IntN(4) {
	case 0:
		return "@" + g.host() + ":"
	case 1:
		return "@" + g.host() + ",@" + g.host() + g.pick(":", "", ",:", " : ")
	}
	return ""
}

func (g *generator) group() string {
	name := g.either(g.phrase, func() string { return g.pick("undisclosed-recipients", "Team", "", "A B") })
	return name + g.pick(":", ": ", " :") + g.list(0, 3, g.mailbox) + g.pick(";", ";", ";", "", ";;", "; x")
}

// addresses returns the value of an address field.
func (g *generator) addresses() string {
	to := 3
	if g.in(40) {
		to = 40
	}
	return g.list(0, to, func() string {
		if g.in(8) {
			return g.group()
		}
		return g.mailbox()
	})
}

// list joins at least from and at most to results of f with commas. Some lists have surplus
// commas, semicolons, comments or blanks.
func (g *generator) list(from, to int, f func() string) string {
	var b strings.Builder
	for i := range from + g.IntN(to-from+1) {
		if i > 0 {
			b.WriteString(g.pick(", ", ",", ", ", ",\n ", ",\n\t"))
			if g.in(20) {
				b.WriteString(g.pick(",", " ", ";", g.comment(1)))
			}
		}
		b.WriteString(g.blank() + f())
	}
	if g.in(25) {
		b.WriteString(g.pick(",", ", ", ";", g.noise()))
	}
	return b.String()
}
