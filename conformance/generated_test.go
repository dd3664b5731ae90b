package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/conformance/generate"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// These environment variables control what is generated.
const (
	// seedVariable sets the seed; "random" selects any. The default is fixed, so that a test
	// that passed passes again.
	seedVariable = "IMAPCOMPAT_SEED"
	// oneVariable is the number of the only message or sequence to compare.
	oneVariable = "IMAPCOMPAT_ONE"
	// manyVariable sets how many messages and sequences are compared, in percent of the
	// default.
	manyVariable = "IMAPCOMPAT_PERCENT"
)

const (
	generatedMessages = 10000
	// perMailbox is the number of messages in one mailbox, which are read over one connection.
	perMailbox = 250
	// maxSections limits the sections of a message that are compared.
	maxSections = 12
)

// generatedSeed returns the same seed for all tests of a run.
var generatedSeed = sync.OnceValues(func() (uint64, error) {
	switch text := os.Getenv(seedVariable); text {
	case "":
		return 1, nil
	case "random":
		return rand.Uint64N(1e9), nil
	default:
		return strconv.ParseUint(text, 10, 64)
	}
})

func seed(t *testing.T) uint64 {
	t.Helper()
	needOracle(t)
	n, err := generatedSeed()
	if err != nil {
		t.Fatalf("%s: %v", seedVariable, err)
	}
	return n
}

// setting returns the number in an environment variable.
func setting(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text, ok := os.LookupEnv(variable)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// numbers returns the numbers of the messages or sequences to compare, in runs of each.
func numbers(t *testing.T, all, each int) [][]int {
	t.Helper()
	if one := setting(t, oneVariable, -1); one >= 0 {
		return [][]int{{one}}
	}
	list := make([]int, all*setting(t, manyVariable, 100)/100)
	for i := range list {
		list[i] = i
	}
	return slices.Collect(slices.Chunk(list, each))
}

// reproduce logs, if a test fails, how to repeat one of its cases alone.
func reproduce(t *testing.T, seed uint64, number int) {
	t.Helper()
	test := strings.TrimRight(t.Name(), "0123456789") // the first number of several
	t.Logf("alone: %s=%d %s=%d conformance/run -test.run '%s'", seedVariable, seed, oneVariable, number, test)
}

// TestGenerated makes the reading calls for each generated message.
func TestGenerated(t *testing.T) {
	seed := seed(t)
	for _, list := range numbers(t, generatedMessages, perMailbox) {
		for _, service := range services {
			t.Run(fmt.Sprintf("%s %d", service.name, list[0]), func(t *testing.T) {
				t.Parallel()
				read(t, service.name, service.inbox, seed, list)
			})
		}
	}
}

// read compares what the reading functions return for messages of a mailbox.
func read(t *testing.T, service, inbox string, seed uint64, list []int) {
	messages := []message{{"no number is left", []byte(unknownNames())}}
	for _, n := range list {
		m := message{fmt.Sprintf("seed %d message %d", seed, n), generate.Message(seed, n)}
		if service == "pop3" && dies(m.raw) {
			m.raw = nil // an empty message
		}
		messages = append(messages, m)
	}
	p := newPlace(t, corpusMailbox(messages))
	r := reader{service, newOracle(t, p), newLibrary(t, p)}
	both(t, r.php, r.ours, open(inbox), service+"/imap_open/to read what is generated")
	reported := false
	for i, m := range messages {
		if same := r.read(t, i+1, m); !same && !reported && i > 0 {
			t.Logf("the first of them: %q", m.raw)
			reproduce(t, seed, list[i-1])
			reported = true
		}
	}
}

// unknownNames returns a message with as many media types and transfer encodings without a
// constant as PHP has numbers for. Later ones have the number of "other", whatever PHP has read
// ahead. TestStructure compares the order of numbering.
func unknownNames() string {
	var b strings.Builder
	b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n")
	for i := range 12 {
		fmt.Fprintf(&b, "--b\nContent-Type: x-type%d/x\nContent-Transfer-Encoding: x-encoding%d\n\ntext\n", i, i)
	}
	b.WriteString("--b--\n")
	return b.String()
}

// dies reports whether a message has an empty part of a multipart/digest, whose structure
// crashes PHP on POP3.
func dies(raw []byte) bool {
	lines := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	text := bytes.ReplaceAll(lines, []byte("\n"), []byte("\r\n")) // as Dovecot sends it
	var nothing func(b *backend.BodyStructure) bool
	nothing = func(b *backend.BodyStructure) bool {
		if b.Type == "MESSAGE" && b.Subtype.Value == "RFC822" {
			return b.Body == nil || nothing(b.Body)
		}
		return slices.ContainsFunc(b.Parts, nothing)
	}
	return nothing(mime.Parse(text, new(mime.Names), func(string) {}).Structure)
}

// reader has a session on each side, with the same files.
type reader struct {
	service string
	php     *oracle
	ours    *library
}

// read compares the results for a message, and reports whether they are equal. The order of
// calls is such that none changes c-client's later results.
func (r *reader) read(t *testing.T, num int, m message) bool {
	t.Helper()
	calls := []call{do("imap_headerinfo", num, 20, 30), do("imap_fetchstructure", num)}
	got, sameHeader := r.compare(t, m, calls)
	var s structure
	if err := json.Unmarshal([]byte(got[1].result), &s); err != nil {
		t.Fatalf("%s/%s: %v in %v", r.service, m.name, err, got)
	}
	sections := s.sections()
	slices.Sort(sections)
	calls = calls[:0]
	for _, section := range sections[:min(len(sections), maxSections)] {
		calls = append(calls, do("imap_bodystruct", num, section),
			do("imap_fetchmime", num, section, ftPeek), do("imap_fetchbody", num, section, ftPeek))
	}
	calls = append(calls, do("imap_fetchbody", num, "", ftPeek), do("imap_body", num, ftPeek),
		do("imap_fetch_overview", strconv.Itoa(num)), do("imap_fetchheader", num))
	_, sameText := r.compare(t, m, calls)
	return sameHeader && sameText
}

// compare makes calls on both sides. It returns our outcomes, and whether PHP's are equal.
func (r *reader) compare(t *testing.T, m message, calls []call) (got []outcome, same bool) {
	t.Helper()
	same = true
	want, err := r.php.batch(calls)
	if err != nil {
		t.Fatalf("%s/%s: %v in %q", r.service, m.name, err, m.raw)
	}
	got = make([]outcome, len(calls))
	for i, c := range calls {
		got[i] = r.ours.outcome(c)
		name := fmt.Sprintf("%s/%s/%s %v", r.service, c.fn, m.name, c)
		same = compare(t, name, want[i].String(), got[i].String()) && same
	}
	return got, same
}

// batch makes several calls in one exchange.
func (o *oracle) batch(calls []call) ([]outcome, error) {
	asked := make([]php.Call, len(calls))
	for i, c := range calls {
		asked[i] = o.asked(c)
	}
	answers, err := o.worker.Batch(asked...)
	if err != nil {
		return nil, err
	}
	outcomes := make([]outcome, len(answers))
	for i, a := range answers {
		outcomes[i] = ofPHP(a)
	}
	return outcomes, nil
}

// TestGeneratedHeaders compares the results for generated headers and fields without a
// connection.
func TestGeneratedHeaders(t *testing.T) {
	seed := seed(t)
	for _, list := range numbers(t, generatedMessages, perMailbox) {
		t.Run(strconv.Itoa(list[0]), func(t *testing.T) {
			t.Parallel()
			w := newWorker(t)
			for _, n := range list {
				raw := generate.Message(seed, n)
				name := fmt.Sprintf("local/imap_rfc822_parse_headers/seed %d message %d", seed, n)
				want := ask(t, w, "imap_rfc822_parse_headers", php.Bytes(raw), "example.test")
				got, notices := imapcompat.RFC822ParseHeaders(string(raw), imapcompat.WithDefaultHost("example.test"))
				if ours := answer(got, notices); !compare(t, name, want, ours) {
					reproduce(t, seed, n)
				}
			}
		})
	}
}
