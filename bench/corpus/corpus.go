// Package corpus generates mail that resembles real mail in its sizes, headers, encodings,
// structure and threads. The same number of messages gives the same mail, byte for byte, on
// every machine.
//
// A message has a header of about 2 kB with the fields that mail servers add. The length of
// its text is lognormal with a median of 1.5 kB (sigma 1). One message in three also has a
// longer HTML version. One in twelve has an attachment in base64, whose length is lognormal
// with a median of 20 kB (sigma 1.1, at most 1 MB). Two in five answer one of the 200
// preceding messages and have its references. One in five comes from [Sender], and one in ten
// has [Word] in its subject.
package corpus

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"
)

const (
	// Sender is the address from which one message in five comes.
	Sender = "orders@shop.example"
	// Word stands in the subject of one message in ten.
	Word = "invoice"
)

// window is the number of preceding messages that a message may answer.
const window = 200

// first is the date of the first message.
var first = time.Date(2024, time.January, 8, 7, 30, 0, 0, time.UTC)

// Generate makes n messages, in the order of their arrival, with CRLF at the end of each
// line. A message is valid until the next one is made.
func Generate(n int) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		g := &generator{random: rand.New(rand.NewPCG(1, 2)), date: first}
		for i := range n {
			if !yield(i, g.message(i)) {
				return
			}
		}
	}
}

// Arrival is the time at which message i arrived, counted from 0.
func Arrival(i int) time.Time { return first.Add(time.Duration(i) * 7 * time.Minute) }

type generator struct {
	random *rand.Rand
	date   time.Time
	out    bytes.Buffer
	recent []letter // the last messages, at most window
}

// letter has the parts of a message that an answer needs.
type letter struct {
	id, subject string
	references  []string
}

func (g *generator) message(i int) []byte {
	g.out.Reset()
	l := g.letter(i)
	g.header(i, l)
	g.body(i)
	g.recent = append(g.recent, l)
	if len(g.recent) > window {
		g.recent = g.recent[1:]
	}
	return g.out.Bytes()
}

func (g *generator) letter(i int) letter {
	id := fmt.Sprintf("<%08x.%04d@%s>", g.random.Uint32(), i%10000, g.pick(hosts))
	if len(g.recent) > 0 && g.chance(0.4) {
		parent := g.recent[g.random.IntN(len(g.recent))]
		subject := parent.subject
		if !strings.HasPrefix(subject, "Re: ") {
			subject = "Re: " + subject
		}
		// As mail programs do, old references are dropped from the middle.
		references := append([]string{}, parent.references...)
		if len(references) > 20 {
			references = append(references[:1], references[len(references)-19:]...)
		}
		return letter{id, subject, append(references, parent.id)}
	}
	subject := g.words(3 + g.random.IntN(6))
	if g.chance(0.1) {
		subject = Word + " " + subject
	}
	if g.chance(0.15) {
		subject += " für " + g.pick(names)
	}
	return letter{id: id, subject: subject}
}

func (g *generator) header(i int, l letter) {
	from := g.person()
	if g.chance(0.2) {
		from = "Shop <" + Sender + ">"
	}
	to := make([]string, 1+min(g.random.IntN(4)*g.random.IntN(2), 3))
	for j := range to {
		to[j] = g.person()
	}
	sent := Arrival(i).Add(-time.Duration(g.random.IntN(1800)) * time.Second)
	sent = sent.In(time.FixedZone("", 3600*(g.random.IntN(20)-9)))

	g.field("Return-Path", "<"+Sender+">")
	for range 2 + g.random.IntN(3) {
		g.field("Received", fmt.Sprintf("from %s (%s [192.0.2.%d])\r\n\tby %s (Postfix) with ESMTPS id %08X\r\n\tfor <ada@example.org>; %s",
			g.pick(hosts), g.pick(hosts), 1+g.random.IntN(254), g.pick(hosts), g.random.Uint32(), Arrival(i).Format(time.RFC1123Z)))
	}
	g.field("DKIM-Signature", "v=1; a=rsa-sha256; c=relaxed/simple; d=example.org;\r\n\ts=mail; h=From:To:Subject:Date; bh="+g.noise(32)+";\r\n\tb="+g.noise(60)+"\r\n\t "+g.noise(60))
	g.field("Date", sent.Format(time.RFC1123Z))
	g.field("From", from)
	g.field("To", strings.Join(to, ",\r\n\t"))
	if g.chance(0.3) {
		g.field("Cc", g.person()+", "+g.person())
	}
	g.field("Subject", mime.QEncoding.Encode("UTF-8", l.subject))
	g.field("Message-ID", l.id)
	if n := len(l.references); n > 0 {
		g.field("In-Reply-To", l.references[n-1])
		g.field("References", strings.Join(l.references, "\r\n\t"))
	}
	if g.chance(0.3) {
		g.field("List-Unsubscribe", "<https://list.example/u/"+g.noise(20)+">")
	}
	g.field("X-Mailer", "Example Mail 16.0")
	g.field("X-Spam-Status", "No, score=-2.1 required=5.0 tests=BAYES_00,DKIM_VALID\r\n\tautolearn=ham version=4.0.0")
	g.field("MIME-Version", "1.0")
}

func (g *generator) field(name, text string) { fmt.Fprintf(&g.out, "%s: %s\r\n", name, text) }

func (g *generator) body(i int) {
	html, attachment := g.chance(1.0/3), g.chance(1.0/12)
	mixed, alternative := fmt.Sprintf("=_mixed_%d", i), fmt.Sprintf("=_alt_%d", i)
	if attachment {
		g.field("Content-Type", "multipart/mixed; boundary=\""+mixed+"\"")
		g.out.WriteString("\r\nThis is a message in MIME format.\r\n--" + mixed + "\r\n")
	}
	text := g.text(g.size(1500, 1, 256<<10))
	if html {
		g.field("Content-Type", "multipart/alternative; boundary=\""+alternative+"\"")
		g.out.WriteString("\r\n--" + alternative + "\r\n")
		g.part("plain", text)
		g.out.WriteString("\r\n--" + alternative + "\r\n")
		g.part("html", markup(text))
		g.out.WriteString("\r\n--" + alternative + "--\r\n")
	} else {
		g.part("plain", text)
	}
	if attachment {
		g.out.WriteString("\r\n--" + mixed + "\r\n")
		g.attachment(i)
		g.out.WriteString("\r\n--" + mixed + "--\r\n")
	}
}

func (g *generator) part(subtype, text string) {
	g.field("Content-Type", "text/"+subtype+"; charset=UTF-8")
	g.field("Content-Transfer-Encoding", "quoted-printable")
	g.out.WriteString("\r\n")
	w := quotedprintable.NewWriter(&g.out)
	w.Write([]byte(text))
	w.Close()
	g.out.WriteString("\r\n")
}

func markup(text string) string {
	var out strings.Builder
	out.WriteString("<!DOCTYPE html>\r\n<html><head><style>p { margin: 0 0 1em; font-family: sans-serif }</style></head><body>\r\n")
	for line := range strings.Lines(text) {
		out.WriteString(`<p style="color:#333333">` + strings.TrimSpace(line) + "</p>\r\n")
	}
	out.WriteString("</body></html>\r\n")
	return out.String()
}

func (g *generator) attachment(i int) {
	g.field("Content-Type", fmt.Sprintf("application/pdf; name=\"document-%d.pdf\"", i))
	g.field("Content-Disposition", fmt.Sprintf("attachment;\r\n\tfilename=\"document-%d.pdf\"", i))
	g.field("Content-Transfer-Encoding", "base64")
	g.out.WriteString("\r\n")
	line := make([]byte, 57)
	for n := g.size(20<<10, 1.1, 1<<20); n > 0; n -= len(line) {
		for j := range line {
			line[j] = byte(g.random.Uint32())
		}
		g.out.WriteString(base64.StdEncoding.EncodeToString(line[:min(n, len(line))]) + "\r\n")
	}
}

// size is a random length in octets, lognormal with that median.
func (g *generator) size(median, sigma float64, most int) int {
	return min(int(median*math.Exp(sigma*g.random.NormFloat64())), most)
}

// text is prose of about so many octets.
func (g *generator) text(octets int) string {
	var out strings.Builder
	for out.Len() < octets {
		out.WriteString(g.words(8 + g.random.IntN(5)))
		if g.chance(0.2) {
			out.WriteString(" — grüße, " + g.pick(names))
		}
		out.WriteString(".\r\n")
	}
	return out.String()
}

func (g *generator) words(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = g.pick(vocabulary)
	}
	return strings.Join(list, " ")
}

func (g *generator) person() string {
	name := g.pick(names)
	address := fmt.Sprintf("user%d@%s", g.random.IntN(400), g.pick(hosts))
	return mime.QEncoding.Encode("UTF-8", name) + " <" + address + ">"
}

func (g *generator) noise(n int) string {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(g.random.Uint32())
	}
	return base64.RawURLEncoding.EncodeToString(raw)[:n]
}

func (g *generator) pick(list []string) string { return list[g.random.IntN(len(list))] }

func (g *generator) chance(p float64) bool { return g.random.Float64() < p }

var (
	hosts      = []string{"example.org", "example.com", "mail.example.net", "mx1.example.org", "lists.example.com"}
	names      = []string{"Ada Berger", "Ben Okoro", "Chiara Rossi", "Dörte Müller", "Emil Novák", "Fatou Diop", "Grace Lee", "Håkon Lie"}
	vocabulary = strings.Fields(`the of and to in for is on that by this with you it not or be are from at as your all have
		new more an was we will home can us about if page my has search free but our one other do no information time they
		site he up may what which their news out use any there see only so his when contact here business who web also now
		help get view online first been would how were services some these its like service than price date back top people
		list name just over state year day into email two health next used go work last most products music buy data make`)
)
