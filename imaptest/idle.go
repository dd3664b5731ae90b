package imaptest

import "strings"

// idle answers IDLE (RFC 2177): it tells the client of each change until the client sends DONE.
func (s *imapSession) idle(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	if err := s.ask("idling"); err != nil {
		return reply{}, err
	}
	type input struct {
		line string
		err  error
	}
	sent := make(chan input, 1)
	go func() {
		line, err := s.in.line()
		sent <- input{line, err}
	}()
	for {
		changed := s.srv.store.changes()
		if s.view != nil && s.srv.store.isDeleted(s.view.mailbox) {
			s.bye(deletedText)
			s.conn.Close() // ends the goroutine
			return reply{}, (<-sent).err
		}
		s.tell(allNews, false)
		if err := s.out.Flush(); err != nil {
			s.conn.Close() // ends the goroutine
		}
		select {
		case <-changed:
		case in := <-sent:
			if in.err == nil && !strings.EqualFold(in.line, "DONE") {
				in.err = bad("Expected DONE.")
			}
			return ok("Idle completed."), in.err
		}
	}
}
