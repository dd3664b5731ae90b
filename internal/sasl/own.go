package sasl

import (
	"context"
	"errors"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
)

// Own returns those of the program's mechanisms that the server offers. They are tried
// before those that [Mechanisms] returns, and once each: c-client never retries GSSAPI.
// Own completes target with the users and Notify of cfg. As in c-client, an anonymous login
// uses only ANONYMOUS.
func Own(cfg *backend.Config, offered []string, target backend.MechanismTarget) []Mechanism {
	target.User, target.AuthUser = cfg.User, cfg.AuthUser
	target.Notify = func(n backend.Notice) {
		if cfg.Notify != nil {
			cfg.Notify(n)
		}
	}
	var list []Mechanism
	for _, m := range cfg.Mechanisms {
		if cfg.Anonymous || !contains(offered, m.Name()) || contains(cfg.Disabled, m.Name()) {
			continue
		}
		list = append(list, Mechanism{Name: m.Name(), own: true, once: true, cfg: cfg,
			newClient: func(ctx context.Context, _ Mechanism) (gosasl.Client, error) {
				exchange, err := m.Begin(ctx, target)
				return &ownClient{m.Name(), exchange}, err
			},
		})
	}
	return list
}

// ownClient is a client of a mechanism of the program.
type ownClient struct {
	name     string
	exchange backend.MechanismExchange
}

func (c *ownClient) Start() (string, []byte, error)        { return c.name, nil, nil }
func (c *ownClient) Next(challenge []byte) ([]byte, error) { return c.exchange.Next(challenge) }

// Complete returns an error if a server accepts a login before the exchange of a mechanism of the
// program is complete.
func Complete(client gosasl.Client) error {
	if c, ok := client.(*ownClient); ok && !c.exchange.Complete() {
		return protocolError(c.name + ": the server accepts the login before the exchange is complete")
	}
	return nil
}

// CannotBeUsed reports whether an error of a mechanism of the program says that another
// mechanism is to be tried.
func (m Mechanism) CannotBeUsed(err error) bool {
	return m.own && (errors.Is(err, backend.ErrNotSupported) || errors.Is(err, backend.ErrAuthentication))
}
