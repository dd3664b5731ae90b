package pop3bridge

import "slices"

// How much may be under way at a time (RFC 2449 section 6.6). What is under
// way when the caller has seen enough is read and thrown away.
//
// The commands take 8 kB at most, which any socket's buffers hold, so that
// sending them never waits for a server that waits for its answers to be read.
const (
	maxInFlight       = 512
	maxOctetsInFlight = 4 << 20
)

// question is a command, and what reads all of its answer.
type question struct {
	command string
	read    func(*conn) error
}

// ask sends commands, all of them before the first answer if the server can do
// that, and reads their answers. After an error the connection is of no more use.
func (s *Session) ask(c *conn, questions []question) error {
	window := 1
	if s.caps.pipelining {
		window = len(questions)
	}
	for part := range slices.Chunk(questions, window) {
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
	command string // empty when there is nothing to ask for
	octets  int    // about how long the answer is
	owed    owed   // what the answer is compared with

	kind  answerKind
	known *wholeText // the answer, when it is there already
	err   error      // why nothing is asked for
}

// answerKind is what the answer to a request is, and is for.
type answerKind int

const (
	wholeAnswer    answerKind = iota // a message, which is retrieved by that
	headerAnswer                     // a header
	againAnswer                      // a message whose header was refused
	untracedAnswer                   // a message, which is not retrieved by that
	sampleAnswer                     // one that was retrieved before, to compare with
	owedAnswer                       // one that was untraced before
	noAnswer                         // the message is left out
)

// size is what the answer's size is known to be; of a header it is not.
func (r request) size() int {
	if r.kind == headerAnswer {
		return 0
	}
	return r.octets
}

// pipeline sends the commands of a series of requests, several ahead of the
// answers if the server can do that, and otherwise one by one.
type pipeline struct {
	conn   *conn
	count  int // of the requests
	plan   func(i int) request
	window int // how many commands are sent before the caller waits for an answer

	planned  int       // how many of the requests are in flight or done
	inFlight []request // oldest first
	octets   int       // of their answers
}

func (s *Session) pipeline(c *conn, count int, plan func(i int) request) *pipeline {
	p := &pipeline{conn: c, count: count, plan: plan, window: 1}
	if s.caps.pipelining {
		p.window = maxInFlight
	}
	return p
}

// next returns the request whose answer is to be read now. It is not ok when
// there are no more.
func (p *pipeline) next() (r request, ok bool, err error) {
	if len(p.inFlight) <= p.window/2 && p.octets <= maxOctetsInFlight/2 {
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

// fill sends commands until there are enough under way.
func (p *pipeline) fill() error {
	var commands []string
	for p.planned < p.count && len(p.inFlight) < p.window {
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

// drain reads the answers under way.
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
