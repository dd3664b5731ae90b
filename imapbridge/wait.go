package imapbridge

import (
	"context"
	"io"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Watcher = (*Session)(nil)

const (
	// idleInterval is for how long an IDLE may be silent before it is made anew,
	// and pollInterval how often a server without IDLE is asked. More than
	// maxInterval and the server hangs up (RFC 2177).
	idleInterval = 3 * time.Minute
	pollInterval = 30 * time.Second
	maxInterval  = 29 * time.Minute

	// maxSilence bounds the wait for the answer to a server that may be gone.
	maxSilence = 30 * time.Second
)

// done ends an IDLE.
const done = "DONE"

// Watch implements [backend.Watcher]: with IDLE (RFC 2177), and with NOOP on a
// server that has none, refuses it, or ends one by itself.
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

// hasNews reports whether the count of news is another one.
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

// wake lets Watch have a look.
func (s *Session) wake() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// idle lets the server talk until it has told news, until ctx ends, or for an
// interval.
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

// stopIdle ends an IDLE when it is time to, while another goroutine reads what the
// server says. That one calls ended when it has read the end of it, which reports
// whether the server was asked for that.
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

// askForEnd ends an IDLE, the end of which is then due in time.
func (s *Session) askForEnd(answered <-chan struct{}) {
	if s.saidBye() {
		s.wire.fail(io.EOF)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	defer s.wire.Begin(ctx)()
	_, _ = io.WriteString(s.wire, done+"\r\n") // an error of which the reader has, too
	<-answered
}

// waitForNews waits until the server has told news or said goodbye, until ctx ends, or for an
// interval, and reports whether it came to that before the IDLE is answered.
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

// poll asks for news when it is time to. It waits for that or for ctx to end.
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

// interval is the one that is configured, or else usual.
func (s *Session) interval(usual time.Duration) time.Duration {
	if configured := s.cfg.WatchInterval; configured > 0 {
		return min(configured, maxInterval)
	}
	return usual
}

// promptly is run for what is not to end with the caller's context, which ends the
// waiting and not the session.
func (s *Session) promptly(exchange func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), maxSilence)
	defer cancel()
	return s.run(ctx, exchange)
}
