package sendmail

import (
	"context"
	"errors"
	"net/textproto"
	"strings"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// password logs in with the password of cfg, by the mechanisms of the server in the order of
// package sasl, which also decides after which refusal no weaker one is tried. An error of the
// server is its last reply.
func (s *session) password(ctx context.Context, cfg *backend.Config) error {
	if err := sasl.Check(cfg, sasl.NotInLine); err != nil {
		return err
	}
	mechanisms := sasl.Mechanisms(cfg, strings.Fields(s.extensions["AUTH"]), s.conn.TLS())
	if len(mechanisms) == 0 {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "the server offers no mechanism that may send the password"}
	}
	s.secrets.Add(cfg.Password)
	var last *textproto.Error
	err := sasl.Login(ctx, cfg, "SMTP", mechanisms, func(_ context.Context, client gosasl.Client) error {
		err := s.authenticate(exchange{client}, cfg.Host)
		if errors.As(err, &last) {
			// 421 ends the session, and the other temporary replies do not judge the password.
			return &sasl.Refused{Text: last.Msg, Last: last.Code < 500}
		}
		return err
	})
	if refused := new(sasl.Refused); errors.As(err, &refused) {
		return last
	}
	return err
}
