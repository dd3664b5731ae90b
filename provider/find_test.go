package provider_test

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/provider"
)

// dns answers from maps. What it does not have does not exist.
type dns struct {
	srv map[string][]*net.SRV // by "_imaps._tcp.example.org"
	mx  map[string][]*net.MX
	err error // of every question
}

func (d dns) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	name = "_" + service + "._" + proto + "." + name
	if records, ok := d.srv[name]; ok {
		return name, records, nil
	}
	return "", nil, cmp.Or[error](d.err, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true})
}

func (d dns) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if records, ok := d.mx[name]; ok {
		return records, nil
	}
	return nil, cmp.Or[error](d.err, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true})
}

// web is a server on loopback that is every host of HTTPS. Its handler is by "host/path".
type web struct {
	client *http.Client
	mu     sync.Mutex
	asked  []string
}

func newWeb(t *testing.T, pages map[string]http.HandlerFunc) *web {
	t.Helper()
	w := new(web)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked = append(w.asked, r.Host+r.URL.RequestURI())
		w.mu.Unlock()
		if page := pages[r.Host+r.URL.Path]; page != nil {
			page(rw, r)
			return
		}
		http.NotFound(rw, r)
	}))
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: "example.com"}
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !strings.HasSuffix(addr, ":443") {
			return nil, fmt.Errorf("%s is not the port of HTTPS", addr)
		}
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	t.Cleanup(transport.CloseIdleConnections)
	w.client = &http.Client{Transport: transport}
	return w
}

func document(servers string) string {
	return `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="x"><displayName>Engines</displayName>` + servers + `</emailProvider></clientConfig>`
}

func incoming(host, port, socket string) string {
	return `<incomingServer type="imap"><hostname>` + host + `</hostname><port>` + port + `</port><socketType>` + socket +
		`</socketType><username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>`
}

func serve(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }
}

const (
	atDomain    = "autoconfig.example.org/mail/config-v1.1.xml"
	atWellKnown = "example.org/.well-known/autoconfig/mail/config-v1.1.xml"
	atDatabase  = "autoconfig.thunderbird.net/v1.1/example.org"
)

func noFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "providers.toml")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func srv(host string, port uint16) []*net.SRV { return []*net.SRV{{Target: host, Port: port}} }

// What DNS and the web answer, and what Find makes of it.
func TestFind(t *testing.T) {
	good := document(incoming("mail.example.org", "993", "SSL"))
	const fromDocument = `{mail.example.org:993/imap/ssl/user="ada"}INBOX`
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + strings.Replace(good, "Engines", "&b;", 1)
	external := `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + strings.Replace(good, "Engines", "&a;", 1)
	timeout := &net.DNSError{Err: "timeout", IsTimeout: true, IsTemporary: true}
	many := make([]*net.SRV, 1000)
	for i := range many {
		many[i] = &net.SRV{Target: fmt.Sprintf("imap%d.example.org.", i), Port: 993}
	}
	for _, tt := range []struct {
		name   string
		dns    dns
		pages  map[string]http.HandlerFunc
		want   string // the mailbox name
		origin provider.Origin
		err    error
	}{
		{name: "nothing", err: provider.ErrUnknown},
		{name: "SRV in the domain", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("Imap.Example.ORG.", 993)}},
			want: "{imap.example.org:993/imap/ssl}INBOX", origin: provider.FromSRV},
		{name: "SRV with STARTTLS", dns: dns{srv: map[string][]*net.SRV{"_imap._tcp.example.org": srv("imap.example.org.", 143)}},
			want: "{imap.example.org:143/imap/tls}INBOX", origin: provider.FromSRV},
		{name: "SRV of POP3 only", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv(".", 0), "_pop3s._tcp.example.org": srv("pop.example.org.", 995)}},
			want: "{pop.example.org:995/pop3/ssl}INBOX", origin: provider.FromSRV},
		{name: "SRV without a service", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv(".", 0)}}, err: provider.ErrUnknown},
		{name: "SRV with port 0", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("imap.example.org.", 0)}}, err: provider.ErrUnknown},
		{name: "SRV with an address", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("127.0.0.1.", 993)}}, err: provider.ErrUnknown},
		{name: "SRV with this machine", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("localhost.", 993)}}, err: provider.ErrUnknown},
		{name: "SRV with syntax", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("a/novalidate-cert}.example.org.", 993)}}, err: provider.ErrUnknown},
		{name: "a thousand SRV records", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": many}},
			want: "{imap0.example.org:993/imap/ssl}INBOX", origin: provider.FromSRV},
		{name: "SRV in another domain", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("imap.evil.example.", 993)}},
			err: provider.ErrUnconfirmed},
		{name: "SRV in a domain that ends alike", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("imap.evilexample.org.", 993)}},
			err: provider.ErrUnconfirmed},
		{name: "SRV in another domain, and a document", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("imap.evil.example.", 993)}},
			pages: map[string]http.HandlerFunc{atDomain: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "SRV with a preset's host", dns: dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": srv("imap.fastmail.com.", 993)}},
			want: "{imap.fastmail.com:993/imap/ssl}INBOX", origin: provider.FromSRV},
		{name: "document at autoconfig", pages: map[string]http.HandlerFunc{atDomain: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "document at well-known", pages: map[string]http.HandlerFunc{atWellKnown: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "document in the database", pages: map[string]http.HandlerFunc{atDatabase: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "a page for people", pages: map[string]http.HandlerFunc{atDomain: serve("<html><body>hello"), atWellKnown: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "entities", pages: map[string]http.HandlerFunc{atDomain: serve(bomb)}, err: provider.ErrUnknown},
		{name: "external entities", pages: map[string]http.HandlerFunc{atDomain: serve(external)}, err: provider.ErrUnknown},
		{name: "a document without end", pages: map[string]http.HandlerFunc{atDomain: func(w http.ResponseWriter, _ *http.Request) {
			for line := strings.Repeat("<a>x</a>", 512); ; {
				if _, err := io.WriteString(w, line); err != nil {
					return
				}
			}
		}}, err: provider.ErrUnknown},
		{name: "deep", pages: map[string]http.HandlerFunc{atDomain: serve(strings.Repeat("<clientConfig>", 10_000))}, err: provider.ErrUnknown},
		{name: "no encryption", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("mail.example.org", "143", "plain")))}, err: provider.ErrUnknown},
		{name: "no encryption, and encryption", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("mail.example.org", "143", "plain") + incoming("mail.example.org", "993", "SSL")))}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "this machine", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("localhost", "993", "SSL")))}, err: provider.ErrUnknown},
		{name: "an address", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("10.0.0.1", "993", "SSL")))}, err: provider.ErrUnknown},
		{name: "port 0", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("mail.example.org", "0", "SSL")))}, err: provider.ErrUnknown},
		{name: "a port that is too large", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("mail.example.org", "4294968289", "SSL")))}, err: provider.ErrUnknown},
		{name: "a host with flags", pages: map[string]http.HandlerFunc{atDomain: serve(document(incoming("mail.example.org/novalidate-cert", "993", "SSL")))}, err: provider.ErrUnknown},
		{name: "a redirect", pages: map[string]http.HandlerFunc{atDomain: redirect("https://host.example/x"), "host.example/x": serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "a redirect to HTTP", pages: map[string]http.HandlerFunc{atDomain: redirect("http://example.org/x"), "example.org/x": serve(good)}, err: provider.ErrUnknown},
		{name: "a redirect to an address", pages: map[string]http.HandlerFunc{atDomain: redirect("https://127.0.0.1/x"), "127.0.0.1/x": serve(good)}, err: provider.ErrUnknown},
		{name: "a redirect to this machine", pages: map[string]http.HandlerFunc{atDomain: redirect("https://localhost/x"), "localhost/x": serve(good)}, err: provider.ErrUnknown},
		{name: "a redirect to the network", pages: map[string]http.HandlerFunc{atDomain: redirect("https://router.internal/x"), "router.internal/x": serve(good)}, err: provider.ErrUnknown},
		{name: "redirects in a loop", pages: map[string]http.HandlerFunc{atDomain: redirect("https://" + atDomain)}, err: provider.ErrUnknown},
		{name: "MX of Google Workspace", dns: dns{mx: map[string][]*net.MX{"example.org": {{Host: "ASPMX.L.GOOGLE.COM.", Pref: 1}}}},
			want: "{imap.gmail.com:993/imap/ssl}INBOX", origin: provider.FromMX},
		{name: "MX of Microsoft 365", dns: dns{mx: map[string][]*net.MX{"example.org": {{Host: "example-org.mail.protection.outlook.com."}}}},
			want: "{outlook.office365.com:993/imap/ssl}INBOX", origin: provider.FromMX},
		{name: "MX that ends alike", dns: dns{mx: map[string][]*net.MX{"example.org": {{Host: "evil-aspmx.l.google.com."}}}}, err: provider.ErrUnknown},
		{name: "MX in the database", dns: dns{mx: map[string][]*net.MX{"example.org": {{Host: "mx.hoster.example."}}}},
			pages: map[string]http.HandlerFunc{"autoconfig.thunderbird.net/v1.1/hoster.example": serve(good)}, err: provider.ErrUnconfirmed},
		{name: "no MX (RFC 7505)", dns: dns{mx: map[string][]*net.MX{"example.org": {{Host: "."}}}}, err: provider.ErrUnknown},
		{name: "DNS fails", dns: dns{err: timeout}, err: provider.ErrLookup},
		{name: "DNS fails, and a document", dns: dns{err: timeout}, pages: map[string]http.HandlerFunc{atDomain: serve(good)}, want: fromDocument, origin: provider.FromAutoconfig},
		{name: "the web fails", pages: map[string]http.HandlerFunc{atDomain: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }}, err: provider.ErrLookup},
		{name: "the web is cut", pages: map[string]http.HandlerFunc{atDomain: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}, err: provider.ErrLookup},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWeb(t, tt.pages)
			f := &provider.Finder{File: noFile(t), Resolver: tt.dns, Client: w.client, Timeout: time.Minute}
			s, err := f.Find(t.Context(), "ada@example.org")
			name := ""
			if err == nil {
				name, err = s.Mailbox("", "INBOX")
			}
			if name != tt.want || !errors.Is(err, tt.err) || err == nil && s.Origin != tt.origin {
				t.Errorf("got %q from %+v, %v", name, s, err)
			}
			if tt.err == provider.ErrUnconfirmed {
				s.Unconfirmed = false
				if name, err := s.Mailbox("", "INBOX"); err != nil {
					t.Errorf("confirmed: %q, %v", name, err)
				}
			}
			if temporary := errors.Is(err, imapcompat.ErrTemporary); temporary != (tt.err == provider.ErrLookup) {
				t.Errorf("temporary: %v, %v", temporary, err)
			}
		})
	}
}

// Names below a public suffix are not its own: whoever has one confirms nothing, and gets no address.
func TestFindPublicSuffix(t *testing.T) {
	for _, domain := range []string{"co.uk", "github.io", "com.br"} {
		good := serve(document(incoming("mail."+domain, "993", "SSL")))
		web := newWeb(t, map[string]http.HandlerFunc{"autoconfig." + domain + "/mail/config-v1.1.xml": good})
		names := dns{srv: map[string][]*net.SRV{"_imaps._tcp." + domain: srv("imap.evil."+domain+".", 993)}}
		f := &provider.Finder{File: noFile(t), Resolver: names, Client: web.client}
		s, err := f.Find(t.Context(), "ada@"+domain)
		if err != nil || !s.Unconfirmed || s.Origin != provider.FromSRV {
			t.Errorf("%s: %+v, %v", domain, s, err)
		}
		for _, asked := range web.asked {
			if strings.HasPrefix(asked, "autoconfig."+domain) {
				t.Errorf("asked %s", asked)
			}
		}
		own := dns{srv: map[string][]*net.SRV{"_imaps._tcp." + domain: srv(domain+".", 993)}}
		f = &provider.Finder{File: noFile(t), Resolver: own, Client: web.client}
		if s, err := f.Find(t.Context(), "ada@"+domain); err != nil || s.Unconfirmed {
			t.Errorf("the host itself: %+v, %v", s, err)
		}
	}
}

// Only the domain itself gets the address. Mozilla's database gets the domain.
func TestFindTells(t *testing.T) {
	w := newWeb(t, nil)
	f := &provider.Finder{File: noFile(t), Resolver: dns{}, Client: w.client}
	if _, err := f.Find(t.Context(), "ada+x@example.org"); !errors.Is(err, provider.ErrUnknown) {
		t.Fatal(err)
	}
	want := []string{atDomain + "?emailaddress=ada%2Bx%40example.org", atWellKnown + "?emailaddress=ada%2Bx%40example.org", atDatabase}
	if !slices.Equal(w.asked, want) {
		t.Errorf("asked %q", w.asked)
	}
}

// tripper is a web without sockets, for a test with a clock of its own.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A web server that does not answer costs the time limit, and then the next is asked.
func TestFindSlowWeb(t *testing.T) {
	file := noFile(t)
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host+r.URL.Path == atDomain {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			body := io.NopCloser(strings.NewReader(document(incoming("mail.example.org", "993", "SSL"))))
			return &http.Response{StatusCode: http.StatusOK, Body: body, Request: r}, nil
		})}
		f := &provider.Finder{File: file, Resolver: dns{}, Client: client}
		start := time.Now()
		s, err := f.Find(t.Context(), "ada@example.org")
		if err != nil || s.From != "https://"+atWellKnown {
			t.Errorf("%+v, %v", s, err)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("it took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.Find(ctx, "ada@example.org"); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that is over: %v", err)
		}
	})
}

// silent is a DNS that never answers.
type silent struct{}

func (silent) LookupSRV(ctx context.Context, _, _, _ string) (string, []*net.SRV, error) {
	<-ctx.Done()
	return "", nil, ctx.Err()
}

func (silent) LookupMX(ctx context.Context, _ string) ([]*net.MX, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A DNS that does not answer costs the time limit once for SRV and once for MX records, and the web is asked.
func TestFindSilentDNS(t *testing.T) {
	file := noFile(t)
	synctest.Test(t, func(t *testing.T) {
		knows := ""
		client := &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host+r.URL.Path != knows {
				return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r}, nil
			}
			body := io.NopCloser(strings.NewReader(document(incoming("mail.example.org", "993", "SSL"))))
			return &http.Response{StatusCode: http.StatusOK, Body: body, Request: r}, nil
		})}
		f := &provider.Finder{File: file, Resolver: silent{}, Client: client, Timeout: 3 * time.Second}
		start := time.Now()
		if _, err := f.Find(t.Context(), "ada@example.org"); !errors.Is(err, provider.ErrLookup) {
			t.Errorf("nobody knows: %v", err)
		}
		if took := time.Since(start); took != 6*time.Second {
			t.Errorf("it took %v", took)
		}
		knows, start = atDomain, time.Now()
		if s, err := f.Find(t.Context(), "ada@example.org"); err != nil || s.Origin != provider.FromAutoconfig {
			t.Errorf("%+v, %v", s, err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// withoutMX is a DNS that answers for MX records, and fails for others.
type withoutMX struct{}

func (withoutMX) LookupSRV(context.Context, string, string, string) (string, []*net.SRV, error) {
	return "", nil, &net.DNSError{Err: "server misbehaving", IsTemporary: true}
}

func (withoutMX) LookupMX(context.Context, string) ([]*net.MX, error) {
	return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
}

// What an answer has in excess is cut off, or makes it invalid.
func TestFindBounds(t *testing.T) {
	records := make([]*net.SRV, 1000)
	for i := range records {
		records[i] = &net.SRV{Target: fmt.Sprintf("imap%d.example.org.", i), Port: 993}
	}
	find := func(names provider.Resolver, text string) (*provider.Settings, error) {
		pages := map[string]http.HandlerFunc{}
		if text != "" {
			pages[atDomain] = serve(text)
		}
		return (&provider.Finder{File: noFile(t), Resolver: names, Client: newWeb(t, pages).client}).Find(t.Context(), "ada@example.org")
	}
	if s, err := find(dns{srv: map[string][]*net.SRV{"_imaps._tcp.example.org": records}}, ""); err != nil || len(s.Servers) != 8 {
		t.Errorf("SRV records: %+v, %v", s, err)
	}
	if s, err := find(dns{}, document(strings.Repeat(incoming("mail.example.org", "993", "SSL"), 100))); err != nil || len(s.Servers) != 32 {
		t.Errorf("servers of a document: %+v, %v", s, err)
	}
	one := incoming("mail.example.org", "993", "SSL")
	for name, text := range map[string]string{
		"depth":         document(strings.Repeat("<x>", 20) + strings.Repeat("</x>", 20) + one),
		"a declaration": "<!DOCTYPE clientConfig>" + document(one),
	} {
		if s, err := find(dns{}, text); !errors.Is(err, provider.ErrUnknown) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := find(withoutMX{}, ""); !errors.Is(err, provider.ErrLookup) {
		t.Errorf("SRV records that cannot be read: %v", err)
	}
}

// The client's jar gets no cookie: a cookie would tell one question from the next.
func TestFindKeepsNoCookie(t *testing.T) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWeb(t, map[string]http.HandlerFunc{atDomain: func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "ada", Secure: true})
		io.WriteString(w, document(incoming("mail.example.org", "993", "SSL")))
	}})
	w.client.Jar = jar
	if _, err := (&provider.Finder{File: noFile(t), Resolver: dns{}, Client: w.client}).Find(t.Context(), "ada@example.org"); err != nil {
		t.Fatal(err)
	}
	if cookies := jar.Cookies(&url.URL{Scheme: "https", Host: "autoconfig.example.org", Path: "/mail/"}); len(cookies) > 0 {
		t.Errorf("%v", cookies)
	}
}

// Nothing is asked about a domain of a network of its own, nor Offline.
func TestFindAsksNobody(t *testing.T) {
	w := newWeb(t, nil)
	for _, address := range []string{"ada@printer.local", "ada@x.localhost", "ada@db.internal"} {
		f := &provider.Finder{File: noFile(t), Resolver: dns{err: errors.New("asked")}, Client: w.client}
		if _, err := f.Find(t.Context(), address); !errors.Is(err, provider.ErrUnknown) {
			t.Errorf("%s: %v", address, err)
		}
	}
	f := &provider.Finder{File: noFile(t), Resolver: dns{err: errors.New("asked")}, Client: w.client, Offline: true}
	if _, err := f.Find(t.Context(), "ada@example.org"); !errors.Is(err, provider.ErrUnknown) {
		t.Error(err)
	}
	if w.asked != nil {
		t.Errorf("asked %q", w.asked)
	}
}
