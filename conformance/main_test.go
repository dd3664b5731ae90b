package conformance

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

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
	defer removeEngine()
	time.Local = time.UTC // as PHP's worker has it
	status = m.Run()
	if list := tally.unused(); status == 0 && everything() && len(list) > 0 {
		fmt.Printf("%s: nothing differs any more under\n%s\n", knownFile, strings.Join(list, "\n"))
		status = 1
	}
	fmt.Println(&tally)
	return status
}

// everything reports whether all tests ran, with the messages beside the
// repository.
func everything() bool {
	_, err := os.Stat(sharedCorpus)
	return err == nil && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == ""
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
