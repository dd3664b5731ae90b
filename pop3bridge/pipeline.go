package pop3bridge

import "slices"

// These bound the commands in flight, which are those without an answer, and the octets of
// their answers (RFC 2449 section 6.6). When the caller stops early, these answers are read and discarded.
//
// 512 commands have about 8 kB, which fit in any socket's buffers. So sending them never
// blocks while the server waits for its answers to be read.
const (
	maxInFlight       = 512
	maxOctetsInFlight = 4 << 20
)

// question is a command and a function that reads its whole answer.
type question struct {
	command string
	read    func(*conn) error
}

// ask sends commands and reads their answers. It sends all commands first if the server
// supports PIPELINING. After an error, the connection cannot be used any more.
func (s *Session) ask(c *conn, questions []question) error {
	together := 1
	if s.caps.pipelining {
		together = len(questions)
	}
	for part := range slices.Chunk(questions, together) {
		var commands []string
		for _, q := range part {
			commands = append(commands, q.command)
		}
		if err := c.send(commands...); err != nil {
			return err
		}
		for _, q := range part {
			if err := q.read(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// request is a command for one message.
type request struct {
	index   int
	command string // empty when no command is needed
	octets  int    // expected length of the answer
	owed    debt   // is compared with the answer

	kind  answerKind
	known *wholeText // the answer, if it is in memory
	err   error      // why no command is sent
}

// answerKind says what the answer to a request is used for.
type answerKind int

const (
	wholeAnswer    answerKind = iota // a message, which the server records as retrieved
	headerAnswer                     // a header
	againAnswer                      // a message after TOP was refused
	untracedAnswer                   // a message by TOP, which the server does not record as retrieved
	sampleAnswer                     // a message by TOP, to compare with its text by RETR
	owedAnswer                       // a message by RETR, to compare with its text by TOP
	noAnswer                         // the message is left out
)

// size returns the expected size of the answer, or 0 for a header, whose size is unknown.
func (r request) size() int {
	if r.kind == headerAnswer {
		return 0
	}
	return r.octets
}

// pipeline sends the commands of a list of requests. It sends several before their answers
// if the server supports PIPELINING, and otherwise one at a time.
type pipeline struct {
	conn  *conn
	count int // number of requests
	plan  func(i int) request
	limit int // greatest number of commands in flight

	planned  int       // number of requests in flight or done
	inFlight []request // oldest first
	octets   int       // of the answers in flight
}

func (s *Session) pipeline(c *conn, count int, plan func(i int) request) *pipeline {
	p := &pipeline{conn: c, count: count, plan: plan, limit: 1}
	if s.caps.pipelining {
		p.limit = maxInFlight
	}
	return p
}

// next returns the request whose answer must be read now. ok is false after the last one.
func (p *pipeline) next() (r request, ok bool, err error) {
	if len(p.inFlight) <= p.limit/2 && p.octets <= maxOctetsInFlight/2 {
		if err := p.fill(); err != nil {
			return request{}, false, err
		}
	}
	if len(p.inFlight) == 0 {
		return request{}, false, nil
	}
	r = p.inFlight[0]
	p.inFlight = p.inFlight[1:]
	p.octets -= r.octets
	return r, true, nil
}

// fill sends commands until enough are in flight.
func (p *pipeline) fill() error {
	var commands []string
	for p.planned < p.count && len(p.inFlight) < p.limit {
		r := p.plan(p.planned)
		if len(p.inFlight) > 0 && p.octets+r.octets > maxOctetsInFlight {
			break
		}
		p.planned++
		p.inFlight = append(p.inFlight, r)
		p.octets += r.octets
		if r.command != "" {
			commands = append(commands, r.command)
		}
	}
	if len(commands) == 0 {
		return nil
	}
	return p.conn.send(commands...)
}

// drain reads the answers in flight.
func (p *pipeline) drain(read func(request) error) error {
	for _, r := range p.inFlight {
		if r.command == "" {
			continue
		}
		if err := read(r); err != nil {
			return err
		}
	}
	p.inFlight, p.octets = nil, 0
	return nil
}
