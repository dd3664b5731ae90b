// Package kerberos runs a Kerberos realm for tests: MIT's KDC, on a free port of 127.0.0.1.
package kerberos

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// Name is the name of the realm.
const Name = "EXAMPLE.TEST"

// Host is the host of its services.
const Host = "localhost"

// ErrMissing means that the KDC, its tools, or Dovecot's module are not installed.
var ErrMissing = errors.New("no Kerberos installed: apt-get install krb5-kdc krb5-admin-server krb5-user dovecot-gssapi")

// files are the programs and the module.
var files = []string{
	"/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local", "/usr/bin/kinit",
	"/usr/lib/dovecot/modules/auth/libmech_gssapi.so",
}

// Available returns why a realm cannot be started here, an error that is [ErrMissing], or
// nil.
func Available() error {
	for _, name := range files {
		if _, err := os.Stat(name); err != nil {
			return ErrMissing
		}
	}
	return nil
}

// Realm is a running realm.
type Realm struct {
	dir     string
	port    int
	process *harness.Process
}

// Start starts a realm with users, whose passwords are Password, and with the services imap
// and pop of Host.
func Start(users ...string) (*Realm, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "imapcompat-kerberos-")
	if err != nil {
		return nil, err
	}
	r := &Realm{dir: dir}
	if err := r.start(users); err != nil {
		r.Close()
		return nil, fmt.Errorf("starting the KDC: %w", err)
	}
	return r, nil
}

// Password is the password of every user.
const Password = "ticket please"

func (r *Realm) start(users []string) error {
	// Dovecot's user must read the keytab.
	if err := os.Chmod(r.dir, 0o711); err != nil {
		return err
	}
	access, err := harness.NewAccess(r.dir)
	if err != nil {
		return err
	}
	r.port = access.IMAP
	for name, text := range map[string]string{
		"krb5.conf": "[libdefaults]\n default_realm = %[1]s\n dns_lookup_kdc = false\n dns_lookup_realm = false\n rdns = false\n" +
			" udp_preference_limit = 1\n[realms]\n %[1]s = {\n  kdc = 127.0.0.1:%[2]d\n }\n",
		"kdc.conf": "[kdcdefaults]\n kdc_listen = \"\"\n kdc_tcp_listen = 127.0.0.1:%[2]d\n[realms]\n %[1]s = {\n" +
			"  database_name = %[3]s/principal\n  key_stash_file = %[3]s/stash\n  acl_file = %[3]s/acl\n }\n",
	} {
		if err := os.WriteFile(r.path(name), fmt.Appendf(nil, text, Name, r.port, r.dir), 0o644); err != nil {
			return err
		}
	}
	if err := r.run("", "/usr/sbin/kdb5_util", "create", "-s", "-r", Name, "-P", "master"); err != nil {
		return err
	}
	for _, user := range users {
		if err := r.Admin("addprinc +requires_preauth -pw \"" + Password + "\" " + user); err != nil {
			return err
		}
	}
	for _, service := range []string{"imap", "pop"} {
		spn := service + "/" + Host
		if err := errors.Join(r.Admin("addprinc -randkey "+spn), r.Admin("ktadd -k "+r.Keytab()+" "+spn)); err != nil {
			return err
		}
	}
	if err := os.Chmod(r.Keytab(), 0o644); err != nil {
		return err
	}
	cmd := exec.Command("/usr/sbin/krb5kdc", "-n")
	cmd.Env = r.Env()
	if r.process, err = harness.Run(cmd, r.path("output")); err != nil {
		return err
	}
	return r.await()
}

// await waits until the KDC accepts connections.
func (r *Realm) await() error {
	const patience = 10 * time.Second
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", harness.Address(r.port))
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			output, _ := os.ReadFile(r.path("output"))
			return fmt.Errorf("%w: %s", err, output)
		}
	}
}

// Env is the environment of processes that use the realm.
func (r *Realm) Env() []string {
	return append(os.Environ(), "KRB5_CONFIG="+r.Config(), "KRB5_KDC_PROFILE="+r.path("kdc.conf"))
}

// Config returns the path of krb5.conf.
func (r *Realm) Config() string { return r.path("krb5.conf") }

// Keytab returns the path of the keytab of the services.
func (r *Realm) Keytab() string { return r.path("service.keytab") }

// Admin makes a query of kadmin.
func (r *Realm) Admin(query string) error { return r.run("", "/usr/sbin/kadmin.local", "-q", query) }

// Cache returns the path of a credential cache, which need not exist.
func (r *Realm) Cache(name string) string { return r.path("cache-" + name) }

// Ticket gets a ticket-granting ticket for a user, and returns its credential cache.
func (r *Realm) Ticket(user, name string, life time.Duration) (cache string, err error) {
	cache = r.Cache(name)
	return cache, r.run(Password+"\n", "/usr/bin/kinit", "-c", cache, "-l", life.String(), user)
}

func (r *Realm) run(input string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = r.Env()
	cmd.Stdin = strings.NewReader(input)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, output)
	}
	return nil
}

// Stop stops the KDC. Its tickets stay valid.
func (r *Realm) Stop() {
	if r.process != nil {
		r.process.Stop()
		r.process = nil
	}
}

// Close stops the KDC and removes all files.
func (r *Realm) Close() error {
	r.Stop()
	return os.RemoveAll(r.dir)
}

func (r *Realm) path(name string) string { return filepath.Join(r.dir, name) }
