package sasl

import (
	"context"
	"encoding/json"
	"strings"

	gosasl "github.com/emersion/go-sasl"
)

// oauth is a client of OAUTHBEARER or XOAUTH2. Both send everything at once. A challenge
// means that the server refuses: it has the reason, and the client must answer it before
// the server ends the exchange.
type oauth struct {
	name    string
	secret  string
	first   []byte
	consent []byte // the answer to a refusal
	refused bool
	status  string
}

// newOAuthBearer returns a client of OAUTHBEARER (RFC 7628).
func newOAuthBearer(ctx context.Context, m Mechanism) (gosasl.Client, error) {
	cfg := m.cfg
	secret, err := accessToken(ctx, cfg)
	if err != nil {
		return nil, err
	}
	name, first, err := gosasl.NewOAuthBearerClient(&gosasl.OAuthBearerOptions{
		Username: saslName(cfg.User),
		Token:    secret,
		Host:     cfg.Host,
		Port:     cfg.Port,
	}).Start()
	// The answer to an error is a single %x01 (RFC 7628 section 3.2.3).
	return &oauth{name: name, secret: secret, first: first, consent: []byte{1}}, err
}

// saslName escapes a name for a GS2 header (RFC 5801 section 4).
func saslName(name string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(name)
}

// newXOAuth2 returns a client of XOAUTH2, Google's and Microsoft's mechanism, which has no
// RFC.
func newXOAuth2(ctx context.Context, m Mechanism) (gosasl.Client, error) {
	cfg := m.cfg
	secret, err := accessToken(ctx, cfg)
	if err != nil {
		return nil, err
	}
	first := "user=" + cfg.User + "\x01auth=Bearer " + secret + "\x01\x01"
	return &oauth{name: "XOAUTH2", secret: secret, first: []byte(first), consent: []byte{}}, nil
}

func (o *oauth) Start() (string, []byte, error) { return o.name, o.first, nil }

func (o *oauth) Next(challenge []byte) ([]byte, error) {
	if o.refused {
		return nil, protocolError(o.name + ": the server goes on after its refusal")
	}
	o.refused = true
	o.status = statusOf(challenge)
	return o.consent, nil
}

// explain adds the status from the exchange, such as "401" or "invalid_token", to a
// refusal. It removes the token, which a server may quote.
func (o *oauth) explain(r *Refused) error {
	e := *r
	e.Text = strings.ReplaceAll(e.Text, o.secret, "...")
	if o.status != "" {
		e.Text += " (status " + o.status + ")"
	}
	return &e
}

// statusOf returns the status in a server's refusal (RFC 7628 section 3.2.2). It returns ""
// for a text that does not look like a status, so that a server cannot show a text to the
// user or have the token logged.
func statusOf(challenge []byte) string {
	const maxStatus = 32
	var refusal struct{ Status string }
	if json.Unmarshal(challenge, &refusal) != nil || len(refusal.Status) > maxStatus {
		return ""
	}
	for _, r := range refusal.Status {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' {
			return ""
		}
	}
	return refusal.Status
}
