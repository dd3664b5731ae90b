package conformance

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/php"
)

// variable turns the comparison on.
const variable = "IMAPCOMPAT_CONFORMANCE"

// The oracle, for as long as the tests run; nil when it is not asked for.
var (
	server *dovecot.Server
	tally  report
)

func TestMain(m *testing.M) {
	if os.Getenv(variable) == "" {
		os.Exit(m.Run())
	}
	os.Exit(compareAll(m))
}

func compareAll(m *testing.M) (status int) {
	if err := errors.Join(php.Available(), dovecot.Available()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if server, err = dovecot.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Close()
	status = m.Run()
	fmt.Println(&tally)
	return status
}

// needOracle skips a test that cannot run without PHP and Dovecot.
func needOracle(t *testing.T) {
	t.Helper()
	if server == nil {
		t.Skip("needs PHP and Dovecot: run conformance/run")
	}
}

// newWorker starts a PHP for one test.
func newWorker(t *testing.T) *php.Worker {
	t.Helper()
	needOracle(t)
	w := &php.Worker{Env: []string{"SSL_CERT_FILE=" + server.CAFile}}
	t.Cleanup(func() { w.Close() })
	return w
}
