package imapbridge

import (
	"context"
	"io"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Watcher = (*Session)(nil)

const (
	// idleInterval is the time after which a silent IDLE is sent again, and pollInterval the
	// time between two NOOPs to a server without IDLE. After more than maxInterval the server
	// may log the client out (RFC 2177).
	idleInterval = 3 * time.Minute
	pollInterval = 30 * time.Second
	maxInterval  = 29 * time.Minute

	// maxSilence limits the wait for an answer of a server that may be unreachable.
	maxSilence = 30 * time.Second
)

// done ends an IDLE.
const done = "DONE"

// Watch implements [backend.Watcher] with IDLE (RFC 2177), or with NOOP if the server has no
// IDLE, refuses it, or ends one by itself.
func (s *Session) Watch(ctx context.Context, news int) error {
	for !s.hasNews(news) && ctx.Err() == nil {
		if err := s.closed(); err != nil {
			return err
		}
		if s.saidBye() {
			s.wire.fail(io.EOF)
			continue
		}
		watch := s.poll
		if s.canIdle() {
			watch = s.idle
		}
		if err := watch(ctx, news); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) canIdle() bool {
	return !s.idleless && (s.caps["IDLE"] || s.caps["IMAP4REV2"])
}

// hasNews reports whether the count of news differs.
func (s *Session) hasNews(than int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.News != than
}

// tell counts news. s.mu is held.
func (s *Session) tell() {
	s.state.News++
	s.wake()
}

// wake makes Watch check for news.
func (s *Session) wake() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// idle runs one IDLE until the server has sent news, until ctx ends, or for an interval.
func (s *Session) idle(ctx context.Context, news int) error {
	var cmd *command
	err := s.promptly(func() (err error) {
		if cmd, err = s.send("", "IDLE"); err != nil {
			return err
		}
		switch resp := goAhead(cmd); {
		case resp == nil:
			return s.wire.failure()
		case resp.tag == cmd.tag:
			s.idleless = true
		}
		return nil
	})
	if err != nil || s.idleless {
		return err
	}
	stop := s.stopIdle(ctx, news)
	for range cmd.responses() {
	}
	s.idleless = !stop()
	return s.closed()
}

// stopIdle ends an IDLE in time, while another goroutine reads the server's responses. That
// goroutine calls ended after it has read the end of the IDLE; ended reports whether DONE was
// sent.
func (s *Session) stopIdle(ctx context.Context, news int) (ended func() (asked bool)) {
	answered, stopped := make(chan struct{}), make(chan bool)
	go func() {
		asked := s.waitForNews(ctx, news, s.interval(idleInterval), answered)
		if asked {
			s.askForEnd(answered)
		}
		stopped <- asked
	}()
	return func() bool {
		close(answered)
		return <-stopped
	}
}

// askForEnd sends DONE; the server must then answer in time.
func (s *Session) askForEnd(answered <-chan struct{}) {
	if s.saidBye() {
		s.wire.fail(io.EOF)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	defer s.wire.Begin(ctx)()
	_, _ = io.WriteString(s.wire, done+"\r\n") // the reader gets an error too
	<-answered
}

// waitForNews waits until the server has sent news or BYE, until ctx ends, or for an interval.
// It reports whether that happened before the IDLE was answered.
func (s *Session) waitForNews(ctx context.Context, news int, interval time.Duration, answered <-chan struct{}) bool {
	end := time.NewTimer(interval)
	defer end.Stop()
	for !s.hasNews(news) && !s.saidBye() {
		select {
		case <-s.told:
		case <-end.C:
			return true
		case <-ctx.Done():
			return true
		case <-answered:
			return false
		}
	}
	return true
}

// poll waits for the interval or the end of ctx, and then asks for news.
func (s *Session) poll(ctx context.Context, _ int) error {
	next := time.NewTimer(time.Until(s.polled.Add(s.interval(pollInterval))))
	defer next.Stop()
	select {
	case <-s.wire.ended:
	case <-ctx.Done():
	case <-next.C:
		return s.promptly(s.noop)
	}
	return nil
}

// interval returns the configured interval, or usual.
func (s *Session) interval(usual time.Duration) time.Duration {
	if configured := s.cfg.WatchInterval; configured > 0 {
		return min(configured, maxInterval)
	}
	return usual
}

// promptly is run without the caller's context, whose end must end the wait and not the
// session.
func (s *Session) promptly(exchange func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	return s.run(ctx, exchange)
}
