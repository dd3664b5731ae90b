package conformance

import (
	"os"
	"os/user"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/kerberos"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/gssapi"
)

// startKerberos starts a KDC that knows users, and a Dovecot that offers GSSAPI and PLAIN.
func startKerberos(t *testing.T, users ...string) (*kerberos.Realm, *dovecot.Server) {
	t.Helper()
	realm, err := kerberos.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { realm.Close() })
	srv, err := dovecot.Start("auth_mechanisms = plain gssapi", "auth_krb5_keytab = "+realm.Keytab(), `auth_gssapi_hostname = "$ALL"`,
		"import_environment = TZ=UTC KRB5_CONFIG="+realm.Config()+" KRB5RCACHETYPE=none",
		"passdb {", "driver = static", "mechanisms = gssapi", "args = nopassword=yes", "}")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return realm, srv
}

// TestGSSAPI logs in with Kerberos tickets of all kinds, and without one, to a Dovecot that
// offers GSSAPI and PLAIN. PHP takes the operating system's user for the one to act as, so the
// user is the same everywhere.
func TestGSSAPI(t *testing.T) {
	needOracle(t)
	if other != nil {
		t.Skip("needs Dovecot")
	}
	t.Parallel()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	me := phpUser(t)
	realm, srv := startKerberos(t, me, "ada")
	expired, err := realm.Ticket(me, "expired", time.Second)
	expiry := time.Now().Add(time.Second)
	must(err)
	ticket := func(user, name string) string {
		cache, err := realm.Ticket(user, name, time.Hour)
		must(err)
		return cache
	}
	at := place{user: me, imap: srv.IMAP, imaps: srv.IMAPS, pop3: srv.POP3, pop3s: srv.POP3S}

	loginsBy := func(m gssapi.Mechanism, what, cache string, calls ...call) {
		t.Helper()
		m.Config = realm.Config()
		worker := &php.Worker{Env: []string{"KRB5_CONFIG=" + realm.Config(), "KRB5CCNAME=" + cache}}
		defer worker.Close()
		for _, c := range calls {
			oracle := &oracle{place: at, t: t, worker: worker}
			ours := newLibrary(t, at)
			ours.options = append(ours.options, imapcompat.WithMechanism(&m))
			service := "imap"
			if strings.Contains(c.args[0].(string), "/pop3") {
				service = "pop3"
			}
			both(t, oracle, ours, c, service+"/imap_open/"+what+": "+c.String())
			both(t, oracle, ours, do("imap_check"), service+"/imap_check/"+what+": "+c.String())
		}
	}
	logins := func(what, cache string, calls ...call) {
		t.Helper()
		loginsBy(gssapi.Mechanism{Cache: cache}, what, cache, calls...)
	}
	with := func(password string, flags ...string) (list []call) {
		for _, f := range flags {
			list = append(list, do("imap_open", "{localhost:@IMAP/imap/notls"+f+"}INBOX", "@USER", password, 0, 1))
			if !strings.Contains(f, "authuser") {
				list = append(list, do("imap_open", "{localhost:@POP3/pop3/notls"+f+"}INBOX", "@USER", password, 0, 1))
			}
		}
		return list
	}
	authuser := "/authuser=@USER"

	logins("ticket", ticket(me, "ticket"), with("", "", "/user=@USER", "/secure", authuser)...)
	keys := realm.Cache("keytab")
	must(realm.Admin("ktadd -norandkey -k " + keys + " " + me))
	loginsBy(gssapi.Mechanism{Principal: me, Keytab: keys}, "ticket, and keytab here", realm.Cache("ticket"), with("", "", "/secure")...)
	loginsBy(gssapi.Mechanism{Principal: me + "@" + kerberos.Name, Password: kerberos.Password}, "ticket, and password here",
		realm.Cache("ticket"), with("", "", "/secure")...)
	logins("ticket and password", realm.Cache("ticket"), with(dovecot.Password, "", "/user=ada")...)
	logins("ticket, over TLS", realm.Cache("ticket"), do("imap_open", "{localhost:@IMAP/imap/tls/novalidate-cert}INBOX", "@USER", "", 0, 1),
		do("imap_open", "{localhost:@POP3S/pop3/ssl/novalidate-cert}INBOX", "@USER", "", 0, 1))
	logins("ticket, by address", realm.Cache("ticket"), do("imap_open", "{127.0.0.1:@IMAP/imap/notls/secure}INBOX", "@USER", "", 0, 1))
	logins("no ticket", realm.Cache("none"), with(dovecot.Password, "", "/user=ada", "/secure", authuser)...)
	logins("another's ticket", ticket("ada", "ada"), with(dovecot.Password, "", "/user=ada", "/secure")...)

	fresh, late := ticket(me, "fresh"), ticket(me, "late")
	must(realm.Admin("delprinc -force imap/" + kerberos.Host))
	must(realm.Admin("delprinc -force pop/" + kerberos.Host))
	logins("unknown service", fresh, with(dovecot.Password, "", "/secure")...)
	realm.Stop()
	logins("ticket, no KDC", realm.Cache("ticket"), with("", "/secure")...)
	logins("no KDC", late, with(dovecot.Password, "", "/secure")...)
	time.Sleep(time.Until(expiry.Add(time.Second / 10)))
	logins("expired", expired, with(dovecot.Password, "", "/secure")...)
}

// phpUser returns the name of the operating system's user as whom PHP runs, see
// [harness.GiveHome].
func phpUser(t *testing.T) string {
	t.Helper()
	if os.Geteuid() == 0 {
		return "nobody"
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return me.Username
}
