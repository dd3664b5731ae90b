package inbox

import (
	"context"
	"errors"
	"time"
)

// hold is the right to scan and settle a source, which is renewed until it is given back.
//
// A session of POP3 shows the messages as they were at the login, and not every server locks
// the maildrop until its end (RFC 1939 section 3). Another worker's session would show messages
// that this one has removed as new ones. So a maildrop is held from before the login until the
// server has confirmed the end.
type hold struct {
	Scan
	box  *Box
	stop func()
	done chan struct{}
}

// hold waits for the right to a source. The error matches ErrBusy if another worker has it for
// long.
func (b *Box) hold(ctx context.Context, source string) (*hold, error) {
	right, err := b.startScan(ctx, source, b.owner)
	if err != nil {
		return nil, err
	}
	d := &hold{Scan: right, box: b, done: make(chan struct{})}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	go d.renew(ctx)
	return d, nil
}

// renew extends the lease. If the ledger fails, the next tick tries again.
func (d *hold) renew(ctx context.Context) {
	defer close(d.done)
	tick := time.NewTicker(d.box.lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			limited, cancel := context.WithTimeout(ctx, d.box.lease/3)
			d.box.ledger.StartScan(limited, d.box.name, d.Source, d.box.owner, d.box.lease)
			cancel()
		}
	}
}

// end gives the right back.
func (d *hold) end(ctx context.Context) {
	if d == nil {
		return
	}
	d.stop()
	<-d.done
	ctx, cancel := recording(ctx)
	defer cancel()
	d.box.ledger.StartScan(ctx, d.box.name, d.Source, d.box.owner, 0) // it ends by itself too
}

// hold is [Box.hold] of the session's mailbox, which the session may have until its end.
func (s *session) hold(ctx context.Context) (right Scan, release func(), err error) {
	if s.maildrop != nil {
		right, err = s.startScan(ctx, s.mbox.source, s.owner) // for the cursor
		return right, func() {}, err
	}
	d, err := s.Box.hold(ctx, s.mbox.source)
	if err != nil {
		return right, func() {}, err
	}
	return d.Scan, func() { d.end(ctx) }, nil
}

// renewed opens a session at the maildrop anew, because messages may have been removed since
// its login.
func (s *session) renewed() error {
	check, err := s.mbox.conn.Check()
	if err != nil {
		return err
	}
	return s.mbox.conn.Reopen(check.Mailbox)
}

// alone takes the maildrop for a loop on the program's own connection. It returns false if
// another worker has it.
func (s *session) alone(ctx context.Context) (bool, error) {
	if !s.mbox.pop3 {
		return true, nil
	}
	d, err := s.Box.hold(ctx, s.mbox.source)
	if errors.Is(err, ErrBusy) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.maildrop = d
	return true, s.renewed()
}
