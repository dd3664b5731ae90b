package pop3bridge

import "slices"

// These limit what may be under way at a time (RFC 2449 section 6.6). If the caller stops, the
// answers under way are read and discarded.
//
// The commands take at most 8 kB, which the buffers of any socket hold. So sending them never
// waits for a server that waits for its answers to be read.
const (
	maxInFlight       = 512
	maxOctetsInFlight = 4 << 20
)

// question is a command with the function that reads its answer.
type question struct {
	command string
	read    func(*conn) error
}

// ask sends commands and reads their answers. With PIPELINING it sends all commands first.
// After an error the connection is not usable.
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
	command string // empty if nothing is to be asked for
	octets  int    // approximate size of the answer
	owed    owed   // message to compare the answer with

	kind  answerKind
	known *wholeText // the answer, if it is in memory
	err   error      // why nothing is to be asked for
}

// answerKind tells what the answer to a request is.
type answerKind int

const (
	wholeAnswer    answerKind = iota // a message, which counts as retrieved
	headerAnswer                     // a header
	againAnswer                      // a message whose header was refused
	untracedAnswer                   // a message, which does not count as retrieved
	sampleAnswer                     // a message that was retrieved before, for comparison
	owedAnswer                       // a message that was read untraced before
	noAnswer                         // the message is left out
)

// size returns the size of the answer, if it is known; that of a header is not.
func (r request) size() int {
	if r.kind == headerAnswer {
		return 0
	}
	return r.octets
}

// pipeline sends the commands of a series of requests. With PIPELINING it sends several before
// it reads the answers.
type pipeline struct {
	conn   *conn
	count  int // number of requests
	plan   func(i int) request
	window int // commands sent before the caller waits for an answer

	planned  int       // requests in flight or done
	inFlight []request // oldest first
	octets   int       // octets of their answers
}

func (s *Session) pipeline(c *conn, count int, plan func(i int) request) *pipeline {
	p := &pipeline{conn: c, count: count, plan: plan, window: 1}
	if s.caps.pipelining {
		p.window = maxInFlight
	}
	return p
}

// next returns the request whose answer must be read now. ok is false at the end.
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

// fill sends commands until enough are under way.
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
