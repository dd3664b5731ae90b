package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imapcompat/internal/survey"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// ledger is a ledger that may be away.
type ledger struct {
	*sqlledger.Ledger
	err error
}

func (l *ledger) Boxes(context.Context) ([]string, error) {
	return []string{"of another process"}, l.err
}

func (l *ledger) Counts(ctx context.Context, box string) (inbox.Counts, error) {
	if l.err != nil {
		return inbox.Counts{}, l.err
	}
	return l.Ledger.Counts(ctx, box)
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

// scrape returns the values of the metrics of the jobs.
func scrape(t *testing.T, m *Metrics) map[string]float64 {
	t.Helper()
	code, text := get(t, m.Handler(), "/metrics")
	if code != http.StatusOK {
		t.Fatal(code, text)
	}
	values := map[string]float64{}
	for line := range strings.Lines(text) {
		name, value, ok := cutLast(strings.TrimSpace(line))
		if !ok || !strings.HasPrefix(name, "imapcompat_") {
			continue
		}
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatal(line)
		}
		values[name] = n
	}
	return values
}

func cutLast(line string) (before, after string, ok bool) {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 {
		return "", "", false
	}
	return line[:i], line[i+1:], true
}

// handle fails as the subject says.
func handle(_ context.Context, m *inbox.Message) error {
	switch m.Header().Subject {
	case "later":
		return errors.New("the printer is on fire")
	case "never":
		return inbox.Permanent(errors.New("no invoice"))
	case "skip":
		return m.Skip("an advertisement")
	}
	return nil
}

// start returns the metrics of a job with five messages.
func start(t *testing.T, box string) (*inbox.Job, *ledger, *Metrics) {
	t.Helper()
	var mail []string
	for _, subject := range []string{"done", "later", "never", "skip", "done"} {
		mail = append(mail, "From: secret-sender@example.org\nSubject: "+subject+"\n\ntext\n")
	}
	srv := imaptest.NewServer(t, mail...)
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	sql, err := sqlledger.Open(filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sql.Close() })
	l := &ledger{Ledger: sql}
	job := &inbox.Job{Box: inbox.New(mbox, l, inbox.Named(box)), Handle: handle, Then: inbox.Delete()}
	m := New(survey.New(l, func() []survey.Job { return []survey.Job{{Box: box, Health: job.Health}} }), "v0.1.0")
	job.Observe = m.Observer(box)
	return job, l, m
}

// later has the survey count again.
func later(m *Metrics) {
	clock := m.survey.Now
	m.survey.Now = func() time.Time { return clock().Add(time.Minute) }
}

func TestMetrics(t *testing.T) {
	job, l, m := start(t, "tickets")
	before := scrape(t, m)
	if _, err := job.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	later(m)
	after := scrape(t, m)
	for name, want := range map[string]float64{
		`imapcompat_messages_total{box="tickets",outcome="done"}`:        2,
		`imapcompat_messages_total{box="tickets",outcome="failed"}`:      1,
		`imapcompat_messages_total{box="tickets",outcome="quarantined"}`: 1,
		`imapcompat_messages_total{box="tickets",outcome="skipped"}`:     1,
		`imapcompat_messages_total{box="tickets",outcome="gone"}`:        0,
		`imapcompat_messages_total{box="tickets",outcome="known"}`:       0,
		`imapcompat_messages_total{box="tickets",outcome="lost"}`:        0,
		`imapcompat_messages_found_total{box="tickets"}`:                 5,
		`imapcompat_messages_settled_total{box="tickets"}`:               2,
		`imapcompat_errors_total{box="tickets"}`:                         0,
		`imapcompat_ledger_messages{box="tickets",state="done"}`:         2,
		`imapcompat_ledger_messages{box="tickets",state="failed"}`:       1,
		`imapcompat_ledger_messages{box="tickets",state="skipped"}`:      1,
		`imapcompat_open_messages{box="tickets"}`:                        1,
		`imapcompat_quarantined_messages{box="tickets"}`:                 1,
		`imapcompat_unsettled_messages{box="tickets"}`:                   0,
		`imapcompat_ledger_up{box="tickets"}`:                            1,
	} {
		if zero, ok := before[name]; !ok || zero != 0 && !strings.Contains(name, "_up{") {
			t.Errorf("%s begins with %v, %v", name, zero, ok)
		}
		if got, ok := after[name]; !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if n := after[`imapcompat_handler_duration_seconds_count{box="tickets"}`]; n < 3 {
		t.Errorf("%v durations", n)
	}
	if scan := after[`imapcompat_last_scan_timestamp_seconds{box="tickets"}`]; time.Since(time.Unix(int64(scan), 0)) > time.Minute {
		t.Errorf("the last scan was at %v", scan)
	}
	for name := range after {
		if strings.Contains(name, "another process") || strings.Contains(name, "connected") {
			t.Errorf("%s of no job that watches", name)
		}
	}
	problems, err := testutil.GatherAndLint(m.registry)
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	l.err = errors.New("the ledger is away")
	later(m)
	if v := scrape(t, m); v[`imapcompat_ledger_up{box="tickets"}`] != 0 || v[`imapcompat_quarantined_messages{box="tickets"}`] != 1 {
		t.Error("a ledger that is away:", v)
	}
	if code, text := get(t, m.Handler(), "/readyz"); code != http.StatusServiceUnavailable || text != "the ledger does not answer\n" {
		t.Error(code, text)
	}
	if code, text := get(t, m.Handler(), "/healthz"); code != http.StatusOK || text != "alive\n" {
		t.Error(code, text)
	}
}

// watch runs a job until it is stopped. It returns after the first pass.
func watch(t *testing.T, job *inbox.Job) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- job.Watch(ctx) }()
	for job.Health().LastPass.IsZero() {
		time.Sleep(time.Millisecond)
	}
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// A job that watches has gauges of its connection.
func TestWatch(t *testing.T) {
	job, _, m := start(t, "invoices")
	stop := watch(t, job)
	v := scrape(t, m)
	if v[`imapcompat_connected{box="invoices"}`] != 1 || v[`imapcompat_last_pass_timestamp_seconds{box="invoices"}`] < 1e9 ||
		v[`imapcompat_heartbeat_timestamp_seconds{box="invoices"}`] < 1e9 || v[`imapcompat_consecutive_failures{box="invoices"}`] != 0 {
		t.Error(v)
	}
	if code, text := get(t, m.Handler(), "/readyz"); code != http.StatusOK || text != "ready\n" {
		t.Error(code, text)
	}
	stop()
	if v := scrape(t, m); v[`imapcompat_connected{box="invoices"}`] != 0 {
		t.Error(v)
	}
}

// A job whose server is away makes the process not ready.
func TestNotReady(t *testing.T) {
	m := New(survey.New(&ledger{Ledger: memory(t)}, func() []survey.Job {
		return []survey.Job{{Box: "b", Health: func() inbox.Health {
			return inbox.Health{Running: true, Beat: time.Now(), Failures: 3, Err: errors.New("connection refused")}
		}}}
	}), "")
	if code, text := get(t, m.Handler(), "/readyz"); code != http.StatusServiceUnavailable || text != "no mailbox is connected\n" {
		t.Error(code, text)
	}
	if v := scrape(t, m); v[`imapcompat_consecutive_failures{box="b"}`] != 3 {
		t.Error(v)
	}
}

func memory(t *testing.T) *sqlledger.Ledger {
	t.Helper()
	l, err := sqlledger.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// Labels are no mail, and any name of a box can be one.
func TestLabels(t *testing.T) {
	job, _, m := start(t, "bad \xff\n\"name\"")
	if _, err := job.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, text := get(t, m.Handler(), "/metrics")
	for _, secret := range []string{"secret-sender", "printer", "invoice", "advertisement", "later"} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics have %q", secret)
		}
	}
	if !strings.Contains(text, `bad \\xff`) {
		t.Error(text)
	}
	labels := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^imapcompat_\w+\{(.*)\}`).FindAllStringSubmatch(text, -1) {
		for _, name := range regexp.MustCompile(`(\w+)="(?:[^"\\]|\\.)*"`).FindAllStringSubmatch(match[1], -1) {
			labels[name[1]] = true
		}
	}
	want := []string{"box", "goversion", "le", "outcome", "state", "version"}
	if got := slices.Sorted(maps.Keys(labels)); !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}

// The dashboard asks for metrics and labels that there are.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../../../docs/grafana/imapcompat.json")
	if err != nil {
		t.Fatal(err)
	}
	var board any
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	job, _, m := start(t, "b")
	defer watch(t, job)()
	_, exposed := get(t, m.Handler(), "/metrics")
	asked := map[string]bool{}
	for _, name := range regexp.MustCompile(`\b(imapcompat|go|process)_\w+`).FindAllString(string(text), -1) {
		if !strings.Contains(exposed, "\n"+name+"{") && !strings.Contains(exposed, "\n"+name+" ") {
			t.Errorf("there is no metric %s", name)
		}
		asked[name] = true
	}
	for name := range scrape(t, m) {
		name, _, _ = strings.Cut(name, "{")
		if strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") {
			continue // of the histogram
		}
		if !asked[name] {
			t.Errorf("no panel shows %s", name)
		}
	}
}
