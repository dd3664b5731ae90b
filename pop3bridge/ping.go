package pop3bridge

import "context"

// Poll implements [backend.Session] with NOOP. It never brings news, because mail that
// arrives is visible only to the next session.
func (s *Session) Poll(ctx context.Context) error {
	return s.run(ctx, func(c *conn) error {
		_, err := c.command("NOOP")
		return err
	})
}
