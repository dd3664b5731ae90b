package sendmail

import (
	"context"
	"errors"
	"net/smtp"
	"net/textproto"
	"strings"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// bearer returns the login with a token by the mechanism of the server that is preferred. It asks
// the source for the token only if there is a mechanism for it.
func (s *session) bearer(ctx context.Context, cfg *backend.Config) (smtp.Auth, error) {
	if err := sasl.Check(cfg, sasl.NotInLine); err != nil {
		return nil, err
	}
	mechanisms := sasl.Mechanisms(cfg, strings.Fields(s.extensions["AUTH"]), s.conn.TLS())
	if len(mechanisms) == 0 {
		return nil, &backend.Error{Kind: backend.ErrNotSupported, Text: "Can't do OAuth2 authentication with this server"}
	}
	client, err := mechanisms[0].Client(ctx)
	if err != nil {
		return nil, withReason(err)
	}
	s.secrets.Add(sasl.Secret(client))
	return exchange{client}, nil
}

// renewed returns a login with another token, if the server has rejected that of a login (535 of RFC
// 4954 section 6) and the source has another one then.
func (s *session) renewed(ctx context.Context, cfg *backend.Config, auth smtp.Auth, err error) (smtp.Auth, error) {
	refused := new(textproto.Error)
	e, ok := auth.(exchange)
	if !ok || !errors.As(err, &refused) || refused.Code != 535 {
		return nil, nil
	}
	other, err := sasl.Renew(ctx, cfg, e.client)
	if err != nil {
		return nil, withReason(err)
	}
	if !other {
		return nil, nil
	}
	return s.bearer(ctx, cfg)
}

// exchange is a SASL client as an [smtp.Auth].
type exchange struct{ client gosasl.Client }

func (e exchange) Start(*smtp.ServerInfo) (string, []byte, error) { return e.client.Start() }

// Next answers a challenge. With a token that of a refusal is answered too, which the server then
// repeats as a reply (RFC 7628 section 3.2.3).
func (e exchange) Next(challenge []byte, more bool) ([]byte, error) {
	if !more {
		return nil, sasl.Complete(e.client)
	}
	return e.client.Next(challenge)
}

// withReason returns the error of a token source with its reason in the text. The text of an error
// of opening a mailbox shows it too.
func withReason(err error) error {
	var e *backend.Error
	if !errors.As(err, &e) || e.Err == nil {
		return err
	}
	told := *e
	told.Text += " (" + e.Err.Error() + ")"
	return &told
}

// explain adds the status of the exchange to a refusal, as an error of opening a mailbox has it.
func explain(auth smtp.Auth, err error) error {
	e, ok := auth.(exchange)
	refused := new(textproto.Error)
	if !ok || !errors.As(err, &refused) || sasl.Status(e.client) == "" {
		return err
	}
	return &textproto.Error{Code: refused.Code, Msg: refused.Msg + " (status " + sasl.Status(e.client) + ")"}
}
