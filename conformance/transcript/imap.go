package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// imap is a conversation in IMAP.
type imap struct{ *session }

func (s *imap) serve() {
	if s.greeting == "" {
		s.greeting = "* OK ready"
	}
	s.say([]string{s.greeting}, "", nil)
	for !s.closed {
		tag, command, ok := s.command()
		if !ok {
			return
		}
		usual := func() (string, string) { return s.usual(tag, command) }
		if lines, ok := s.scripted(command); ok {
			s.say(lines, tag, usual)
			s.closed = s.closed || name(command) == "LOGOUT"
			continue
		}
		s.say([]string{"%default"}, tag, usual)
	}
}

var literalSize = regexp.MustCompile(`\{(\d+)(\+?)\}$`)

// command reads a command with its literals.
func (s *imap) command() (tag, command string, ok bool) {
	line, ok := s.line()
	for ok {
		size := literalSize.FindStringSubmatch(line)
		if size == nil {
			break
		}
		if size[2] == "" {
			s.write("+ go on\r\n")
		}
		n, _ := strconv.Atoi(size[1])
		literal := make([]byte, min(n, 1<<20))
		for i := range literal {
			b, err := s.r.ReadByte()
			if err != nil {
				return "", "", false
			}
			literal[i] = b
		}
		var rest string
		rest, ok = s.line()
		line += "\r\n" + string(literal) + rest
		if rest == "" {
			break
		}
	}
	tag, command, _ = strings.Cut(line, " ")
	return tag, command, ok
}

// say sends the lines of an answer. It removes a message for which a line says EXPUNGE.
func (s *imap) say(lines []string, tag string, usual func() (untagged, tagged string)) {
	for _, line := range lines {
		if gone := expunge.FindStringSubmatch(line); gone != nil {
			if n, _ := strconv.Atoi(gone[1]); 0 < n && n <= len(s.boxes) {
				s.boxes = slices.Delete(s.boxes, n-1, n)
			}
		}
		s.session.say([]string{line}, tag, usual)
	}
}

var expunge = regexp.MustCompile(`(?i)^\* (\d+) EXPUNGE *$`)

// name returns the name of a command, without UID.
func name(command string) string {
	command = strings.TrimPrefix(strings.ToUpper(command), "UID ")
	word, _, _ := strings.Cut(command, " ")
	return word
}

// usual returns the answer of a correct server.
func (s *imap) usual(tag, command string) (untagged, tagged string) {
	tagged = tag + " OK done\r\n"
	uid := strings.HasPrefix(strings.ToUpper(command), "UID ")
	words := strings.SplitN(command, " ", 4)
	if uid {
		words = strings.SplitN(command[len("UID "):], " ", 4)
	}
	for len(words) < 4 {
		words = append(words, "")
	}
	switch name(command) {
	case "CAPABILITY":
		capability := s.capability
		if capability == "" {
			capability = "IMAP4rev1"
		}
		return expand("* CAPABILITY "+capability+"\r\n", tag), tagged
	case "AUTHENTICATE":
		s.write("+ \r\n")
		s.line()
	case "SELECT", "EXAMINE":
		return fmt.Sprintf("* %d EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"+
			"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] limited\r\n"+
			"* OK [UIDVALIDITY 1700000000] valid\r\n* OK [UIDNEXT 99] next\r\n", len(s.boxes)), tag + " OK [READ-WRITE] done\r\n"
	case "STATUS":
		return fmt.Sprintf("* STATUS %s (MESSAGES %d RECENT 0 UNSEEN %d UIDNEXT 99 UIDVALIDITY 1700000000)\r\n",
			words[1], len(s.boxes), len(s.boxes)), tagged
	case "LIST", "LSUB":
		for _, mailbox := range []string{"INBOX", "Archive"} {
			untagged += fmt.Sprintf("* %s (\\HasNoChildren) \"/\" %s\r\n", name(command), mailbox)
		}
		return untagged, tagged
	case "SEARCH", "SORT":
		return "* " + name(command) + s.numbers(" %d", uid) + "\r\n", tagged
	case "THREAD":
		return "* THREAD " + s.numbers("(%d)", uid) + "\r\n", tagged
	case "FETCH":
		for _, i := range s.set(words[1], uid) {
			response, code := s.fetch(i, strings.Join(words[2:], " "), uid)
			untagged += response
			if code != "" {
				tagged = tag + " " + code + "\r\n"
			}
		}
	case "NOOP", "CHECK":
		return s.removals(), tagged
	case "STORE":
		for _, i := range s.set(words[1], uid) {
			untagged += s.store(i, words[2], words[3])
		}
	case "EXPUNGE":
		for i := len(s.boxes) - 1; i >= 0; i-- {
			if strings.Contains(s.boxes[i].flags, `\Deleted`) {
				s.boxes = slices.Delete(s.boxes, i, i+1)
				untagged += fmt.Sprintf("* %d EXPUNGE\r\n", i+1)
			}
		}
	case "LOGOUT":
		s.closed = true
		return "* BYE see you\r\n", tagged
	}
	return untagged, tagged
}

// numbers returns the numbers or UIDs of all messages, each in a format.
func (s *imap) numbers(format string, uid bool) string {
	var list strings.Builder
	for i, m := range s.boxes {
		n := i + 1
		if uid {
			n = m.uid
		}
		fmt.Fprintf(&list, format, n)
	}
	return list.String()
}

// set returns the indexes of the messages in a sequence set.
func (s *imap) set(text string, uid bool) []int {
	if len(s.boxes) == 0 {
		return nil
	}
	largest := len(s.boxes)
	if uid {
		largest = s.boxes[len(s.boxes)-1].uid
	}
	number := func(word string) int {
		if word == "*" {
			return largest
		}
		n, _ := strconv.Atoi(word)
		return n
	}
	var list []int
	for i, m := range s.boxes {
		n := i + 1
		if uid {
			n = m.uid
		}
		for _, part := range strings.Split(text, ",") {
			from, to, isRange := strings.Cut(part, ":")
			if !isRange {
				to = from
			}
			low, high := min(number(from), number(to)), max(number(from), number(to))
			if low <= n && n <= high {
				list = append(list, i)
				break
			}
		}
	}
	return list
}

// store changes the flags of a message. It returns the FETCH response with the flags, or ""
// after .SILENT.
func (s *imap) store(i int, how, flags string) string {
	m := s.boxes[i]
	for _, flag := range strings.Fields(strings.Trim(flags, "()")) {
		m.setFlag(flag, how[0] == '+')
	}
	if strings.HasSuffix(strings.ToUpper(how), ".SILENT") {
		return ""
	}
	return s.response(i, "FLAGS "+expand(m.flags, ""))
}

// setFlag sets or removes a flag.
func (m *message) setFlag(flag string, set bool) {
	if strings.HasPrefix(flag, `\`) {
		flag = flag[:2] + strings.ToLower(flag[2:])
	}
	list := slices.DeleteFunc(strings.Fields(strings.Trim(m.flags, "()")), func(f string) bool { return f == flag })
	if set {
		list = append(list, flag)
	}
	m.flags = "(" + strings.Join(list, " ") + ")"
}

// response returns a FETCH response.
func (s *imap) response(i int, items string) string {
	form := s.fetchForm
	if own, ok := s.boxes[i].items["fetch:"]; ok {
		form = own
	}
	return strings.NewReplacer("%n", strconv.Itoa(i+1), "%u", strconv.Itoa(s.boxes[i].uid), "%i", items).Replace(form) + "\r\n"
}

// macros has the macros of FETCH (RFC 9051 section 6.4.5).
var macros = map[string][]string{
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"},
	"FULL": {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"},
}

// itemPattern matches a data item in a command.
var itemPattern = regexp.MustCompile(`[A-Za-z0-9.]+(?:\[[^\]]*\](?:<\d+\.\d+>)?)?`)

// removals removes the messages that are gone, and returns the EXPUNGE responses.
func (s *imap) removals() (untagged string) {
	for i := len(s.boxes) - 1; i >= 0; i-- {
		if s.boxes[i].gone() != "" {
			s.boxes = slices.Delete(s.boxes, i, i+1)
			untagged += fmt.Sprintf("* %d EXPUNGE\r\n", i+1)
		}
	}
	return untagged
}

// gone returns what the server does about a message that another client has removed, or "" for
// other messages.
func (m *message) gone() string { return m.items["gone:"] }

// fetch returns the response for one message, and the tagged response if it is not the usual
// one.
func (s *imap) fetch(i int, asked string, uid bool) (response, code string) {
	m := s.boxes[i]
	switch m.gone() {
	case "nothing":
		return "", ""
	case "NO":
		return "", "NO some of the messages no longer exist"
	case "NIL":
		code = "OK [EXPUNGEISSUED] some messages were removed"
	}
	var names []string
	for _, item := range itemPattern.FindAllString(asked, -1) {
		if list, ok := macros[strings.ToUpper(item)]; ok {
			names = append(names, list...)
		} else {
			names = append(names, item)
		}
	}
	if uid && !slices.Contains(names, "UID") {
		names = append([]string{"UID"}, names...)
	}
	var items []string
	for _, item := range names {
		shown := strings.Replace(item, ".PEEK", "", 1)
		if shown == item && (strings.HasPrefix(item, "BODY[") || item == "RFC822" || item == "RFC822.TEXT") && !strings.Contains(m.flags, `\Seen`) {
			m.setFlag(`\Seen`, true)
		}
		if text, ok := s.item(m, shown); ok {
			items = append(items, text)
		}
	}
	return s.response(i, strings.Join(items, " ")), code
}

// madeUp has the values that Dovecot sends for the items of a removed message. An item with ""
// keeps its value. Other items are NIL.
var madeUp = map[string]string{
	"UID":           "",
	"FLAGS":         "",
	"INTERNALDATE":  `"01-Jan-1970 00:00:00 +0000"`,
	"RFC822.SIZE":   "0",
	"ENVELOPE":      "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
	"BODYSTRUCTURE": `("text" "plain" NIL NIL NIL "7bit" 0 0 NIL NIL NIL NIL)`,
}

// item returns a data item of a message with its value.
func (s *imap) item(m *message, item string) (text string, ok bool) {
	if value, ok := m.items[item]; ok {
		if whole, ok := strings.CutPrefix(value, "!"); ok {
			return expand(whole, ""), true
		}
		return item + " " + expand(value, ""), value != ""
	}
	if m.gone() != "" {
		if value, ok := madeUp[item]; !ok {
			return item + " NIL", true
		} else if value != "" {
			return item + " " + value, true
		}
	}
	header, body, _ := strings.Cut(m.raw, "\r\n\r\n")
	header += "\r\n\r\n"
	switch upper := strings.ToUpper(item); {
	case upper == "UID":
		return fmt.Sprintf("UID %d", m.uid), true
	case upper == "FLAGS":
		return "FLAGS " + expand(m.flags, ""), true
	case upper == "INTERNALDATE":
		return `INTERNALDATE "17-Jul-2023 02:44:25 +0000"`, true
	case upper == "RFC822.SIZE":
		return fmt.Sprintf("RFC822.SIZE %d", len(m.raw)), true
	case upper == "ENVELOPE":
		return "ENVELOPE " + envelope(header), true
	case upper == "BODYSTRUCTURE", upper == "BODY":
		return item + " " + structure(header, body), true
	case upper == "RFC822":
		return "RFC822 " + literal(m.raw), true
	case upper == "RFC822.HEADER":
		return "RFC822.HEADER " + literal(header), true
	case upper == "RFC822.TEXT":
		return "RFC822.TEXT " + literal(body), true
	case strings.HasPrefix(upper, "BODY["):
		return s.section(m, item, header, body), true
	}
	return "", false
}

var sectionPattern = regexp.MustCompile(`^BODY\[([^\]]*)\](?:<(\d+)\.(\d+)>)?$`)

// section returns the text of a section, or the requested range of it, as a data item.
func (s *imap) section(m *message, item, header, body string) string {
	match := sectionPattern.FindStringSubmatch(strings.ToUpper(item))
	shown := item[:strings.IndexByte(item, ']')+1]
	text, ok := sectionOf(match[1], m.raw, header, body)
	if value, scripted := m.items[shown]; scripted {
		if !strings.HasPrefix(value, "=") {
			return shown + " " + expand(value, "")
		}
		text, ok = expand(value[1:], ""), true
	}
	if !ok {
		return shown + " NIL"
	}
	if match[2] == "" || s.partial == "whole" {
		return shown + " " + literal(text)
	}
	from, _ := strconv.Atoi(match[2])
	size, _ := strconv.Atoi(match[3])
	if most, err := strconv.Atoi(s.partial); err == nil {
		size = min(size, most)
	}
	from = min(from, len(text))
	return fmt.Sprintf("%s<%s> %s", shown, match[2], literal(text[from:min(len(text), from+size)]))
}

// sectionOf finds a section of a message that is a text or a multipart of one level.
func sectionOf(section, raw, header, body string) (text string, ok bool) {
	switch section {
	case "":
		return raw, true
	case "HEADER":
		return header, true
	case "TEXT":
		return body, true
	}
	if names, ok := strings.CutPrefix(section, "HEADER.FIELDS "); ok {
		return fields(header, strings.Fields(strings.Trim(names, "()"))), true
	}
	number, what, _ := strings.Cut(section, ".")
	parts := partsOf(header, body)
	n, _ := strconv.Atoi(number)
	switch {
	case n < 1 || n > max(1, len(parts)):
		return "", false
	case len(parts) == 0 && what == "":
		return body, true
	case len(parts) == 0 && what == "MIME":
		return header, true
	case len(parts) == 0:
		return "", false
	}
	head, text, _ := strings.Cut(parts[n-1], "\r\n\r\n")
	switch what {
	case "":
		return text, true
	case "MIME":
		return head + "\r\n\r\n", true
	}
	return "", false
}

// partsOf returns the parts of a multipart with the usual message's boundary.
func partsOf(header, body string) []string {
	if !strings.Contains(header, "boundary=b\r\n") {
		return nil
	}
	pieces := strings.Split("\r\n"+body, "\r\n--b")
	var parts []string
	for _, piece := range pieces[1:] {
		if !strings.HasPrefix(piece, "--") {
			parts = append(parts, strings.TrimPrefix(piece, "\r\n"))
		}
	}
	return parts
}

// fields returns the named fields of a header.
func fields(header string, names []string) string {
	var b strings.Builder
	for _, line := range strings.SplitAfter(header, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			b.WriteString(line)
		}
	}
	return b.String() + "\r\n"
}

func literal(text string) string { return fmt.Sprintf("{%d}\r\n%s", len(text), text) }

func quoted(text string) string {
	if text == "" {
		return "NIL"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

var simpleAddress = regexp.MustCompile(`^(?:(.*?) <)?([^<>@]*)@([^<>@]*?)>?$`)

// envelope returns the ENVELOPE of a header with simple addresses.
func envelope(header string) string {
	field := func(name string) string {
		_, value, _ := strings.Cut(strings.TrimRight(fields(header, []string{name}), "\r\n"), ": ")
		return value
	}
	address := func(name string) string {
		a := simpleAddress.FindStringSubmatch(field(name))
		if a == nil {
			return "NIL"
		}
		return fmt.Sprintf("((%s NIL %s %s))", quoted(a[1]), quoted(a[2]), quoted(a[3]))
	}
	from := address("From")
	return fmt.Sprintf("(%s %s %s %s %s %s %s NIL %s %s)", quoted(field("Date")), quoted(field("Subject")), from, from, from,
		address("To"), address("Cc"), quoted(field("In-Reply-To")), quoted(field("Message-ID")))
}

// structure returns the BODYSTRUCTURE of a text, or of the usual message with parts.
func structure(header, body string) string {
	parts := partsOf(header, body)
	if len(parts) == 0 {
		return fmt.Sprintf(`("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" %d %d NIL NIL NIL NIL)`, len(body), strings.Count(body, "\n"))
	}
	var b strings.Builder
	for _, part := range parts {
		head, text, _ := strings.Cut(part, "\r\n\r\n")
		if strings.Contains(head, "application/pdf") {
			fmt.Fprintf(&b, `("APPLICATION" "PDF" ("NAME" "a.pdf") NIL NIL "BASE64" %d NIL ("ATTACHMENT" ("FILENAME" "a.pdf")) NIL NIL)`, len(text))
		} else {
			fmt.Fprintf(&b, `("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" %d %d NIL NIL NIL NIL)`, len(text), strings.Count(text+"\n", "\n"))
		}
	}
	return "(" + b.String() + ` "MIXED" ("BOUNDARY" "b") NIL NIL NIL)`
}
