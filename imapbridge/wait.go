package imapbridge

import (
	"context"
	"io"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Watcher = (*Session)(nil)

const (
	// idleInterval is how long an IDLE lasts without news before it is renewed.
	// pollInterval is the time between two NOOPs to a server without IDLE. maxInterval
	// bounds a configured interval, because RFC 2177 tells clients to renew IDLE at least
	// every 29 minutes.
	idleInterval = 3 * time.Minute
	pollInterval = 30 * time.Second
	maxInterval  = 29 * time.Minute

	// maxSilence bounds the wait for an answer, since the server may be gone.
	maxSilence = 30 * time.Second
)

// done ends an IDLE.
const done = "DONE"

// Watch implements [backend.Watcher] with IDLE (RFC 2177). It uses NOOP if the server has
// no IDLE, refuses it, or ends it without being asked.
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

// hasNews reports whether the count of news differs from than.
func (s *Session) hasNews(than int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.News != than
}

// tell counts news. The caller holds s.mu.
func (s *Session) tell() {
	s.state.News++
	s.wake()
}

// wake makes Watch check the session's state.
func (s *Session) wake() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// idle runs one IDLE until the server has sent news, ctx ends, or the interval is over.
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

// stopIdle ends an IDLE at the right time in another goroutine, while the caller reads the
// responses. The caller calls ended when it has read the last one. ended reports whether
// this side asked the server to end the IDLE.
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

// askForEnd sends DONE, which the server must answer within maxSilence.
func (s *Session) askForEnd(answered <-chan struct{}) {
	if s.saidBye() {
		s.wire.fail(io.EOF)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	defer s.wire.Begin(ctx)()
	_, _ = io.WriteString(s.wire, done+"\r\n") // the reader gets the same error
	<-answered
}

// waitForNews waits until the server has sent news or BYE, ctx ends, or the interval is
// over. It reports false when the IDLE is answered before.
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

// poll waits until NOOP is due and sends it. It returns early when ctx or the connection
// ends.
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

// interval returns the configured interval, or else usual.
func (s *Session) interval(usual time.Duration) time.Duration {
	if configured := s.cfg.WatchInterval; configured > 0 {
		return min(configured, maxInterval)
	}
	return usual
}

// promptly is run without the caller's context, since that ends the waiting and not the
// session.
func (s *Session) promptly(exchange func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	return s.run(ctx, exchange)
}
