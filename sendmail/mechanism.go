package sendmail

import (
	"context"
	"net/smtp"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// mechanism begins the exchange of a mechanism of the program. It returns nil if another way
// to log in is to be tried, because the mechanism cannot be used.
func (s *SMTP) mechanism(ctx context.Context, session *session, cfg *backend.Config) (smtp.Auth, error) {
	isElse := s.Auth != nil || s.Password != "" || s.TokenSource != nil
	own := sasl.Own(cfg, strings.Fields(session.extensions["AUTH"]), backend.MechanismTarget{
		Service: "smtp", Host: cfg.Host, Port: cfg.Port, Address: session.conn.RemoteAddr(), TLS: session.conn.TLS(),
	})
	if len(own) == 0 {
		if isElse {
			return nil, nil
		}
		return nil, &backend.Error{Kind: backend.ErrNotSupported, Text: "the server does not offer " + s.Mechanism.Name()}
	}
	client, err := own[0].Client(ctx)
	switch {
	case err == nil:
		return exchange{client}, nil
	case own[0].CannotBeUsed(err) && isElse:
		return nil, nil
	}
	return nil, err
}
