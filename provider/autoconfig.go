package provider

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// database is Mozilla's database of providers. A domain follows.
const database = "https://autoconfig.thunderbird.net/v1.1/"

// The bounds of a document. Those of providers have less than 10 KiB.
const (
	maxDocument  = 256 << 10 // octets
	maxDepth     = 16        // elements within each other
	maxServers   = 32
	maxRedirects = 5
)

// fromDomain asks the domain, at the two places that Thunderbird asks. The first is somebody else's
// if the domain is a public suffix.
func (f *Finder) fromDomain(ctx context.Context, a address) (s *Settings, err error) {
	query := "?emailaddress=" + url.QueryEscape(a.text)
	if !suffix(a.domain) {
		if s, err = f.document(ctx, a, "https://autoconfig."+a.domain+"/mail/config-v1.1.xml"+query); s != nil {
			return s, nil
		}
	}
	s, err2 := f.document(ctx, a, "https://"+a.domain+"/.well-known/autoconfig/mail/config-v1.1.xml"+query)
	if s != nil {
		return s, nil
	}
	return nil, errors.Join(err, err2)
}

// fromDatabase asks Mozilla's database about the domain. It does not get the local part.
func (f *Finder) fromDatabase(ctx context.Context, a address) (*Settings, error) {
	return f.document(ctx, a, database+a.domain)
}

// document gets settings by HTTPS. A place that does not exist, that refuses, or whose document
// is of no use has no settings. An error says that the place may have some.
func (f *Finder) document(ctx context.Context, a address, address string) (*Settings, error) {
	ctx, cancel := f.within(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/xml, application/xml")
	response, err := f.client().Do(request)
	if err != nil {
		return nil, webFailure(request.URL.Host, err)
	}
	defer response.Body.Close()
	switch code := response.StatusCode; {
	case code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout:
		return nil, fmt.Errorf("https://%s answers %d", request.URL.Host, code)
	case code != http.StatusOK:
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	if err != nil {
		return nil, webFailure(request.URL.Host, err)
	}
	s, err := parseAutoconfig(text, a)
	if err != nil {
		return nil, nil // many web servers answer any question with a page for people
	}
	from := *request.URL
	from.RawQuery = ""
	s.From = from.String()
	return s, nil
}

// webFailure returns the error of a web server that may answer later, and nil if there is none:
// its name does not exist, nothing listens, or its certificate is another server's.
func webFailure(host string, err error) error {
	var operation *net.OpError
	timeout := false
	if n := net.Error(nil); errors.As(err, &n) {
		timeout = n.Timeout()
	}
	switch {
	case timeout:
		return fmt.Errorf("https://%s does not answer in time", host)
	case notFound(err), errors.Is(err, errRedirect):
		return nil
	case errors.As(err, new(*net.DNSError)):
		return fmt.Errorf("DNS does not answer for %s", host)
	case errors.As(err, &operation) && operation.Op == "dial" && !strings.HasPrefix(database, "https://"+host+"/"):
		return nil
	case isCertificate(err):
		return nil
	}
	return fmt.Errorf("https://%s cannot be read", host)
}

var errRedirect = errors.New("the redirect is not followed")

// client returns the client with the rule for redirects: a few, by HTTPS, and to no address and no
// host of this machine or its network, which a stranger's domain could have asked otherwise.
func (f *Finder) client() *http.Client {
	c := http.Client{}
	if f.Client != nil {
		c = *f.Client
	}
	c.Jar = nil
	c.CheckRedirect = func(to *http.Request, via []*http.Request) error {
		if to.URL.Scheme != "https" || to.URL.User != nil || trusted(to.URL.Hostname()) == "" || len(via) > maxRedirects {
			return errRedirect
		}
		return nil
	}
	return &c
}

// clientConfig is the format of https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat.
type clientConfig struct {
	XMLName  xml.Name `xml:"clientConfig"`
	Provider struct {
		ID       string       `xml:"id,attr"`
		Name     string       `xml:"displayName"`
		Incoming []autoServer `xml:"incomingServer"`
		Outgoing []autoServer `xml:"outgoingServer"`
	} `xml:"emailProvider"`
	Issuer string `xml:"oAuth2>issuer"`
}

type autoServer struct {
	Type    string   `xml:"type,attr"`
	Host    string   `xml:"hostname"`
	Port    string   `xml:"port"`
	Socket  string   `xml:"socketType"`
	User    string   `xml:"username"`
	Methods []string `xml:"authentication"`
}

// parseAutoconfig parses a document. Servers without encryption, with an unknown protocol or
// with a host that no answer may name are left out. The error says that no server for reading
// mail is left.
func parseAutoconfig(text []byte, a address) (*Settings, error) {
	if len(text) > maxDocument {
		return nil, errors.New("the document is too long")
	}
	var config clientConfig
	decoder := xml.NewDecoder(bytes.NewReader(text))
	if err := xml.NewTokenDecoder(&boundedTokens{decoder: decoder}).Decode(&config); err != nil {
		return nil, err
	}
	p := config.Provider
	s := &Settings{Address: a.text, Name: shown(strings.TrimSpace(p.Name)), Issuer: issuers[strings.TrimSpace(config.Issuer)], Origin: FromAutoconfig}
	for _, from := range slices.Concat(p.Incoming, p.Outgoing) {
		if server, ok := from.server(a); ok && len(s.Servers) < maxServers {
			s.Servers = append(s.Servers, server)
		}
	}
	reader, ok := s.reader("")
	if !ok {
		return nil, errors.New("the document has no server for reading mail that can be used")
	}
	// The host of a preset has the preset's issuer, which few documents have.
	if preset, ok := presetOfHost(reader.Host); ok {
		s.ID, s.Facts = preset.ID, preset.Facts
		s.Issuer = preset.Issuer
	}
	return s, nil
}

func (from autoServer) server(a address) (Server, bool) {
	host := trusted(strings.TrimSpace(a.expand(from.Host)))
	port, err := strconv.ParseUint(strings.TrimSpace(from.Port), 10, 16)
	security, encrypted := map[string]Security{"SSL": TLS, "STARTTLS": StartTLS}[strings.TrimSpace(from.Socket)]
	user := a.expand(strings.TrimSpace(from.User))
	switch {
	case from.Type != IMAP && from.Type != POP3 && from.Type != SMTP,
		host == "", err != nil, port == 0, !encrypted, !isUser(user):
		return Server{}, false
	}
	if user == "" {
		user = a.text
	}
	return Server{Protocol: from.Type, Host: host, Port: int(port), Security: security, User: user, Methods: autoMethods(from.Methods)}, true
}

// autoMethods returns the known methods, each once.
func autoMethods(names []string) (methods []Method) {
	for _, name := range names {
		m, ok := map[string]Method{
			"password-cleartext": Password, "plain": Password, "password-encrypted": Password, "secure": Password,
			"OAuth2": OAuth2, "GSSAPI": Kerberos, "TLS-client-cert": Certificate,
		}[strings.TrimSpace(name)]
		if ok && !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
	}
	return methods
}

// issuers are keys of oauth.Issuers by the names in documents. The endpoints that a document
// names are not used.
var issuers = map[string]string{
	"accounts.google.com": "google", "login.microsoftonline.com": "microsoft", "login.yahoo.com": "yahoo",
	"login.aol.com": "aol", "oauth.yandex.com": "yandex", "o2.mail.ru": "mailru", "www.fastmail.com": "fastmail",
	"comcast.net": "comcast",
}

// maxUser is the length of /user= in a mailbox name, in octets.
const maxUser = 64

// isUser reports whether a login name can be in a mailbox name, where "}" ends the flags. An
// address is never too long: it is not in the name.
func isUser(user string) bool {
	return !strings.ContainsFunc(user, unprintable) && (strings.Contains(user, "@") || len(user) <= maxUser) && !strings.Contains(user, "}")
}

// boundedTokens passes on the tokens of a decoder. It refuses declarations, which define
// entities, and deep nesting.
type boundedTokens struct {
	decoder *xml.Decoder
	depth   int
}

func (b *boundedTokens) Token() (xml.Token, error) {
	token, err := b.decoder.Token()
	switch token.(type) {
	case xml.Directive:
		return nil, errors.New("the document has a declaration")
	case xml.StartElement:
		b.depth++
	case xml.EndElement:
		b.depth--
	}
	if b.depth > maxDepth {
		return nil, errors.New("the document is nested too deeply")
	}
	return token, err
}
