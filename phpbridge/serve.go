package phpbridge

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

// Serve answers the calls of one PHP script until in or ctx ends. options apply to each
// connection that the script opens. getenv reads the environment variables IMAPCOMPAT_TOKEN and
// IMAPCOMPAT_TOKEN_COMMAND: see docs/php-bridge.md.
//
// The error is nil at the end of in. It is ctx's error if ctx has ended. A malformed request is
// another error.
func Serve(ctx context.Context, in io.Reader, out io.Writer, getenv func(string) string, options ...imapcompat.Option) error {
	serving, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{
		ctx:         serving,
		requests:    requests{in: bufio.NewReaderSize(in, 64<<10), gone: cancel},
		getenv:      getenv,
		options:     options,
		numbering:   new(imapcompat.Numbering),
		connections: make(map[int]*imapcompat.Connection),
	}
	s.out = bufio.NewWriterSize(passing{out, &s.passed}, 64<<10)
	defer s.closeAll()
	served := make(chan error, 1)
	go func() { served <- s.serve() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		s.turn.Lock() // a call that is under way ends with ctx
		return ctx.Err()
	}
}

// serve answers requests until there are no more.
func (s *server) serve() error {
	for {
		request, err := s.requests.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil || len(request) == 0:
			return err
		}
		if err := s.take(request); err != nil {
			return err
		}
	}
}

// take answers a request in its turn. After the end of Serve it answers none.
func (s *server) take(request []byte) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.passed += counter(len(request))
	if err := s.answer(request); err != nil {
		return err
	}
	s.release()
	return nil
}

// server is the process behind a PHP script. It holds what PHP keeps for the life of a process.
type server struct {
	ctx      context.Context
	requests requests
	turn     sync.Mutex // held by a call
	out      *bufio.Writer
	passed   counter // octets of requests and answers, since the last release
	getenv   func(string) string

	options   []imapcompat.Option
	numbering *imapcompat.Numbering
	tries     int      // of a login, as last given to imap_open or imap_reopen
	disabled  []string // authenticators

	// connections are those that PHP holds, by PHP's number, including closed ones.
	connections map[int]*imapcompat.Connection

	mu      sync.Mutex
	notices []backend.Notice // the lists of imap_errors and imap_alerts
}

// releaseAfter is the number of octets after which their memory is returned to the system.
const releaseAfter = 8 << 20

// passing counts what is written. It has no WriteString, which would copy a long text whole.
type passing struct {
	io.Writer
	passed *counter
}

func (p passing) Write(text []byte) (int, error) {
	p.passed.Write(text)
	return p.Writer.Write(text)
}

// release returns the memory of long texts to the system. The collector alone would wait until
// the heap has doubled: a text of 50 MB would take 100 MB at the next one.
func (s *server) release() {
	if s.passed >= releaseAfter {
		s.passed = 0
		debug.FreeOSMemory()
	}
}

// closeAll closes the connections that PHP has not closed, in the order of PHP's numbers. Without PHP's last frame ctx has ended, and the connections are aborted.
func (s *server) closeAll() {
	numbers := make([]int, 0, len(s.connections))
	for n := range s.connections {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		s.connections[n].WithContext(s.ctx).Close() // PHP has ended, so there is nobody to report an error to
	}
}

// maxNotices limits the lists for a script that never reads them.
const maxNotices = 10000

func (s *server) note(n backend.Notice) {
	if n.Kind == backend.NoticeOdd {
		return // c-client does not tell PHP
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.notices) >= maxNotices {
		s.notices = slices.Delete(s.notices, 0, len(s.notices)-maxNotices+1)
	}
	s.notices = append(s.notices, n)
}

// noteParse adds the notices of a function without a connection to the list.
func (s *server) noteParse(texts []string) {
	for _, text := range texts {
		s.note(backend.Notice{Kind: backend.NoticeParse, Text: text})
	}
}

// takeNotices returns and empties the list of alerts, or that of errors.
func (s *server) takeNotices(alerts bool) []backend.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var taken, left []backend.Notice
	for _, n := range s.notices {
		if (n.Kind == backend.NoticeAlert) == alerts {
			taken = append(taken, n)
		} else {
			left = append(left, n)
		}
	}
	s.notices = left
	return taken
}

// answer makes a call and sends its outcome.
func (s *server) answer(request []byte) error {
	c, f, err := s.parse(request)
	if err != nil {
		return err
	}
	c.failed = f.failed
	result, err := f.call(c)
	o := c.outcome(result, err)
	if c.broken != nil {
		return c.broken
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err() // which is why the call has failed, and no result of it
	}
	return o.write(s.out)
}

// parse finds the function of a request, and checks its arguments against the types of its
// parameters.
func (s *server) parse(request []byte) (*call, function, error) {
	v, err := unserialize(request)
	if err != nil {
		return nil, function{}, err
	}
	list, _ := v.(array)
	if len(list) == 0 {
		return nil, function{}, errors.New("a request for nothing")
	}
	name, _ := list[0].value.(string)
	f, ok := functions[name]
	if !ok {
		return nil, function{}, fmt.Errorf("no function %.100q", name)
	}
	c := &call{server: s, fn: name}
	for _, e := range list[1:] {
		c.args = append(c.args, e.value)
	}
	if err := f.check(c.args); err != nil {
		return nil, function{}, fmt.Errorf("%s: %w", name, err)
	}
	if strings.HasPrefix(f.parameters, "c") && s.connections[c.int(0)] == nil {
		return nil, function{}, fmt.Errorf("%s: no connection %d", name, c.int(0))
	}
	return c, f, nil
}
