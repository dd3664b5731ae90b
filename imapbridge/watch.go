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
	s.listen(ctx, cmd, news)
	if s.idleless || s.saidBye() {
		return s.closed()
	}
	return s.promptly(func() error {
		if _, err := io.WriteString(s.wire, done+"\r\n"); err != nil {
			s.wire.fail(err)
			return err
		}
		for resp := range cmd.responses {
			if resp.tag == cmd.tag {
				return nil
			}
		}
		return s.wire.failure()
	})
}

// listen waits while the server is to talk, and notes it when the server ends
// that.
func (s *Session) listen(ctx context.Context, cmd *command, news int) {
	again := time.NewTimer(s.interval(idleInterval))
	defer again.Stop()
	for !s.hasNews(news) && !s.saidBye() {
		select {
		case <-s.told:
		case <-again.C:
			return
		case <-ctx.Done():
			return
		case resp, ok := <-cmd.responses:
			if !ok || resp.tag == cmd.tag {
				s.idleless = true
				return
			}
		}
	}
}

// poll asks for news when it is time to. It waits for that, for ctx to end, or for
// the server to talk without being asked.
func (s *Session) poll(ctx context.Context, _ int) error {
	next := time.NewTimer(time.Until(s.polled.Add(s.interval(pollInterval))))
	defer next.Stop()
	select {
	case <-s.told:
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
