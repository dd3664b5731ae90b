package gssapi

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/krberror"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/files"
)

// wallet has the credentials of a principal.
type wallet struct {
	conf   *config.Config
	host   string // of the service
	notify func(backend.Notice)

	creds  *credentials.Credentials
	client *client.Client // nil if there is only cache
	cache  *ccache        // nil with a keytab or password
}

// open reads the credentials.
func (m *Mechanism) open(w *wallet) error {
	name, realm, _ := strings.Cut(m.Principal, "@")
	if realm == "" {
		realm = w.conf.LibDefaults.DefaultRealm
	}
	switch {
	case m.Keytab != "":
		keys, err := loadKeytab(m.Keytab)
		if err != nil {
			return err
		}
		w.client = client.NewWithKeytab(name, realm, keys, w.conf)
	case m.Password != "":
		w.client = client.NewWithPassword(name, realm, m.Password, w.conf)
	default:
		if err := w.openCache(m.Cache); err != nil {
			return err
		}
		if m.Principal != "" && name+"@"+realm != w.principal() {
			return denied("GSSAPI failure: the credential cache is that of another principal")
		}
		return nil
	}
	w.creds = w.client.Credentials
	if err := w.client.Login(); err != nil {
		return w.failure(err, w.principal())
	}
	return nil
}

// close ends gokrb5's goroutines.
func (w *wallet) close() {
	if w.client != nil {
		w.client.Destroy()
	}
}

// principal returns "ada@EXAMPLE.ORG".
func (w *wallet) principal() string {
	return w.creds.CName().PrincipalNameString() + "@" + w.creds.Realm()
}

// openCache reads a credential cache.
func (w *wallet) openCache(name string) error {
	if name == "" {
		name = defaultCache()
	}
	path := strings.TrimPrefix(name, "FILE:")
	if kind := cacheType.FindStringSubmatch(path); kind != nil {
		return unsupported("Kerberos credential caches of type " + kind[1] + " are not supported, only FILE (run kinit -c FILE:/path)")
	}
	octets, err := files.Read(path, maxCache)
	if err == nil {
		w.cache, err = parseCache(octets)
	}
	if err != nil {
		return w.noCredentials(name, err)
	}
	w.creds = w.cache.gokrb5(time.Now()).GetClientCredentials()
	return nil
}

// cacheType matches the name of a cache with a type. A single letter is a drive of Windows.
var cacheType = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9]+):`)

// noCredentials is the error when a cache cannot be read. MIT Kerberos has two texts for
// it, of which PHP makes two entries of imap_errors.
func (w *wallet) noCredentials(name string, cause error) error {
	w.notify(backend.Notice{Kind: backend.NoticeWarn,
		Text: "Unknown GSSAPI failure: No credentials were supplied, or the credentials were unavailable or inaccessible"})
	text := "GSSAPI mechanism status: No Kerberos credentials available"
	var malformed malformedCache
	if errors.As(cause, &malformed) {
		return denied(text + ": " + string(malformed) + " (filename: " + name + ")")
	}
	return denied(text + " (default cache: " + name + ")")
}

// defaultCache returns the name of the cache as MIT Kerberos does.
func defaultCache() string {
	if name := os.Getenv("KRB5CCNAME"); name != "" {
		return name
	}
	if runtime.GOOS == "windows" { // which has no user numbers
		return "FILE:" + filepath.Join(os.TempDir(), "krb5cc")
	}
	return "FILE:/tmp/krb5cc_" + strconv.Itoa(os.Getuid())
}

// ticket returns a ticket for a service, and its session key.
func (w *wallet) ticket(service string) (messages.Ticket, types.EncryptionKey, error) {
	spn, now := service+"/"+w.host, time.Now()
	if w.cache != nil {
		if ticket, key, ok := w.cache.find(spn, now); ok {
			return ticket, key, nil
		}
		var err error
		if w.client, err = client.NewFromCCache(w.cache.gokrb5(now), w.conf); err != nil {
			return messages.Ticket{}, types.EncryptionKey{}, w.kerberos(ticketExpired, "")
		}
	}
	ticket, key, err := w.client.GetServiceTicket(spn)
	if err != nil {
		realm := w.conf.ResolveRealm(w.host)
		if realm == "" {
			realm = w.creds.Realm()
		}
		return ticket, key, w.failure(err, spn+"@"+realm)
	}
	return ticket, key, nil
}

// kdcError matches the code of a KDC's error in a text of gokrb5, which keeps no cause. The
// rest of the text may quote a keytab.
var kdcError = regexp.MustCompile(`KRB Error: (?:Unknown ErrorCode |\()(-?[0-9]+)`)

// failure returns the error for one of gokrb5 while asking for a ticket for who.
func (w *wallet) failure(err error, who string) error {
	const isNetwork = krberror.NetworkingError
	if code := kdcError.FindStringSubmatch(err.Error()); code != nil {
		n, _ := strconv.Atoi(code[1])
		return w.kerberos(int32(n), who)
	}
	if _, realm, _ := strings.Cut(who, "@"); strings.Contains(err.Error(), isNetwork) {
		return &backend.Error{Kind: backend.ErrAuthentication, Prospect: backend.ErrTemporary,
			Text: "GSSAPI failure: Cannot contact any KDC for realm '" + realm + "' for " + w.shownHost()}
	}
	if strings.Contains(err.Error(), "password/keytab incorrect") {
		return denied("GSSAPI failure: Password or keytab of " + who + " incorrect for " + w.shownHost())
	}
	return denied("GSSAPI failure: No ticket for " + who + " can be got for " + w.shownHost())
}

// kerberos returns the error for a code of RFC 4120 section 7.5.9. who is the principal that
// was asked for.
func (w *wallet) kerberos(code int32, who string) error {
	e := &backend.Error{Kind: backend.ErrAuthentication, Text: "GSSAPI failure: " + reason(code, who) + " for " + w.shownHost()}
	if code == ticketExpired {
		e.Text = "Kerberos error: Ticket expired (try running kinit) for " + w.shownHost()
	}
	return e
}

// shownHost returns the host as c-client shows it.
func (w *wallet) shownHost() string { return w.host[:min(len(w.host), 80)] }

const ticketExpired = 32

// reason returns the text of MIT Kerberos for a code.
func reason(code int32, who string) string {
	switch code {
	case 6:
		return "Client " + who + " not found in Kerberos database"
	case 7:
		return "Server " + who + " not found in Kerberos database"
	case 14:
		return "KDC has no support for encryption type"
	case 18:
		return "Client's credentials have been revoked"
	case 23:
		return "Password has expired"
	case 24:
		return "Preauthentication failed"
	case ticketExpired:
		return "Ticket expired"
	case 37:
		return "Clock skew too great"
	}
	return "Kerberos error code " + strconv.Itoa(int(code))
}

// maxCache bounds credential caches and keytabs, and maxConfig krb5.conf, in octets.
const (
	maxCache  = 4 << 20
	maxConfig = 1 << 20
)

// loadKeytab reads a keytab.
func loadKeytab(path string) (keys *keytab.Keytab, err error) {
	octets, err := files.Read(path, maxCache)
	if err != nil {
		return nil, denied("GSSAPI failure: the keytab cannot be read: " + fileProblem(err))
	}
	defer func() { // gokrb5 8.4.4 slices a damaged file without checking its lengths
		if recover() != nil {
			keys, err = nil, denied("GSSAPI failure: the keytab is malformed")
		}
	}()
	keys = new(keytab.Keytab)
	if keys.Unmarshal(octets) != nil { // the error may quote the file
		return nil, denied("GSSAPI failure: the keytab is malformed")
	}
	return keys, nil
}

// loadConfig reads krb5.conf. MIT Kerberos looks for KDCs in DNS by default, gokrb5 does
// not.
func loadConfig(path string) (*config.Config, error) {
	const lookup = "[libdefaults]\ndns_lookup_kdc = true\n"
	if path == "" {
		path = defaultConfig()
	}
	octets, err := files.Read(path, maxConfig)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, denied("GSSAPI failure: " + path + " cannot be read: " + fileProblem(err))
	}
	conf, err := config.NewFromString(lookup + string(includes.ReplaceAll(octets, nil)))
	var unsupported config.UnsupportedDirective
	if err != nil && !errors.As(err, &unsupported) {
		return nil, denied("GSSAPI failure: " + path + " is malformed")
	}
	return conf, nil
}

// includes matches directives that gokrb5 does not know.
var includes = regexp.MustCompile(`(?m)^[ \t]*(?:include|includedir|module)[ \t].*$`)

func defaultConfig() string {
	const usual = "/etc/krb5.conf"
	for _, path := range filepath.SplitList(os.Getenv("KRB5_CONFIG")) {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return usual
}
