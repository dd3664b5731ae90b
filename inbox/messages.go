package inbox

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"
)

// Messages iterates over the messages that match criteria and that were never handled, each
// claimed for this worker. The criteria are those of [imapcompat.Connection.Search]; "" and
// "ALL" are all messages. The program answers each message by one of its methods, such as
// [Message.Done]. One that is left without an answer, by a panic too, has failed.
//
//	for msg, err := range box.Messages(ctx, "UNSEEN") {
//		if err != nil {
//			return err
//		}
//		err = msg.Done()
//	}
//
// On POP3 the loop first opens the connection anew ([imapcompat.Connection.Reopen]), because a
// session shows the messages as they were at its login, and has the maildrop to itself: while
// another worker has it, the loop finds no message. What [WithThen] removes is removed when
// the program closes the connection.
//
// The loop ends when no message is due. Messages that failed come again in a later loop. An
// error comes with no message and ends the loop: the ledger or the server failed, or ctx has
// ended. What is claimed then is given back.
func (b *Box) Messages(ctx context.Context, criteria string) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		s, err := b.start(ctx, b.mbox, func(Event) {})
		if err != nil {
			yield(nil, err)
			return
		}
		l := &loop{session: s, yield: yield}
		defer l.end(ctx)
		if err := l.run(ctx, normal(criteria)); err != nil && !l.ended {
			l.ended = true
			yield(nil, err)
		}
	}
}

// normal returns "" for criteria that all messages match.
func normal(criteria string) string {
	criteria = strings.TrimSpace(criteria)
	if strings.EqualFold(criteria, "ALL") {
		return ""
	}
	return criteria
}

// loop is a run of Messages.
type loop struct {
	*session
	yield func(*Message, error) bool
	ended bool // nothing is to be yielded any more
}

func (l *loop) run(ctx context.Context, criteria string) error {
	if mine, err := l.alone(ctx); !mine || err != nil {
		return err
	}
	if err := l.check(); err != nil {
		return err
	}
	if _, err := l.settle(ctx); err != nil {
		return err
	}
	if _, err := l.scan(ctx, criteria, nil); err != nil {
		return err
	}
	for size := (batch{}); ; {
		records, err := l.claim(ctx, size.next())
		if err != nil {
			return err
		}
		if len(records) == 0 {
			_, err := l.settle(ctx)
			return err
		}
		for msg, err := range l.messages(ctx, records) {
			if err != nil {
				return err
			}
			more, err := l.offer(msg)
			if err != nil {
				return err
			}
			if !more {
				_, err := l.settle(ctx)
				return err
			}
		}
	}
}

// offer hands a message over. A message without an answer has failed, even if the program
// panics. The error is that of recording this; then the lease ends.
func (l *loop) offer(m *Message) (more bool, err error) {
	l.ended = true
	defer func() {
		if m.isAnswered() {
			return
		}
		if err = m.Fail(ErrUnanswered); errors.Is(err, ErrClaimLost) {
			err = nil
		}
	}()
	l.ended = !l.yield(m, nil)
	return !l.ended, nil
}

// end gives back what is claimed.
func (l *loop) end(ctx context.Context) {
	defer l.maildrop.end(ctx)
	if err := l.session.end(ctx); err != nil && !l.ended {
		l.yield(nil, err)
	}
}

// batch is how many messages a worker claims at once: few at first, and as many as it handles
// in a second later, so that other workers find some.
type batch struct {
	size  int
	begun time.Time
}

const maxBatch = 128

func (b *batch) next() int {
	took := time.Since(b.begun)
	switch {
	case b.size == 0:
		b.size = 4
	case took < time.Second:
		b.size = min(b.size*2, maxBatch)
	default:
		b.size = max(b.size/2, 1)
	}
	b.begun = time.Now()
	return b.size
}
