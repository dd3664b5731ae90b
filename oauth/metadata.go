package oauth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Metadata is what an issuer publishes of itself (RFC 8414 section 2, OpenID Connect Discovery 1.0
// section 3). [Discover] asks for it, and [ParseMetadata] reads it from a file. Mail servers of
// companies take the tokens of such issuers, as Keycloak, Authentik and AD FS.
type Metadata struct {
	Issuer                string   `json:"issuer"` // the identifier, an address
	AuthorizationEndpoint string   `json:"authorization_endpoint,omitempty"`
	TokenEndpoint         string   `json:"token_endpoint"`
	DeviceEndpoint        string   `json:"device_authorization_endpoint,omitempty"`
	RevocationEndpoint    string   `json:"revocation_endpoint,omitempty"`
	NamesItself           bool     `json:"authorization_response_iss_parameter_supported,omitempty"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported,omitempty"`
	ScopesSupported       []string `json:"scopes_supported,omitempty"`
}

// maxMetadata bounds a document, and maxEndpoint an address in it, in octets.
const (
	maxMetadata = 256 << 10
	maxEndpoint = 2 << 10
)

// ParseMetadata reads a document of JSON. Other members than those of Metadata are ignored, and other
// scopes and methods than those that AsIssuer uses. The error
// matches backend.ErrProtocol if it is none, or if an endpoint is not https. Endpoints may be http on
// a loopback address if the issuer is.
func ParseMetadata(document []byte) (Metadata, error) {
	var m Metadata
	if len(document) > maxMetadata || !bytes.HasPrefix(bytes.TrimSpace(document), []byte("{")) || json.Unmarshal(document, &m) != nil {
		return Metadata{}, wrongMetadata("it is not the metadata of an issuer, in JSON")
	}
	m.ScopesSupported = common(m.ScopesSupported, "openid", "email", "offline_access")
	m.AuthMethods = common(m.AuthMethods, "client_secret_basic", "client_secret_post")
	return m, m.Check()
}

// common returns those of the names that are in a list.
func common(list []string, names ...string) (both []string) {
	for _, name := range names {
		if slices.Contains(list, name) {
			both = append(both, name)
		}
	}
	return both
}

func wrongMetadata(text string) error {
	return &Error{Kind: backend.ErrProtocol, prospect: backend.ErrPermanent, Text: text}
}

// Check returns the error of ParseMetadata.
func (m Metadata) Check() error {
	if !isIdentifier(m.Issuer) {
		return wrongMetadata("the issuer of the metadata is not an https address without a query")
	}
	local := strings.HasPrefix(m.Issuer, "http:")
	for what, address := range map[string]string{
		"authorization": m.AuthorizationEndpoint, "token": m.TokenEndpoint, "device authorization": m.DeviceEndpoint, "revocation": m.RevocationEndpoint,
	} {
		if address != "" && (!isEndpoint(address) || strings.HasPrefix(address, "http:") && !local) {
			return wrongMetadata("the " + what + " endpoint of the metadata is not an https address")
		}
	}
	if m.TokenEndpoint == "" {
		return wrongMetadata("the metadata has no token endpoint")
	}
	return nil
}

func isEndpoint(address string) bool {
	u, err := url.Parse(address)
	return err == nil && secure(address) && u.Fragment == "" && strings.HasPrefix(address, u.Scheme+":") &&
		len(address) <= maxEndpoint && !strings.ContainsFunc(address, unprintable)
}

// isIdentifier reports whether an address can be that of an issuer (RFC 8414 section 2).
func isIdentifier(address string) bool {
	return isEndpoint(address) && !strings.ContainsAny(address, "?#")
}

// AsIssuer returns the issuer. Its name is its host, its ID the identifier. A client asks for the
// scopes openid, email and offline_access, as far as the issuer lists them: what a mail server wants
// beside them is in Client.Scopes.
func (m Metadata) AsIssuer() Issuer {
	u, err := url.Parse(m.Issuer)
	if err != nil {
		u = new(url.URL)
	}
	return Issuer{
		ID: m.Issuer, Name: u.Hostname(), Identifier: m.Issuer, NamesItself: m.NamesItself,
		AuthURL: m.AuthorizationEndpoint, TokenURL: m.TokenEndpoint, DeviceURL: m.DeviceEndpoint, RevokeURL: m.RevocationEndpoint,
		Scopes: same(m.ScopesSupported, "imap", "pop3", "smtp"), AuthStyle: m.authStyle(),
	}
}

// authStyle says how a client sends its secret. Without a word it is in the header (RFC 8414 section 2).
func (m Metadata) authStyle() oauth2.AuthStyle {
	if slices.Contains(m.AuthMethods, "client_secret_post") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// Discover asks an issuer for its metadata, at both addresses that are usual for an identifier such as
// "https://login.example.org/realms/staff". h is nil for the context's client, or the default one. No
// redirect is followed. The metadata must name the same issuer (RFC 8414 section 3.3); only a slash at
// the end may differ.
//
// The error matches backend.ErrInvalidArgument if the identifier is not https, backend.ErrTemporary if
// a later try may succeed, and backend.ErrProtocol if there is no valid metadata.
func Discover(ctx context.Context, h *http.Client, identifier string) (Metadata, error) {
	c := &Client{Issuer: Issuer{Name: identifier}, HTTP: h}
	if !isIdentifier(identifier) {
		c.Issuer.Name = ""
		return Metadata{}, c.invalid("the address of an issuer is https, without a query")
	}
	var wrong, absent error
	for _, address := range wellKnown(identifier) {
		document, err := c.get(ctx, address)
		switch {
		case errors.Is(err, backend.ErrTemporary), context.Cause(ctx) != nil:
			return Metadata{}, err
		case err != nil:
			absent = err
			continue
		}
		m, err := ParseMetadata(document)
		if err == nil && strings.TrimSuffix(m.Issuer, "/") != strings.TrimSuffix(identifier, "/") {
			err = wrongMetadata("the metadata is that of another issuer")
		}
		if err == nil {
			return m, nil
		}
		wrong = err
	}
	return Metadata{}, cmp.Or(wrong, absent)
}

// wellKnown returns the addresses of OpenID Connect Discovery 1.0 section 4, and RFC 8414 section 3.
func wellKnown(identifier string) []string {
	base := strings.TrimSuffix(identifier, "/")
	u, err := url.Parse(base)
	if err != nil {
		return nil
	}
	path := u.EscapedPath()
	return []string{
		base + "/.well-known/openid-configuration",
		strings.TrimSuffix(base, path) + "/.well-known/oauth-authorization-server" + path,
	}
}

// get requests a document.
func (c *Client) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, c.invalid("the address is not valid")
	}
	r.Header.Set("Accept", "application/json")
	answer, err := endpointClient(ctx, c.HTTP).Do(r)
	if err != nil {
		return nil, c.unreachable(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxMetadata+1))
	switch {
	case err != nil:
		return nil, c.unreachable(err)
	case answer.StatusCode == http.StatusOK:
		return text, nil
	}
	e := c.judge(&oauth2.RetrieveError{Response: answer}, nil)
	if !errors.Is(e, backend.ErrTemporary) {
		return nil, &Error{Kind: backend.ErrProtocol, prospect: backend.ErrPermanent, Issuer: c.Issuer.Name, Status: answer.StatusCode,
			Text: "there is no metadata", Advice: "Check the address of the issuer, or give a file with its metadata"}
	}
	return nil, e
}

// unreachable returns the error of a request for metadata.
func (c *Client) unreachable(cause error) error {
	err := c.failure(cause)
	var e *Error
	if errors.As(err, &e) && e.Kind == backend.ErrConnect && e.prospect != nil {
		e.Text = "the issuer cannot be reached"
	}
	return err
}
