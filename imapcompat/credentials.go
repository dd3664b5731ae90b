package main

import (
	"cmp"
	"crypto/tls"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/account"
)

// credentialFlags log in without a password. Each subcommand with --user has them.
var credentialFlags = []string{"cert", "kerberos", "key", "keytab", "principal"}

var credentialFlagDefinitions = map[string]func(*flag.FlagSet, *request){
	"kerberos": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.kerberos, "kerberos", false, "log in with the user's Kerberos ticket, or with --keytab")
	},
	"principal": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.credentials.Principal, "principal", "", "`NAME@REALM` logs in with Kerberos (default the one of the ticket)")
	},
	"keytab": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.credentials.Keytab, "keytab", "", "`FILE` has the Kerberos key of --principal")
	},
	"cert": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.credentials.CertFile, "cert", "", "log in with the client certificate in `FILE`, in PEM")
	},
	"key": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.credentials.KeyFile, "key", "", "`FILE` has the key of --cert, in PEM (default the file of --cert)")
	},
}

// checkCredentials makes an account of the flags that log in without a password. Its kind is "" if
// there are none. The paths are absolute, so that a recorded account is found from every folder.
func (r *request) checkCredentials() error {
	a := &r.credentials
	switch {
	case r.kerberos && a.CertFile != "":
		return r.usage("--kerberos and --cert exclude each other")
	case !r.kerberos && a.Principal+a.Keytab != "":
		return r.usage("--principal and --keytab need --kerberos")
	case a.Keytab != "" && a.Principal == "":
		return r.usage("--keytab needs --principal, as --principal archive@EXAMPLE.ORG")
	case a.KeyFile != "" && a.CertFile == "":
		return r.usage("--key needs --cert")
	case r.kerberos:
		a.Kind = account.Kerberos
	case a.CertFile != "":
		a.Kind, a.KeyFile = account.Certificate, cmp.Or(a.KeyFile, a.CertFile)
	}
	for _, path := range []*string{&a.Keytab, &a.CertFile, &a.KeyFile} {
		if *path == "" {
			continue
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return err
		}
		*path = absolute
	}
	return nil
}

// namesUser reports whether the login itself says who logs in, so that no name is needed.
func (r *request) namesUser() bool {
	return r.way() != nil && (r.way().Kind == account.Kerberos || r.way().Kind == account.Certificate)
}

// way returns how the flags or the login of the address say to log in, or nil.
func (r *request) way() *account.Account {
	if r.credentials.Kind != "" {
		return &r.credentials
	}
	return r.account
}

// withCertificate returns a configuration that has the client's certificate, too.
func withCertificate(config *tls.Config, certificate *tls.Certificate) *tls.Config {
	if certificate == nil {
		return config
	}
	if config == nil {
		config = new(tls.Config)
	}
	config = config.Clone()
	config.Certificates = []tls.Certificate{*certificate}
	return config
}

// adviseCredentials returns what to do about a login with Kerberos or with a certificate that has
// failed, or "".
func (v *visit) adviseCredentials(err error, access access) string {
	var e *imapcompat.Error
	if !errors.As(err, &e) || !errors.Is(err, imapcompat.ErrAuthentication) {
		return ""
	}
	switch {
	case access.mechanism != nil && !v.offers("GSSAPI"):
		return "The server does not offer GSSAPI, which is Kerberos. Log in in another way, or ask its operator to turn GSSAPI on."
	case access.mechanism != nil:
		return adviseKerberos(strings.Join(append(e.Errors, e.Error()), "\n"), v.d.name.Host)
	case access.certificate == nil:
		return ""
	case v.tls == nil:
		return "A client certificate needs TLS." + v.encryptFirst()
	case !v.offers("EXTERNAL"):
		return "The server does not offer EXTERNAL, which logs in with the client certificate. It may not ask for certificates on this port, or not trust their issuer."
	}
	if end := access.certificate.Leaf.NotAfter; time.Now().After(end) {
		return "The client certificate has expired on " + end.UTC().Format(time.DateOnly) + ": get a new one."
	}
	return "The server does not accept the client certificate for this user. It decides by the name in the certificate; --user is as whom to act."
}

// offers reports whether the server offers a SASL mechanism.
func (v *visit) offers(mechanism string) bool {
	for _, name := range v.mechanisms {
		if strings.EqualFold(name, mechanism) {
			return true
		}
	}
	return false
}

// adviseKerberos returns what to do about what package gssapi says of a ticket, in whatever place of
// the text. host is that of the mailbox.
func adviseKerberos(text, host string) string {
	const unknown = " not found in Kerberos database"
	if before, _, ok := strings.Cut(text, unknown); ok {
		words := strings.Fields(before)
		who := words[len(words)-1]
		if len(words) > 1 && words[len(words)-2] == "Client" {
			return "The realm does not know " + who + ": check --principal, and the realm behind its @."
		}
		service, _, _ := strings.Cut(who, "@")
		_, inDNS, _ := strings.Cut(service, "/")
		advice := "The realm has no service " + who + ". The host in it "
		if strings.EqualFold(inDNS, host) {
			return advice + "is that of the mailbox: use the canonical name of the server there, or have the administrator of the realm create the service."
		}
		return advice + "is the name that DNS has for the address of " + host +
			", which is not canonical. Use the canonical name in the mailbox, correct the reverse DNS, or set dns_canonicalize_hostname = false in krb5.conf."
	}
	for _, known := range []struct{ text, advice string }{
		{"No Kerberos credentials available", "There is no ticket: run kinit, or give --principal and --keytab. KRB5CCNAME names the file of the ticket, if it is another one. Jobs of cron have the tickets of their own user."},
		{"Ticket expired", "The ticket has expired: run kinit again. A job that runs longer than a ticket needs --principal and --keytab."},
		{"Clock skew too great", "The clock of this machine and that of the KDC or the server differ by more than 5 minutes: set it (NTP)."},
		{"Cannot contact any KDC", "Check the realm and its KDCs in krb5.conf, or their SRV records in DNS, and whether this machine may connect to port 88."},
		{"Preauthentication failed", wrongKeytab},
		{"Password or keytab", wrongKeytab},
		{"the keytab cannot be read", "Check the path of --keytab, and whether this user may read the file."},
		{"the keytab is malformed", "The file of --keytab is no keytab: klist -k FILE shows what is in one."},
		{"the credential cache is that of another principal", "klist shows whose ticket it is: check --principal, or run kinit for it."},
		{"caches of type", "Run kinit -c FILE:/path, and set KRB5CCNAME to FILE:/path."},
		{"have been revoked", "The administrator of the realm has locked the principal."},
		{"Password has expired", "The administrator of the realm wants a new password of the principal: run kpasswd."},
		{"no support for encryption type", "The service or the principal has no key of AES: the administrator of the realm has to make new keys."},
		{"not one of AES", "The service or the principal has no key of AES: the administrator of the realm has to make new keys."},
		{"No ticket for", "The KDC gives no ticket that can be used. kinit -k -t FILE NAME@REALM tries the same with MIT Kerberos."},
		{"Can not authenticate to", refusedTicket},
		{"Authentication cancelled", refusedTicket}, // the server offers more, which need a password
	} {
		if strings.Contains(text, known.text) {
			return known.advice
		}
	}
	return ""
}

const refusedTicket = "The ticket is good, and the server refuses it: check as whom it is to act (--user), and what the server lets the principal do."

const wrongKeytab = "The key in the keytab is not the one that the realm has now: export the keytab again, and check --principal."
