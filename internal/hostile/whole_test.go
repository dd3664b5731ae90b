package hostile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// A reading function that returns no error returns no less than the server has, whatever the
// server's fault. TestWhole calls each of them, message by message, in loops that read ahead,
// and in bulk, on faulty servers with the same six messages, and compares with a correct
// server.

// odd is the number of the message for which servers are faulty.
const odd = 3

// stored is a message on a server.
type stored struct {
	num    int // at first; 100 less than its UID
	header string
	parts  [2]string
	gone   bool // removed by another client, and the client was not told
}

func newStored(num int) *stored {
	m := &stored{num: num, header: fmt.Sprintf("From: a%d@example.org\r\nTo: b@example.org\r\nSubject: subject %d\r\n"+
		"Date: Wed, %d Jan 2025 00:00:00 +0000\r\nMessage-ID: <%d@example.org>\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n", num, num, num, num)}
	length := 10 * num
	if num == odd {
		length = 80 // the largest
	}
	for i := range m.parts {
		for line := range length {
			m.parts[i] += fmt.Sprintf("line %d of part %d of %d\r\n", line, i+1, num)
		}
	}
	return m
}

func sixMessages() []*stored {
	var list []*stored
	for n := range 6 {
		list = append(list, newStored(n+1))
	}
	return list
}

const partHeader = "Content-Type: text/plain; charset=us-ascii\r\n\r\n"

func (m *stored) body() string {
	text := ""
	for _, part := range m.parts {
		text += "--b\r\n" + partHeader + part + "\r\n"
	}
	return text + "--b--\r\n"
}

func (m *stored) text() string { return m.header + m.body() }

// section returns the text of a section, by its name in RFC 9051.
func (m *stored) section(name string) string {
	switch name {
	case "":
		return m.text()
	case "HEADER":
		return m.header
	case "TEXT":
		return m.body()
	case "1", "2":
		return m.parts[name[0]-'1']
	case "1.MIME", "2.MIME":
		return partHeader
	}
	return ""
}

// imapMailbox is an IMAP server that describes its messages correctly, except for its fault.
type imapMailbox struct {
	mu       sync.Mutex
	messages []*stored
	fault    imapFault
	texts    int // how many FETCHes for a text there were
}

// imapFault is a server's fault. Each function may be nil.
type imapFault struct {
	name string
	// begin is called before a FETCH.
	begin func(s *imapMailbox)
	// text returns the server's text, with or without the requested range.
	text func(m *stored, section, ranged, text string) string
	// message returns the server's responses for a message instead of its items.
	message func(s *imapMailbox, m *stored, num int, items string) (responses []string, ok bool)
	// tagged returns the tagged response to a FETCH of some messages.
	tagged func(messages []*stored, items string) string
	opts   []imapcompat.Option

	// errors are the allowed errors of the odd message. Without any, all errors are allowed.
	errors []error
}

var itemNames = regexp.MustCompile(`BODY(\.PEEK)?\[[^\]]*\](<[0-9.]+>)?|[A-Z][A-Z0-9.]*`)

// fetch answers FETCH.
func (s *imapMailbox) fetch(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.SplitN(cmd.line, " ", 5)
	uid := strings.EqualFold(words[1], "UID")
	if !uid {
		words = append(words[:1], strings.SplitN(cmd.line, " ", 4)...)
	}
	set, items := words[3], words[4]
	if s.fault.begin != nil {
		s.fault.begin(s)
	}
	var responses []string
	var found []*stored
	for i, m := range s.messages {
		n := i + 1
		if uid {
			n = 100 + m.num
		}
		if !inSet(set, n, 100+len(s.messages)) {
			continue
		}
		found = append(found, m)
		if s.fault.message != nil {
			if said, ok := s.fault.message(s, m, i+1, items); ok {
				responses = append(responses, said...)
				continue
			}
		}
		responses = append(responses, s.response(m, i+1, items))
	}
	status := "OK done"
	if s.fault.tagged != nil {
		status = s.fault.tagged(found, items)
	}
	said := strings.Join(append(responses, cmd.tag+" "+status), "\r\n") // at once
	return lines(said)(conn, cmd)
}

func inSet(set string, n, last int) bool {
	for span := range strings.SplitSeq(set, ",") {
		first, end, isRange := strings.Cut(span, ":")
		if !isRange {
			end = first
		}
		from, to := last, last
		if first != "*" {
			from, _ = strconv.Atoi(first)
		}
		if end != "*" {
			to, _ = strconv.Atoi(end)
		}
		if from <= n && n <= to {
			return true
		}
	}
	return false
}

func (s *imapMailbox) response(m *stored, num int, items string) string {
	var values []string
	for _, item := range itemNames.FindAllString(items, -1) {
		values = append(values, s.item(m, item))
	}
	return fmt.Sprintf("* %d FETCH (%s)", num, strings.Join(values, " "))
}

func (s *imapMailbox) item(m *stored, item string) string {
	date := fmt.Sprintf("%02d-Jan-2025 00:00:00 +0000", m.num)
	switch item {
	case "UID":
		return fmt.Sprintf("UID %d", 100+m.num)
	case "FLAGS":
		return `FLAGS (\Seen)`
	case "INTERNALDATE":
		return fmt.Sprintf("INTERNALDATE %q", date)
	case "RFC822.SIZE":
		return fmt.Sprintf("RFC822.SIZE %d", len(m.text()))
	case "ENVELOPE":
		from, to := fmt.Sprintf(`((NIL NIL "a%d" "example.org"))`, m.num), `((NIL NIL "b" "example.org"))`
		return fmt.Sprintf(`ENVELOPE ("Wed, %d Jan 2025 00:00:00 +0000" "subject %d" %s %s %s %s NIL NIL NIL "<%d@example.org>")`,
			m.num, m.num, from, from, from, to, m.num)
	case "BODYSTRUCTURE":
		parts := ""
		for _, part := range m.parts {
			parts += fmt.Sprintf(`("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" %d %d NIL NIL NIL NIL)`, len(part), strings.Count(part, "\n"))
		}
		return `BODYSTRUCTURE (` + parts + ` "mixed" ("boundary" "b") NIL NIL NIL)`
	}
	section, ranged, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(item, "BODY.PEEK["), "BODY["), "]")
	if strings.HasPrefix(section, "HEADER.FIELDS") {
		return "BODY[" + section + "] {2}\r\n\r\n"
	}
	text := m.section(section)
	if s.fault.text != nil {
		return "BODY[" + section + "]" + s.fault.text(m, section, ranged, text)
	}
	return "BODY[" + section + "]" + rangeOf(text, ranged)
}

// rangeOf returns a text, or the requested range of it.
func rangeOf(text, ranged string) string {
	var offset, size int
	if n, _ := fmt.Sscanf(ranged, "<%d.%d>", &offset, &size); n < 2 {
		return literal(text)
	}
	start := min(offset, len(text))
	return fmt.Sprintf("<%d>", offset) + literal(text[start:min(start+size, len(text))])
}

func literal(text string) string { return fmt.Sprintf(" {%d}\r\n%s", len(text), text) }

// noop reports removed messages.
func (s *imapMailbox) noop(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var said []string
	for i := len(s.messages) - 1; i >= 0; i-- {
		if s.messages[i].gone {
			said = append(said, fmt.Sprintf("* %d EXPUNGE", i+1))
			s.messages = slices.Delete(s.messages, i, i+1)
		}
	}
	return lines(append(said, "T OK done")...)(conn, cmd)
}

// search supports only UIDs, so that the library searches the messages.
func (s *imapMailbox) search(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, set, ok := strings.Cut(cmd.line, "UID SEARCH UID ")
	if !ok {
		return lines("T BAD what")(conn, cmd)
	}
	found := ""
	for _, m := range s.messages {
		if n := 100 + m.num; inSet(set, n, n) {
			found += fmt.Sprintf(" %d", n)
		}
	}
	return lines("* SEARCH"+found, "T OK done")(conn, cmd)
}

func (f imapFault) serve(t *testing.T) *server {
	s := &imapMailbox{messages: sixMessages(), fault: f}
	return serve(t, imapCommand, imapServer.with(answers{
		"":       lines("* PREAUTH [CAPABILITY IMAP4rev1] ready"),
		"SELECT": lines("* 6 EXISTS", "* 0 RECENT", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 107] next", "T OK [READ-WRITE] selected"),
		"FETCH":  s.fetch, "NOOP": s.noop, "SEARCH": s.search,
	}))
}

// removeOdd removes the odd message at the given FETCH of anything but flags.
func removeOdd(at int) func(s *imapMailbox) {
	return func(s *imapMailbox) {
		if s.texts++; s.texts < at {
			return
		}
		for _, m := range s.messages {
			m.gone = m.gone || m.num == odd
		}
	}
}

// madeUp returns what Dovecot sends for a removed message.
func madeUp(_ *imapMailbox, m *stored, num int, items string) ([]string, bool) {
	if !m.gone {
		return nil, false
	}
	var values []string
	for _, item := range itemNames.FindAllString(items, -1) {
		switch item {
		case "UID":
			values = append(values, fmt.Sprintf("UID %d", 100+m.num))
		case "FLAGS":
			values = append(values, "FLAGS ()")
		case "INTERNALDATE":
			values = append(values, `INTERNALDATE "01-Jan-1970 00:00:00 +0000"`)
		case "RFC822.SIZE":
			values = append(values, "RFC822.SIZE 0")
		case "ENVELOPE":
			values = append(values, "ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)")
		case "BODYSTRUCTURE":
			values = append(values, `BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 0 0 NIL NIL NIL NIL)`)
		default:
			values = append(values, strings.Replace(item, ".PEEK", "", 1)+" NIL")
		}
	}
	return []string{fmt.Sprintf("* %d FETCH (%s)", num, strings.Join(values, " "))}, true
}

func anyGone(messages []*stored) bool {
	return slices.ContainsFunc(messages, func(m *stored) bool { return m.gone })
}

func issued(messages []*stored, _ string) string {
	if anyGone(messages) {
		return "OK [EXPUNGEISSUED] some were"
	}
	return "OK done"
}

func leftOut(_ *imapMailbox, m *stored, _ int, _ string) ([]string, bool) { return nil, m.gone }

func withoutOdd(_ *imapMailbox, m *stored, _ int, items string) ([]string, bool) {
	return nil, m.num == odd && items != "(UID)"
}

func imapFaults() []imapFault {
	var list []imapFault
	gone := []error{imapcompat.ErrBadMessageNumber, errNone}
	tooLarge := []error{imapcompat.ErrTooLarge}
	for at := 1; at <= 4; at++ {
		list = append(list,
			imapFault{name: fmt.Sprintf("gone at FETCH %d, made up", at), begin: removeOdd(at), message: madeUp, tagged: issued, errors: gone},
			imapFault{name: fmt.Sprintf("gone at FETCH %d, left out", at), begin: removeOdd(at), message: leftOut, errors: gone},
			imapFault{name: fmt.Sprintf("gone at FETCH %d, refused", at), begin: removeOdd(at), message: leftOut, errors: gone,
				tagged: func(messages []*stored, _ string) string {
					if anyGone(messages) {
						return "NO some are gone"
					}
					return "OK done"
				}})
	}
	onlyOdd := func(say string) func(*stored, string, string, string) string {
		return func(m *stored, _, ranged, text string) string {
			if m.num == odd {
				return say
			}
			return rangeOf(text, ranged)
		}
	}
	return append(list,
		imapFault{name: "caps ranges", text: func(_ *stored, _, ranged, text string) string {
			if ranged == "" {
				return literal(text)
			}
			return rangeOf(text, regexp.MustCompile(`\.\d+>`).ReplaceAllString(ranged, ".64>"))
		}},
		imapFault{name: "ignores ranges", text: func(_ *stored, _, _, text string) string { return literal(text) }},
		imapFault{name: "shifts ranges", text: func(_ *stored, _, ranged, text string) string {
			if ranged == "" {
				return literal(text)
			}
			return " <7>" + literal(text[7:])
		}},
		imapFault{name: "NIL", text: onlyOdd(" NIL"), errors: []error{imapcompat.ErrProtocol}},
		imapFault{name: "a piece from behind", text: onlyOdd("<10> {5}\r\nabcde")},
		imapFault{name: "OK with nothing", message: func(_ *imapMailbox, _ *stored, _ int, items string) ([]string, bool) {
			return nil, items != "(UID)"
		}},
		imapFault{name: "OK with nothing at all", message: func(*imapMailbox, *stored, int, string) ([]string, bool) { return nil, true }},
		imapFault{name: "OK without one", message: withoutOdd, errors: []error{imapcompat.ErrProtocol}},
		imapFault{name: "NO without one", message: withoutOdd, errors: []error{imapcompat.ErrRefused}, tagged: func(messages []*stored, items string) string {
			if items != "(UID)" && slices.ContainsFunc(messages, func(m *stored) bool { return m.num == odd }) {
				return "NO cannot read it"
			}
			return "OK done"
		}},
		imapFault{name: "repeats", message: func(s *imapMailbox, m *stored, num int, items string) ([]string, bool) {
			response := s.response(m, num, items)
			return []string{response, response}, true
		}},
		imapFault{name: "in pieces", message: func(s *imapMailbox, m *stored, num int, items string) (responses []string, ok bool) {
			for _, item := range itemNames.FindAllString(items, -1) {
				responses = append(responses, s.response(m, num, item))
			}
			return responses, true
		}},
		imapFault{name: "too large", errors: tooLarge, opts: []imapcompat.Option{imapcompat.WithMaxMessageSize(len(newStored(odd).text()) - 10)}},
		imapFault{name: "parts too large", errors: tooLarge, opts: []imapcompat.Option{imapcompat.WithMaxMessageSize(len(newStored(odd).parts[0]) - 10)}},
	)
}

// sizes matches the sizes in a result.
var sizes = regexp.MustCompile(`\(\d+ chars\)|"[Ss]ize":"?\d+"?`)

// read has the results for messages by number, and the errors of the calls. The error of a call
// for all messages is at 0.
type read struct {
	values map[int]string
	errors map[int]error
}

func newRead() *read { return &read{make(map[int]string), make(map[int]error)} }

func (r *read) add(num int, value any, err error) {
	if err != nil {
		r.errors[num] = err
		return
	}
	text, ok := value.(string)
	if !ok {
		b, _ := json.Marshal(value)
		text = string(b)
	}
	r.values[num] = text
}

// reader reads what it can.
type reader struct {
	name string
	read func(m *imapcompat.Connection, r *read)
}

// ofOne has the functions that read one message.
var ofOne = map[string]func(m *imapcompat.Connection, n int) (any, error){
	"Body":         func(m *imapcompat.Connection, n int) (any, error) { return m.Body(n) },
	"Body, peek":   func(m *imapcompat.Connection, n int) (any, error) { return m.Body(n, imapcompat.FT_PEEK) },
	"FetchBody":    func(m *imapcompat.Connection, n int) (any, error) { return m.FetchBody(n, "") },
	"FetchBody 0":  func(m *imapcompat.Connection, n int) (any, error) { return m.FetchBody(n, "0") },
	"FetchBody 1":  func(m *imapcompat.Connection, n int) (any, error) { return m.FetchBody(n, "1") },
	"FetchBody 2":  func(m *imapcompat.Connection, n int) (any, error) { return m.FetchBody(n, "2", imapcompat.FT_PEEK) },
	"FetchHeader":  func(m *imapcompat.Connection, n int) (any, error) { return m.FetchHeader(n) },
	"FetchMIME":    func(m *imapcompat.Connection, n int) (any, error) { return m.FetchMIME(n, "2") },
	"HeaderInfo":   func(m *imapcompat.Connection, n int) (any, error) { return m.HeaderInfo(n) },
	"Structure":    func(m *imapcompat.Connection, n int) (any, error) { return m.FetchStructure(n) },
	"BodyStruct":   func(m *imapcompat.Connection, n int) (any, error) { return m.BodyStruct(n, "2") },
	"SaveBody":     func(m *imapcompat.Connection, n int) (any, error) { return saved(m, n, "") },
	"SaveBody 0":   func(m *imapcompat.Connection, n int) (any, error) { return saved(m, n, "0") },
	"SaveBody 1":   func(m *imapcompat.Connection, n int) (any, error) { return saved(m, n, "1") },
	"one overview": func(m *imapcompat.Connection, n int) (any, error) { return overviewOfOne(m, n) },
	"prefetched": func(m *imapcompat.Connection, n int) (any, error) {
		header, err := m.FetchHeader(n, imapcompat.FT_PREFETCHTEXT)
		if err != nil {
			return nil, err
		}
		text, err := m.Body(n, imapcompat.FT_PEEK)
		return header + text, err
	},
	"header, structure and part": func(m *imapcompat.Connection, n int) (any, error) {
		h, err := m.HeaderInfo(n)
		if err != nil {
			return nil, err
		}
		s, err := m.FetchStructure(n)
		if err != nil {
			return nil, err
		}
		part, err := m.FetchBody(n, "1")
		return []any{h, s, part}, err
	},
}

func saved(m *imapcompat.Connection, n int, section string) (string, error) {
	var b strings.Builder
	err := m.SaveBody(&b, n, section)
	return b.String(), err
}

func overviewOfOne(m *imapcompat.Connection, n int) (any, error) {
	list, err := m.FetchOverview(imapcompat.SequenceOf(n))
	if err == nil && len(list) == 0 {
		return nil, errNone
	}
	return list, err
}

var errNone = errors.New("no such message")

func readers() []reader {
	var list []reader
	for name, f := range ofOne {
		each := func(nums ...int) func(*imapcompat.Connection, *read) {
			return func(m *imapcompat.Connection, r *read) {
				for _, n := range nums {
					value, err := f(m, n)
					r.add(n, value, err)
				}
			}
		}
		list = append(list,
			reader{name + " in a loop", each(1, 2, 3, 4, 5, 6)},
			reader{name + " backwards", each(6, 5, 4, 3, 2, 1)},
			reader{name + " here and there", each(3, 1, 5, 2, 6)},
			reader{name + " alone", each(3)},
		)
	}
	return append(list,
		reader{"Body by UID", func(m *imapcompat.Connection, r *read) {
			for n := 1; n <= 6; n++ {
				uid, err := m.UID(n)
				if err != nil {
					r.add(n, nil, err)
					continue
				}
				text, err := m.Body(uid, imapcompat.FT_UID)
				r.add(n, text, err)
			}
		}},
		reader{"SaveBody by UID", func(m *imapcompat.Connection, r *read) {
			for n := 1; n <= 6; n++ {
				uid, err := m.UID(n)
				var b strings.Builder
				if err == nil {
					err = m.SaveBody(&b, uid, "", imapcompat.FT_UID)
				}
				r.add(n, b.String(), err)
			}
		}},
		reader{"Messages", func(m *imapcompat.Connection, r *read) {
			for msg, err := range m.Messages("1:*") {
				if msg == nil {
					r.add(0, nil, err)
				} else {
					r.add(msg.UID%100, string(msg.Raw), err)
				}
			}
		}},
		reader{"HeaderInfos", func(m *imapcompat.Connection, r *read) {
			for h, err := range m.HeaderInfos("1:*") {
				if h == nil {
					r.add(0, nil, err)
				} else {
					r.add(h.Msgno, h, err)
				}
			}
		}},
		reader{"Overviews", func(m *imapcompat.Connection, r *read) {
			for o, err := range m.Overviews("1:*") {
				if o == nil {
					r.add(0, nil, err)
				} else {
					r.add(o.UID%100, o, err)
				}
			}
		}},
		reader{"FetchOverview", func(m *imapcompat.Connection, r *read) { addOverviews(m, r, "1:*") }},
		reader{"FetchOverview by UID", func(m *imapcompat.Connection, r *read) { addOverviews(m, r, "1:*", imapcompat.FT_UID) }},
		reader{"Headers", func(m *imapcompat.Connection, r *read) {
			list, err := m.Headers()
			for i, line := range list {
				r.add(i+1, line, nil)
			}
			r.add(0, "", err)
		}},
		reader{"Search for a text", func(m *imapcompat.Connection, r *read) { addNumbers(r)(m.Search(`TEXT "line 3 of part 2"`)) }},
		reader{"Search for a subject", func(m *imapcompat.Connection, r *read) { addNumbers(r)(m.Search(`SUBJECT "subject"`)) }},
		reader{"Sort", func(m *imapcompat.Connection, r *read) { addNumbers(r)(m.Sort(imapcompat.SORTDATE, false)) }},
		reader{"Thread", func(m *imapcompat.Connection, r *read) {
			thread, err := m.Thread()
			for _, node := range thread {
				r.add(node.Num, "", nil)
			}
			r.add(0, "", err)
		}},
	)
}

// uidSetReaders returns readers of sets of UIDs in which the odd message is the first one, the
// last one, or alone between two, and which contain more UIDs than messages.
func uidSetReaders() (list []reader) {
	for _, set := range []imapcompat.Sequence{"103:106", "101:103", "101,103,105:106", "50:60,102:104", "102:104,106:300"} {
		list = append(list, reader{"FetchOverview by the UIDs " + string(set), func(m *imapcompat.Connection, r *read) {
			addOverviews(m, r, set, imapcompat.FT_UID)
		}})
	}
	return list
}

func addOverviews(m *imapcompat.Connection, r *read, sequence imapcompat.Sequence, flags ...imapcompat.FetchFlag) {
	list, err := m.FetchOverview(sequence, flags...)
	for _, o := range list {
		r.add(o.UID%100, o, nil)
	}
	r.add(0, "", err)
}

func addNumbers(r *read) func([]int, error) {
	return func(list []int, err error) {
		for _, n := range list {
			r.add(n, "", nil)
		}
		r.add(0, "", err)
	}
}

// checkWhole compares the results of a faulty server with the messages. A removed message may
// be missing; in a list it may be empty.
func checkWhole(t *testing.T, got, want *read, gone, othersToo bool) {
	t.Helper()
	for n, value := range want.values {
		have, ok := got.values[n]
		switch {
		case othersToo && n != odd && n != 0 && !ok:
			t.Errorf("message %d is missing, of which nothing was odd: %v, %v", n, got.errors[n], got.errors[0])
		case n == odd && gone && !ok, got.errors[n] != nil, got.errors[0] != nil:
		case !ok:
			t.Errorf("message %d is missing, without an error", n)
		case have != value && n != 0:
			t.Errorf("message %d: %.200q, want %.200q", n, have, value)
		}
	}
}

func readFrom(t *testing.T, name string, f func(*imapcompat.Connection, *read), opts ...imapcompat.Option) *read {
	t.Helper()
	m, err := open(name, opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	r := newRead()
	f(m, r)
	return r
}

func TestWholeIMAP(t *testing.T) {
	for _, reader := range short.Sample(append(readers(), uidSetReaders()...), 4) {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			plain := imapFault{}.serve(t)
			defer plain.close()
			want := readFrom(t, plain.name("/imap"), reader.read)
			if len(want.values) == 0 || len(want.errors) > 0 {
				t.Fatalf("read %v", want)
			}
			for _, f := range imapFaults() {
				t.Run(f.name, func(t *testing.T) {
					srv := f.serve(t)
					defer srv.close()
					got := readFrom(t, srv.name("/imap"), reader.read, f.opts...)
					isGone := strings.HasPrefix(f.name, "gone")
					if isGone && reader.name == "Headers" {
						delete(want.values, odd) // the line of its number is empty
					}
					checkWhole(t, got, want, isGone, len(f.errors) > 0 && f.name != "parts too large")
					if err := got.errors[odd]; err != nil && len(f.errors) > 0 &&
						!slices.ContainsFunc(f.errors, func(kind error) bool { return errors.Is(err, kind) }) {
						t.Errorf("error %v, want one of %v", err, f.errors)
					}
				})
			}
		})
	}
}
