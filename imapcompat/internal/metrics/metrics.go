// Package metrics has the Prometheus metrics of jobs. Labels are the names of boxes, which
// the configuration bounds, and outcomes and states, which are few; no label is made of mail.
package metrics

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/imapcompat/imapcompat/imapcompat/internal/survey"
	"github.com/imapcompat/imapcompat/inbox"
)

// Metrics are the metrics of the jobs of a process, in a registry of their own.
type Metrics struct {
	survey   *survey.Survey
	registry *prometheus.Registry

	messages *prometheus.CounterVec
	found    *prometheus.CounterVec
	settled  *prometheus.CounterVec
	troubles *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// outcomes are the events that end the attempt at a message.
var outcomes = []inbox.EventKind{inbox.EventDone, inbox.EventFailed, inbox.EventQuarantined, inbox.EventSkipped,
	inbox.EventGone, inbox.EventKnown, inbox.EventLost}

// buckets are the bounds of the histogram, in seconds: from a handler that writes a row to one
// that waits for others.
var buckets = []float64{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300}

// New returns the metrics of a process. The survey says what the ledger has, at each scrape.
func New(s *survey.Survey, version string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &Metrics{
		survey:   s,
		registry: prometheus.NewRegistry(),
		messages: counter("imapcompat_messages_total", "Attempts at messages that ended, by outcome; one that failed is tried again.", "box", "outcome"),
		found:    counter("imapcompat_messages_found_total", "Messages found that the ledger did not know.", "box"),
		settled:  counter("imapcompat_messages_settled_total", "Messages moved, deleted or flagged after they were recorded.", "box"),
		troubles: counter("imapcompat_errors_total", "Errors of the mail server, the login or the ledger.", "box"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "imapcompat_handler_duration_seconds", Help: "How long handlers took for a message.", Buckets: buckets,
		}, []string{"box"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "imapcompat_build_info", Help: "Always 1. The labels tell the version.",
		ConstLabels: prometheus.Labels{"version": label(version), "goversion": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(m.messages, m.found, m.settled, m.troubles, m.duration, build, ledgerCollector{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observer returns what counts the events of the job of a box: [inbox.Job.Observe]. All
// counters of the box begin with 0, so that the first failure is an increase too.
func (m *Metrics) Observer(box string) func(inbox.Event) {
	box = label(box)
	ended := map[inbox.EventKind]prometheus.Counter{}
	for _, kind := range outcomes {
		ended[kind] = m.messages.WithLabelValues(box, string(kind))
	}
	found, settled := m.found.WithLabelValues(box), m.settled.WithLabelValues(box)
	troubles, duration := m.troubles.WithLabelValues(box), m.duration.WithLabelValues(box)
	return func(e inbox.Event) {
		if c := ended[e.Kind]; c != nil {
			c.Inc()
		}
		if e.Took > 0 {
			duration.Observe(e.Took.Seconds())
		}
		switch e.Kind {
		case inbox.EventScanned:
			found.Add(float64(e.Count))
		case inbox.EventSettled:
			settled.Add(float64(e.Count))
		case inbox.EventTrouble:
			troubles.Inc()
		}
	}
}

// label returns a text as the value of a label, which is valid UTF-8.
func label(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strconv.Quote(s)
}

// Handler returns the handler of the paths /metrics, /healthz and /readyz.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", m.ready)
	return mux
}

// ready answers 200 if the ledger answers and, where jobs watch, one of them at least has a
// connection: a single mailbox that is refused does not take the others off.
func (m *Metrics) ready(w http.ResponseWriter, r *http.Request) {
	boxes, _, err := m.survey.Boxes(r.Context())
	watching, connected := 0, 0
	for _, b := range boxes {
		if b.Err != nil {
			err = b.Err
		}
		if b.Health.Running {
			watching++
		}
		if b.Health.Connected {
			connected++
		}
	}
	switch {
	case err != nil:
		say(w, http.StatusServiceUnavailable, "the ledger does not answer")
	case watching > 0 && connected == 0:
		say(w, http.StatusServiceUnavailable, "no mailbox is connected")
	default:
		say(w, http.StatusOK, "ready")
	}
}

func say(w http.ResponseWriter, code int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	w.Write([]byte(text + "\n"))
}

// ledgerCollector collects what the ledger and the jobs say at the time of a scrape.
type ledgerCollector struct{ survey *survey.Survey }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("imapcompat_"+name, help, append([]string{"box"}, labels...), nil)
}

var (
	byState     = describe("ledger_messages", "Messages in the ledger, by state.", "state")
	open        = describe("open_messages", "Messages that are not finished: new, claimed or failed.")
	quarantined = describe("quarantined_messages", "Messages that failed too often, or for good.")
	unsettled   = describe("unsettled_messages", "Messages that are recorded and not yet moved, deleted or flagged.")
	oldest      = describe("oldest_open_age_seconds", "How long ago the oldest message that is not finished was found. 0 if there is none.")
	lastScan    = describe("last_scan_timestamp_seconds", "When any process last looked for new messages, in Unix time. 0 if never.")
	counted     = describe("ledger_up", "Whether the ledger answered (1) or not (0); its figures are older then.")
	connected   = describe("connected", "Whether the job that watches the mailbox has a connection (1) or not (0).")
	lastPass    = describe("last_pass_timestamp_seconds", "When the job that watches last handed over all that was due, in Unix time. 0 if never.")
	beat        = describe("heartbeat_timestamp_seconds", "When the job that watches was last heard of, in Unix time. 0 if never.")
	failures    = describe("consecutive_failures", "Errors in a row since the last pass of the job that watches.")
)

// Describe implements prometheus.Collector.
func (c ledgerCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{byState, open, quarantined, unsettled, oldest, lastScan, counted, connected, lastPass, beat, failures} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. The boxes of other processes are left to these.
func (c ledgerCollector) Collect(ch chan<- prometheus.Metric) {
	boxes, at, _ := c.survey.Boxes(context.Background())
	for _, b := range boxes {
		if b.Job == nil {
			continue
		}
		set := func(d *prometheus.Desc, value float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{label(b.Name)}, labels...)...)
		}
		n := b.Counts
		for state, count := range map[inbox.State]int{
			inbox.StateNew: n.New, inbox.StateClaimed: n.Claimed, inbox.StateFailed: n.Failed, inbox.StateQuarantined: n.Quarantined,
			inbox.StateDone: n.Done, inbox.StateSkipped: n.Skipped, inbox.StateGone: n.Gone,
		} {
			set(byState, float64(count), string(state))
		}
		set(open, float64(n.Open()))
		set(quarantined, float64(n.Quarantined))
		set(unsettled, float64(n.Unsettled))
		set(oldest, age(n.Oldest, at))
		set(lastScan, unix(n.LastScan))
		set(counted, flag(b.Err == nil))
		if h := b.Health; h.Beat.IsZero() && !h.Running && h.Failures == 0 {
			continue // it does not watch, or has not begun
		}
		set(connected, flag(b.Health.Connected))
		set(lastPass, unix(b.Health.LastPass))
		set(beat, unix(b.Health.Beat))
		set(failures, float64(b.Health.Failures))
	}
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// age returns how old something was when it was counted.
func age(t, at time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return max(0, at.Sub(t).Seconds())
}
