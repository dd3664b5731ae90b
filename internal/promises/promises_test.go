package promises_test

import (
	"context"

	"github.com/imapcompat/imapcompat/internal/mailtest"
)

// These names stand in most tests.
var (
	texts  = mailtest.Texts
	both   = mailtest.Both
	open   = mailtest.Open
	must   = mailtest.Must
	listen = mailtest.Listen
	soon   = mailtest.Soon
)

// second returns the error of a result.
func second[T any](_ T, err error) error { return err }

// outbox keeps the messages that it should send.
type outbox struct {
	messages []string
	err      error
}

func (o *outbox) Send(_ context.Context, message []byte) error {
	o.messages = append(o.messages, string(message))
	return o.err
}
