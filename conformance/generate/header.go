package generate

import "strings"

// field returns a header field with its line end.
func (g *generator) field(name, value string) string {
	if g.in(12) {
		name = g.pick(strings.ToUpper(name), strings.ToLower(name), name+" ", name+"\t", " "+name, name+" x", name+"\xe4", strings.ToUpper(name)+" ")
	}
	colon := ": "
	if g.in(12) {
		colon = g.pick(":", ":\t", " : ", ":  ", ":\n ", "", " ", "::")
	}
	if g.in(8) {
		value = g.fold(value)
	}
	if g.in(30) {
		at := g.IntN(len(value) + 1)
		value = value[:at] + g.noise() + value[at:]
	}
	if g.in(30) {
		value += g.pick(" ", "\t", "  ", "\n ", "\n\t ")
	}
	return name + colon + value + "\n"
}

// fold breaks a line at some of its blanks, and rarely between other characters.
func (g *generator) fold(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		if c == ' ' && g.in(2) || g.in(60) {
			b.WriteString(g.pick("\n ", "\n ", "\n\t", " \n ", "\n  "))
		}
		if c != ' ' || g.in(2) {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// kind is a field that a header may have. On average one in so many headers has it.
type kind struct {
	name  string
	one   int
	value func() string
}

// fields returns the fields of a header that do not describe its content.
func (g *generator) fields() []string {
	kinds := []kind{
		{"Return-Path", 12, func() string { return g.pick("<>", "<"+g.spec()+">", g.spec()) }},
		{"Received", 6, func() string { return "from " + g.host() + " by " + g.host() + g.comment(1) + "; " + g.date() }},
		{"Date", 1, g.date},
		{"From", 1, g.addresses},
		{"Sender", 5, g.mailbox},
		{"Reply-To", 4, g.addresses},
		{"To", 1, g.addresses},
		{"Cc", 3, g.addresses},
		{"Bcc", 8, g.addresses},
		{"Subject", 1, g.unstructured},
		{"Message-ID", 2, g.id},
		{"In-Reply-To", 5, g.ids},
		{"References", 4, g.ids},
		{"Newsgroups", 12, g.groups},
		{"Followup-To", 15, g.groups},
		{"Resent-From", 15, g.addresses},
		{"Resent-To", 18, g.addresses},
		{"Resent-Date", 18, g.date},
		{"Resent-Subject", 25, g.unstructured},
		{"Resent-Message-ID", 25, g.id},
		{"X-Mailer", 6, g.unstructured},
		{"Status", 15, func() string { return g.pick("RO", "O", "") }},
		{"X-Keywords", 25, g.words},
		{"Path", 25, func() string { return "a!b!" + g.atom() }},
	}
	var list []string
	for _, k := range kinds {
		// A field that every header has, by this list, is missing in one of twelve.
		if !g.in(k.one) || k.one == 1 && g.in(12) {
			continue
		}
		list = append(list, g.field(k.name, k.value()))
		if g.in(20) {
			list = append(list, g.field(k.name, k.value()))
		}
	}
	if g.in(15) {
		list = append(list, g.pick("no colon\n", "Odd Name: x\n", ": no name\n", "From a@b Mon Jul 17 02:44:25 2023\n", " folded first\n", "a:\n", "\x01: x\n", "Subject\n", "X:"+strings.Repeat("y", 1200)+"\n", ">From: x\n", "To :x\n"))
	}
	return list
}

func (g *generator) id() string {
	if g.in(6) {
		return g.pick("", "<>", "a@b", "<a@b", "a@b>", "<a b@c>", "<\"q\"@c>", "<a@b> "+g.comment(1), "<a@b><c@d>", "<é@x>", "< a@b >", g.noise(), g.encodedWord())
	}
	return "<" + g.atom() + "." + g.pick("1", "2", "3", "4") + "@" + g.host() + ">"
}

func (g *generator) ids() string {
	return g.repeat(0, 4, func() string { return g.id() + g.pick(" ", " ", "\n ", "", ",", "\t", "  ", " "+g.words()+" ") })
}

func (g *generator) groups() string {
	return g.list(1, 3, func() string {
		return g.pick("comp.mail", "alt.test", "de.comm", "poster", "a b", "")
	})
}
