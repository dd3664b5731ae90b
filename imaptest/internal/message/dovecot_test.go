package message

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/generate"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/conformance/mutate"
)

// Environment variables of conformance/run.
const (
	conformanceVariable = "IMAPCOMPAT_CONFORMANCE"
	seedVariable        = "IMAPCOMPAT_SEED"
	percentVariable     = "IMAPCOMPAT_PERCENT"
)

const (
	generatedMessages = 10000
	mutatedMessages   = 5000
	perMailbox        = 500
	// maxSections limits the parts of a message of which sections are compared.
	maxSections = 12
)

// TestDovecot compares what Dovecot sends of each message.
func TestDovecot(t *testing.T) {
	server := startDovecot(t)
	known := readKnown(t)
	total := newTally()
	for c := range corpora(t) {
		tally := newTally()
		var lock sync.Mutex
		t.Run(c.name, func(t *testing.T) {
			for i, box := range slices.Collect(slices.Chunk(c.messages, perMailbox)) {
				t.Run(strconv.Itoa(i), func(t *testing.T) {
					t.Parallel() // Dovecot and the library have a core each
					own := newTally()
					compareMailbox(t, server, fmt.Sprintf("%s%d", strings.ReplaceAll(c.name, " ", ""), i), box, known, own)
					lock.Lock()
					defer lock.Unlock()
					tally.add(own)
				})
			}
		})
		t.Logf("%s: %s", c.name, tally)
		total.add(tally)
	}
	t.Logf("all: %s", total)
	for _, k := range known {
		if !k.used.Load() && numberIn(percentVariable, 100) >= 100 {
			t.Errorf("nothing differs any more: %s %s", k.item, k.message)
		}
	}
}

func startDovecot(t *testing.T) *dovecot.Server {
	if os.Getenv(conformanceVariable) != "1" {
		t.Skip("needs Dovecot: run conformance/run")
	}
	server, err := dovecot.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// corpusFiles are the messages of the project, and those beside the repository.
var corpusFiles = []string{
	"../../../conformance/testdata/messages/*.eml", "../../../readable/testdata/reports/*.eml", "../../../imapcompat/demo/*.eml",
	"../../../docs/idioms/fixture/mail/*/*.eml", "../../../docs/idioms/fixture/mail/*/*/*.eml", "../../../internal/rfc822/testdata/*.eml",
	"../../../../shared/corpus/*/*.eml",
}

type corpus struct {
	name     string
	messages []odd
}

// corpora yields the messages to compare.
func corpora(t *testing.T) func(func(corpus) bool) {
	seed := uint64(numberIn(seedVariable, 1))
	count := func(all int) int { return all * numberIn(percentVariable, 100) / 100 }
	return func(yield func(corpus) bool) {
		var files []odd
		for _, pattern := range corpusFiles {
			files = append(files, readFiles(t, pattern)...)
		}
		odds := oddMessages()
		var generated, mutated []odd
		for n := range count(generatedMessages) {
			generated = append(generated, odd{fmt.Sprintf("generated %d/%d", seed, n), string(generate.Message(seed, n))})
		}
		donors := make([][]byte, 0, len(files))
		for _, f := range append(slices.Clone(files), odds...) {
			if len(f.text) < mutate.MaxSize {
				donors = append(donors, []byte(f.text))
			}
		}
		r := rand.New(rand.NewPCG(seed, 2))
		for n := range count(mutatedMessages) {
			text := mutate.Mutate(r, donors[r.IntN(len(donors))], donors)
			// A header without end that just fills Dovecot's buffer loses its last field.
			text = text[:min(len(text), mutate.MaxSize-1)]
			mutated = append(mutated, odd{fmt.Sprintf("mutated %d/%d", seed, n), string(text)})
		}
		for _, c := range []corpus{{"files", files}, {"odd", odds}, {"generated", generated}, {"mutated", mutated}} {
			if !yield(c) {
				return
			}
		}
	}
}

func numberIn(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

func readFiles(t *testing.T, pattern string) (list []odd) {
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, odd{filepath.Base(filepath.Dir(name)) + "/" + filepath.Base(name), string(text)})
	}
	return list
}

// compareMailbox puts messages into a mailbox of a user, and compares all that is sent of them.
func compareMailbox(t *testing.T, server *dovecot.Server, user string, box []odd, known []*knownDifference, tally *tally) {
	c := openMailbox(t, server, user, box)
	defer c.close()
	messages := make([]*Message, len(box))
	for i := range box {
		messages[i] = Parse([]byte(box[i].text))
	}
	compare := func(item string, i int, want, got []byte) {
		equal := bytes.Equal(want, got)
		tally.count(item, equal)
		switch {
		case equal, isKnown(known, item, box[i].name), comparesText(item) && hasOddCharset(box[i].text), hasLongLine(box[i].text):
			return
		}
		if tally.shown++; tally.shown <= 20 {
			t.Logf("%s of %q\nmessage %.3000q\nDovecot %.3000q\n   here %.3000q", item, box[i].name, box[i].text, want, got)
		}
		t.Fail()
	}
	// Sections come first: a header that Dovecot has in its cache lacks odd line breaks.
	for i, m := range messages {
		sections := sectionsOf(m)
		var items []string
		for _, s := range sections {
			items = append(items, "BODY.PEEK["+s.String()+"]")
		}
		answers, status := c.fetch(strconv.Itoa(i+1), "("+strings.Join(items, " ")+")")
		if status == "NO BYE" {
			tally.count("sections that end Dovecot's session", true)
			sections = nil
		} else if !strings.HasPrefix(status, "OK") {
			t.Errorf("sections of %q: %s %q", box[i].name, status, box[i].text)
		}
		for _, s := range sections {
			want := answers[i+1]["BODY["+s.String()+"]"]
			got, _ := m.Section(s.part, s.specifier, s.fields)
			compare("BODY["+s.specifier+"]", i, want, fmt.Appendf(nil, "{%d}\r\n%s", len(got), got))
		}
		for _, s := range sections {
			if s.specifier != "" {
				continue
			}
			name := "BINARY[" + s.String() + "]"
			answers, status := c.fetch(strconv.Itoa(i+1), strings.Replace(name, "[", ".PEEK[", 1))
			want := answers[i+1][name]
			if !strings.HasPrefix(status, "OK") {
				want = []byte(status)
			}
			if status == "NO BYE" {
				tally.count("BINARY that ends Dovecot's session", true)
				continue
			}
			compare("BINARY", i, want, binaryAnswer(m, s.part, status))
		}
	}
	for _, item := range []string{"ENVELOPE", "BODY", "BODYSTRUCTURE", "RFC822.SIZE"} {
		from := c
		if item == "BODYSTRUCTURE" {
			// Of a plain text Dovecot remembers that it is one, and no longer how it is spelled.
			from = openMailbox(t, server, user+"-again", box)
			defer from.close()
		}
		answers, status := from.fetch("1:*", item)
		if !strings.HasPrefix(status, "OK") || len(answers) != len(box) {
			t.Errorf("FETCH %s: %d of %d, %s\n%s", item, len(answers), len(box), status, server.Log())
		}
		for i, m := range messages {
			var got []byte
			switch item {
			case "ENVELOPE":
				got = m.Envelope()
			case "BODY":
				got = m.Body()
			case "BODYSTRUCTURE":
				got = m.BodyStructure()
			case "RFC822.SIZE":
				got = strconv.AppendInt(nil, int64(m.Size()), 10)
			}
			compare(item, i, answers[i+1][item], got)
		}
	}
	// A multipart without parts is searched only if Dovecot has its structure in its cache.
	c = openMailbox(t, server, user+"-search", box)
	defer c.close()
	compareSearches(t, c, box, messages, compare)
}

// hasLongLine reports whether a message has a line that does not fit into Dovecot's buffer. The result
// depends on where in the buffer the line begins.
func hasLongLine(text string) bool {
	for line := range strings.Lines(text) {
		if len(line) > 8000 {
			return true
		}
	}
	return false
}

// comparesText reports whether an item depends on what texts are in UTF-8.
func comparesText(item string) bool {
	return strings.HasPrefix(item, "SEARCH ") || item == "SORT SUBJECT" || item == "SORT DISPLAYFROM"
}

var (
	namedCharset  = regexp.MustCompile(`(?i)=\?([^?]*)\?|charset\*?[^;]*=[ "]*([^";\s]*)`)
	commonCharset = regexp.MustCompile(`(?i)^(?:|utf-?8|us-ascii|iso-8859-(?:1|2|5|15)|windows-125[0-4]|koi8-r)$`)
)

// hasOddCharset reports whether a message names a charset of which glibc and golang.org/x/text have
// different tables, or make different things of meaningless octets.
func hasOddCharset(text string) bool {
	for _, m := range namedCharset.FindAllStringSubmatch(text, -1) {
		if !commonCharset.MatchString(m[1]) || !commonCharset.MatchString(m[2]) {
			return true
		}
	}
	return false
}

// binaryAnswer returns what a server sends for BINARY. status is Dovecot's.
func binaryAnswer(m *Message, part []int, status string) []byte {
	data, known, ok := m.Binary(part)
	switch {
	case m.root().find(part) == nil:
		return []byte("{0}\r\n")
	case !known && strings.HasPrefix(status, "NO [UNKNOWN-CTE]"), known && !ok && strings.HasPrefix(status, "NO ") && !strings.Contains(status, "UNKNOWN-CTE"):
		return []byte(status)
	case !known || !ok:
		return []byte("NO")
	case m.IsLiteral8(part):
		return fmt.Appendf(nil, "~{%d}\r\n%s", len(data), data)
	}
	return fmt.Appendf(nil, "{%d}\r\n%s", len(data), data)
}

// section is an argument of FETCH BODY[].
type section struct {
	part      []int
	specifier string
	fields    []string
}

func (s section) String() string {
	var parts []string
	for _, n := range s.part {
		parts = append(parts, strconv.Itoa(n))
	}
	if s.specifier != "" {
		parts = append(parts, s.specifier)
	}
	text := strings.Join(parts, ".")
	if s.fields != nil {
		text += " (" + strings.Join(s.fields, " ") + ")"
	}
	return text
}

// sectionsOf returns the sections of the first parts of a message, and of some that do not exist.
func sectionsOf(m *Message) (list []section) {
	numbers := append([][]int{{}}, partNumbers(m.root(), nil)...)
	numbers = numbers[:min(len(numbers), maxSections)]
	last := numbers[len(numbers)-1]
	numbers = append(numbers, append(slices.Clone(last), 1), []int{99})
	if len(last) > 0 {
		numbers = append(numbers, append(slices.Clone(last[:len(last)-1]), last[len(last)-1]+1))
	}
	for _, n := range numbers {
		list = append(list, section{n, "", nil}, section{n, "HEADER", nil}, section{n, "TEXT", nil},
			section{n, "HEADER.FIELDS", []string{"TO", "SUBJECT", "FROM", "SUBJECT"}}, section{n, "HEADER.FIELDS", []string{"X-NOSUCH"}},
			section{n, "HEADER.FIELDS.NOT", []string{"SUBJECT", "CONTENT-TYPE"}})
		if len(n) > 0 {
			list = append(list, section{n, "MIME", nil})
		}
	}
	return list
}

func partNumbers(p *part, prefix []int) (list [][]int) {
	if p.isMultipart() {
		for i, child := range p.children {
			n := append(slices.Clone(prefix), i+1)
			list = append(list, n)
			if child.kind == nested {
				list = append(list, partNumbers(child.children[0], n)...)
			} else if child.isMultipart() {
				list = append(list, partNumbers(child, n)...)
			}
		}
		return list
	}
	n := append(slices.Clone(prefix), 1)
	list = append(list, n)
	if p.kind == nested {
		list = append(list, partNumbers(p.children[0], n)...)
	}
	return list
}

// compareSearches searches with words of the messages, and sorts.
func compareSearches(t *testing.T, c *imapClient, box []odd, messages []*Message, compare func(string, int, []byte, []byte)) {
	r := rand.New(rand.NewPCG(1, uint64(len(box))))
	for range 40 {
		i := r.IntN(len(box))
		m := messages[i]
		for _, s := range []struct {
			key   string
			words []string
			holds func(m *Message, word string) bool
		}{
			{"SUBJECT", words(string(decodeWords(m.first("subject"), false))), (*Message).HasSubject},
			{"FROM", words(string(decodeWords(m.first("from"), false))), func(m *Message, w string) bool { return m.HasAddress("From", w) }},
			{"TO", words(string(formatAddresses(parseAddresses(m.first("to"))))), func(m *Message, w string) bool { return m.HasAddress("To", w) }},
			{"HEADER Received", words(string(m.first("received"))), func(m *Message, w string) bool { return m.HasField("Received", w) }},
			{"HEADER Subject", words(string(m.first("subject"))), func(m *Message, w string) bool { return m.HasField("Subject", w) }},
			{"BODY", words(string(m.searchedBody(m.root()))), (*Message).HasBody},
			{"BODY", words(string(m.text)), (*Message).HasBody},
			{"TEXT", words(string(m.text)), (*Message).HasText},
		} {
			if len(s.words) == 0 {
				continue
			}
			word := s.words[r.IntN(len(s.words))]
			found := c.numbers("SEARCH CHARSET UTF-8 "+s.key+" ", word)
			for j, m := range messages {
				holds := s.holds(m, word)
				if holds != slices.Contains(found, j+1) {
					compare("SEARCH "+s.key, j, fmt.Appendf(nil, "%v for %q", !holds, word), fmt.Appendf(nil, "%v", holds))
				} else {
					compare("SEARCH "+s.key, j, nil, nil)
				}
			}
		}
	}
	for range 10 {
		day, _ := messages[r.IntN(len(messages))].sentDay()
		found := c.numbers("SEARCH SENTON "+day.Format("2-Jan-2006"), "")
		for i, m := range messages {
			if sent, _ := m.sentDay(); sent.Equal(day) != slices.Contains(found, i+1) {
				compare("SEARCH SENTON", i, fmt.Appendf(nil, "not so for %v", day), fmt.Append(nil, sent))
			} else {
				compare("SEARCH SENTON", i, nil, nil)
			}
		}
	}
	for _, s := range []struct {
		key string
		of  func(m *Message) string
	}{
		{"SUBJECT", func(m *Message) string { s, _ := m.BaseSubject(); return s }},
		{"FROM", func(m *Message) string { return m.FirstMailbox("From") }},
		{"TO", func(m *Message) string { return m.FirstMailbox("To") }},
		{"CC", func(m *Message) string { return m.FirstMailbox("Cc") }},
		{"DISPLAYFROM", func(m *Message) string { return m.DisplayName("From") }},
		{"DATE", func(m *Message) string {
			sent, ok := m.SentDate()
			if !ok {
				sent = dovecot.Epoch
			}
			return fmt.Sprintf("%020d", sent.Unix())
		}},
	} {
		order := c.numbers("SORT ("+s.key+") UTF-8 ALL", "")
		keys := make([]string, len(messages))
		for i, m := range messages {
			keys[i] = s.of(m)
		}
		for i := 1; i < len(order); i++ {
			a, b := order[i-1], order[i]
			if c := strings.Compare(keys[a-1], keys[b-1]); c > 0 || c == 0 && a > b {
				of := b - 1
				if hasOddCharset(box[a-1].text) {
					of = a - 1
				}
				compare("SORT "+s.key, of, fmt.Appendf(nil, "%d %q", a, keys[a-1]), fmt.Appendf(nil, "%d %q", b, keys[b-1]))
			} else {
				compare("SORT "+s.key, b-1, nil, nil)
			}
		}
	}
}

// sentDay returns the day for SEARCH SENTON.
func (m *Message) sentDay() (day time.Time, ok bool) {
	t, ok := m.SentDate()
	if !ok {
		t = time.Unix(0, 0).UTC()
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), ok
}

// words returns substrings of a text to search for.
func words(text string) (list []string) {
	for _, w := range strings.FieldsFunc(strings.ToValidUTF8(text, " "), func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) {
		for n := len(w); n > 3; n /= 2 {
			list = append(list, strings.ToValidUTF8(w[:n], ""), strings.ToValidUTF8(w[len(w)-n:], ""))
		}
	}
	// Decoders differ in how many invalid octets one U+FFFD replaces.
	return slices.DeleteFunc(list, func(w string) bool { return strings.TrimSpace(w) == "" || strings.Contains(w, "\uFFFD") })
}

// imapClient shows what a server sends, unparsed.
type imapClient struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	// server and user are those of another connection, if the server ends one.
	server *dovecot.Server
	user   string
}

func openMailbox(t *testing.T, server *dovecot.Server, user string, box []odd) *imapClient {
	t.Helper()
	list := make([]dovecot.Message, len(box))
	for i := range box {
		list[i] = dovecot.Message{Raw: []byte(box[i].text)}
	}
	if err := server.Load(user, "INBOX", list); err != nil {
		t.Fatal(err)
	}
	c := &imapClient{t: t, server: server, user: user}
	c.connect()
	return c
}

func (c *imapClient) connect() {
	c.t.Helper()
	conn, err := net.Dial("tcp", harness.Address(c.server.IMAP))
	if err != nil {
		c.t.Fatal(err)
	}
	c.conn, c.r = conn, bufio.NewReader(conn)
	c.line()
	c.command("LOGIN " + c.user + " " + dovecot.Password)
	c.command("SELECT INBOX")
}

func (c *imapClient) close() { c.conn.Close() }

func (c *imapClient) line() string {
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// command sends a command, and skips its answer.
func (c *imapClient) command(text string) {
	c.t.Helper()
	fmt.Fprintf(c.conn, "a %s\r\n", text)
	for {
		if line := c.line(); strings.HasPrefix(line, "a ") {
			if !strings.HasPrefix(line, "a OK") {
				c.t.Fatalf("%s: %s", text, line)
			}
			return
		}
	}
}

// numbers returns the numbers of a SEARCH or SORT. argument, if any, is sent as a literal.
func (c *imapClient) numbers(command, argument string) (list []int) {
	c.t.Helper()
	if argument == "" {
		fmt.Fprintf(c.conn, "a %s\r\n", command)
	} else {
		fmt.Fprintf(c.conn, "a %s{%d+}\r\n%s\r\n", command, len(argument), argument)
	}
	for {
		line := c.line()
		if strings.HasPrefix(line, "a ") {
			if !strings.HasPrefix(line, "a OK") {
				c.t.Fatalf("%s %q: %s", command, argument, line)
			}
			return list
		}
		for _, word := range strings.Fields(line) {
			if n, err := strconv.Atoi(word); err == nil {
				list = append(list, n)
			}
		}
	}
}

// errEnded is the panic of octet and value if the server ends the connection.
var errEnded = errors.New("ended")

// fetch returns the items of each message, by number and name, and the status, which is "NO BYE" if
// the server ends the connection.
func (c *imapClient) fetch(set, items string) (answers map[int]map[string][]byte, status string) {
	c.t.Helper()
	fmt.Fprintf(c.conn, "a FETCH %s %s\r\n", set, items)
	answers = make(map[int]map[string][]byte)
	defer func() {
		if r := recover(); r == errEnded {
			c.close()
			c.connect()
			status = "NO BYE"
		} else if r != nil {
			panic(r)
		}
	}()
	for {
		start, err := c.r.Peek(2)
		if err != nil {
			c.t.Fatal(err)
		}
		if string(start) != "* " {
			return answers, strings.TrimPrefix(c.line(), "a ")
		}
		n, values := c.response()
		if n < 0 {
			c.close()
			c.connect()
			return answers, "NO BYE"
		}
		if values != nil {
			if answers[n] == nil {
				answers[n] = make(map[string][]byte)
			}
			for name, value := range values {
				answers[n][name] = value
			}
		}
	}
}

// response reads an untagged response. n is -1 for BYE.
func (c *imapClient) response() (n int, values map[string][]byte) {
	head, err := c.r.ReadString(' ')
	for range 2 {
		var word string
		if err == nil {
			word, err = c.r.ReadString(' ')
		}
		head += word
	}
	if strings.HasPrefix(head, "* BYE") {
		return -1, nil
	}
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := fmt.Sscanf(head, "* %d FETCH ", &n); err != nil {
		c.line()
		return 0, nil
	}
	values = make(map[string][]byte)
	c.octet() // the parenthesis
	for {
		var name []byte
		for brackets := 0; ; {
			b := c.octet()
			if b == ' ' && brackets == 0 {
				break
			}
			if b == ')' && brackets == 0 {
				c.line()
				return n, values
			}
			switch b {
			case '[':
				brackets++
			case ']':
				brackets--
			}
			name = append(name, b)
		}
		value, next := c.value()
		values[string(name)] = value
		if next == ')' {
			c.line()
			return n, values
		}
	}
}

func (c *imapClient) octet() byte {
	b, err := c.r.ReadByte()
	if err != nil {
		panic(errEnded)
	}
	return b
}

// value reads a value with its literals, and the octet behind it.
func (c *imapClient) value() (value []byte, next byte) {
	depth := 0
	for {
		b := c.octet()
		switch b {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return value, b
			}
		case ' ':
			if depth == 0 {
				return value, b
			}
		case '"':
			value = append(value, b)
			for {
				b = c.octet()
				if b == '"' {
					break
				}
				value = append(value, b)
				if b == '\\' {
					value = append(value, c.octet())
				}
			}
		case '{':
			size, err := c.r.ReadString('\n')
			if err != nil {
				panic(errEnded)
			}
			n, err := strconv.Atoi(strings.TrimSuffix(size, "}\r\n"))
			if err != nil {
				c.t.Fatal(err)
			}
			value = append(value, '{')
			value = append(value, size...)
			literal := make([]byte, n)
			if _, err := io.ReadFull(c.r, literal); err != nil {
				panic(errEnded)
			}
			value = append(value, literal...)
			continue
		}
		value = append(value, b)
	}
}

// tally counts equal answers.
type tally struct {
	equal, all map[string]int
	shown      int
}

func newTally() *tally { return &tally{equal: make(map[string]int), all: make(map[string]int)} }

func (t *tally) count(item string, equal bool) {
	t.all[item]++
	if equal {
		t.equal[item]++
	}
}

func (t *tally) add(other *tally) {
	for item, n := range other.all {
		t.all[item] += n
		t.equal[item] += other.equal[item]
	}
}

func (t *tally) String() string {
	var b strings.Builder
	items := make([]string, 0, len(t.all))
	for item := range t.all {
		items = append(items, item)
	}
	slices.Sort(items)
	for _, item := range items {
		fmt.Fprintf(&b, "\n  %-26s %7d of %7d equal", item, t.equal[item], t.all[item])
	}
	return b.String()
}

// knownDifference is a line of testdata/known: item, message (with "*" for anything), reason.
type knownDifference struct {
	item, message string
	used          atomic.Bool
}

func readKnown(t *testing.T) (list []*knownDifference) {
	text, err := os.ReadFile("testdata/known")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if columns := strings.Split(line, "\t"); len(columns) == 3 {
			list = append(list, &knownDifference{item: columns[0], message: columns[1]})
		}
	}
	return list
}

func isKnown(list []*knownDifference, item, message string) bool {
	for _, k := range list {
		ofItem, _ := path.Match(k.item, item)
		ofMessage, _ := path.Match(k.message, message)
		if (ofItem || k.item == item) && (ofMessage || k.message == message) {
			k.used.Store(true)
			return true
		}
	}
	return false
}
