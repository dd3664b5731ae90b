package golden

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// capabilities are the extensions that PHP uses. It has none that would make the library send
// other commands.
const capabilities = "IMAP4REV1 SORT THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT QUOTA ACL UIDPLUS"

// Server is an IMAP server that repeats a recording. Each session begins with the recording's
// flags. STORE and reading texts change the flags of the session.
type Server struct {
	Recording *Recording
	// Ask answers a command that the recording does not answer. The answer is added to the
	// recording. If Ask is nil, the server refuses the command.
	Ask func(command string) (answer string)
	// Reply, if not "", is the answer to each command except those that open and close a
	// mailbox: "NO denied".
	Reply string

	mu         sync.Mutex
	listener   net.Listener
	unanswered []string
}

// Start listens on a port of 127.0.0.1 until Close.
func (s *Server) Start() (port int, err error) {
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return 0, err
	}
	go func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s.listener.Addr().(*net.TCPAddr).Port, nil
}

// Close stops listening.
func (s *Server) Close() error { return s.listener.Close() }

// Unanswered returns the commands and items that were refused because the recording does not
// answer them.
func (s *Server) Unanswered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.unanswered)
}

// session is one connection.
type session struct {
	*Server
	in    *bufio.Reader
	out   *bufio.Writer
	flags [][]string // of each message
}

func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	c := &session{Server: s, in: bufio.NewReader(conn), out: bufio.NewWriter(conn)}
	for _, m := range s.Recording.Messages {
		c.flags = append(c.flags, strings.Fields(strings.Trim(string(m.Items["FLAGS"]), "()")))
	}
	fmt.Fprint(c.out, "* OK ready\r\n")
	for c.out.Flush() == nil {
		line, err := c.command()
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		answer := c.answer(command)
		last := strings.LastIndex(answer, "\n") + 1
		fmt.Fprintf(c.out, "%s%s %s\r\n", answer[:last], tag, answer[last:])
		if command == "LOGOUT" {
			c.out.Flush()
			return
		}
	}
}

// literalAhead matches the end of a line before a literal.
var literalAhead = regexp.MustCompile(`\{(\d+)\}\r\n$`)

// command reads a command with its literals.
func (c *session) command() (string, error) {
	var text string
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		text += line
		m := literalAhead.FindStringSubmatch(line)
		if m == nil {
			return strings.TrimSuffix(text, "\r\n"), nil
		}
		fmt.Fprint(c.out, "+ go on\r\n")
		if err := c.out.Flush(); err != nil {
			return "", err
		}
		size, err := strconv.Atoi(m[1])
		if err != nil {
			return "", err
		}
		literal := make([]byte, size)
		if _, err := io.ReadFull(c.in, literal); err != nil {
			return "", err
		}
		text += string(literal)
	}
}

// answer returns the answer to a command: untagged lines, and the last line without tag and
// line end.
func (c *session) answer(command string) string {
	verb, arguments, _ := strings.Cut(command, " ")
	byUID := verb == "UID"
	if byUID {
		verb, arguments, _ = strings.Cut(arguments, " ")
	}
	set, arguments, _ := strings.Cut(arguments, " ")
	switch verb {
	case "CAPABILITY":
		return "* CAPABILITY " + capabilities + "\r\nOK done"
	case "LOGIN", "NOOP":
		return "OK done"
	case "LOGOUT":
		return "* BYE done\r\nOK done"
	case "SELECT", "EXAMINE":
		return c.recorded(command)
	}
	if c.Reply != "" {
		return c.Reply
	}
	switch verb {
	case "FETCH", "STORE":
		if len(c.Recording.Messages) == 0 && !byUID {
			return "BAD no messages"
		}
	}
	switch verb {
	case "FETCH":
		return c.fetch(c.messages(set, byUID), arguments, byUID)
	case "SEARCH":
		if byUID && set == "UID" { // asks which messages exist
			return c.searched(c.messages(arguments, true))
		}
	case "STORE":
		return c.store(c.messages(set, byUID), arguments)
	}
	return c.recorded(command)
}

// searched returns the UIDs of messages.
func (c *session) searched(nums []int) string {
	answer := "* SEARCH"
	for _, num := range nums {
		answer += " " + string(c.Recording.Messages[num-1].Items["UID"])
	}
	return answer + "\r\nOK done"
}

// recorded returns the recording's answer to a command.
func (s *Server) recorded(command string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, ok := s.Recording.Commands[Key(command)]
	if !ok {
		answer = Octets(s.ask(command))
		if s.Ask != nil {
			s.Recording.Commands[Key(command)] = answer
		}
	}
	return string(answer)
}

func (s *Server) ask(command string) string {
	if s.Ask == nil {
		s.unanswered = append(s.unanswered, command)
		return "BAD not recorded"
	}
	return s.Ask(command)
}

// messages returns the numbers of a set.
func (c *session) messages(set string, byUID bool) (nums []int) {
	number := func(num int) int {
		if byUID {
			uid, _ := strconv.Atoi(string(c.Recording.Messages[num-1].Items["UID"]))
			return uid
		}
		return num
	}
	last := len(c.Recording.Messages)
	end := func(text string) int {
		if text == "*" {
			return number(last)
		}
		n, _ := strconv.Atoi(text)
		return n
	}
	for num := 1; num <= last; num++ {
		for _, part := range strings.Split(set, ",") {
			from, to, ok := strings.Cut(part, ":")
			if !ok {
				to = from
			}
			if n := number(num); min(end(from), end(to)) <= n && n <= max(end(from), end(to)) {
				nums = append(nums, num)
				break
			}
		}
	}
	return nums
}

// fetchItem matches an item of FETCH, with BODY's range.
var fetchItem = regexp.MustCompile(`([^ \[]+(?:\[[^\]]*\])?)(?:<(\d+)\.(\d+)>)?`)

func (c *session) fetch(nums []int, items string, byUID bool) string {
	items = strings.TrimSuffix(strings.TrimPrefix(items, "("), ")")
	if byUID && !slices.Contains(strings.Fields(items), "UID") {
		items = "UID " + items
	}
	var answer strings.Builder
	for _, num := range nums {
		var list []string
		read := false
		for _, item := range fetchItem.FindAllStringSubmatch(items, -1) {
			read = read || strings.HasPrefix(item[1], "BODY[")
			list = append(list, c.item(num, item))
		}
		if read && !slices.Contains(c.flags[num-1], `\Seen`) {
			c.flags[num-1] = append(c.flags[num-1], `\Seen`)
			list = append(list, "FLAGS "+c.flagList(num))
		}
		fmt.Fprintf(&answer, "* %d FETCH (%s)\r\n", num, strings.Join(list, " "))
	}
	return answer.String() + "OK done"
}

// item returns the name and value of an item of a message.
func (c *session) item(num int, item []string) string {
	name := strings.Replace(item[1], ".PEEK", "", 1)
	if name == "FLAGS" {
		return "FLAGS " + c.flagList(num)
	}
	value := c.value(num, name)
	if item[2] != "" {
		name += "<" + item[2] + ">"
		value = part(value, item[2], item[3])
	}
	return name + " " + value
}

// value returns the recording's value of an item.
func (s *Server) value(num int, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := s.Recording.Messages[num-1].Items
	value, ok := items[name]
	switch {
	case ok:
	case strings.HasPrefix(name, "BODY[") && !strings.Contains(name, "FIELDS"):
		value = "NIL"
	default:
		command := fmt.Sprintf("FETCH %d (%s)", num, name)
		value = Octets(s.ask(command))
		items[name] = value
	}
	return string(value)
}

// part returns a range of a literal or quoted string.
func part(value, offset, size string) string {
	text := value
	if head, literal, ok := strings.Cut(value, "}\r\n"); ok && strings.HasPrefix(head, "{") {
		text = literal
	} else if value == "NIL" {
		return value
	} else {
		text = strings.Trim(value, `"`)
	}
	from, _ := strconv.Atoi(offset)
	n, _ := strconv.Atoi(size)
	from = min(from, len(text))
	text = text[from:min(from+n, len(text))]
	return fmt.Sprintf("{%d}\r\n%s", len(text), text)
}

func (c *session) flagList(num int) string { return "(" + strings.Join(c.flags[num-1], " ") + ")" }

// store executes "+FLAGS.SILENT (\Seen)".
func (c *session) store(nums []int, arguments string) string {
	name, list, _ := strings.Cut(arguments, " ")
	flags := strings.Fields(strings.Trim(list, "()"))
	var answer strings.Builder
	for _, num := range nums {
		kept := slices.DeleteFunc(slices.Clone(c.flags[num-1]), func(have string) bool {
			return slices.ContainsFunc(flags, func(flag string) bool { return strings.EqualFold(flag, have) })
		})
		switch name[0] {
		case '+':
			c.flags[num-1] = append(kept, flags...)
		case '-':
			c.flags[num-1] = kept
		default:
			c.flags[num-1] = flags
		}
		if !strings.HasSuffix(name, ".SILENT") {
			fmt.Fprintf(&answer, "* %d FETCH (FLAGS %s)\r\n", num, c.flagList(num))
		}
	}
	return answer.String() + "OK done"
}
