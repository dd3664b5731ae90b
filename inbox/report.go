package inbox

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Report says what a job has done.
type Report struct {
	New         int // messages that the ledger did not know
	Done        int // messages that were handled
	Failed      int // attempts that failed; the messages are tried again
	Quarantined int // messages that failed for good
	Skipped     int // messages that the handler passed over
	Known       int // messages that were handled before at another place
	Kept        int // of Known, those that may be others with the same text: they are left where they are
	Gone        int // messages that another client had removed
	Lost        int // messages whose lease was over before the answer
	Settled     int // messages that were moved, deleted or flagged
	Left        int // messages that are not finished: new ones, and those to be tried again
	Duration    time.Duration
}

// String returns the report in one line, without what is 0.
func (r Report) String() string {
	var b strings.Builder
	for _, n := range []struct {
		n    int
		what string
	}{
		{r.New, "new"}, {r.Done, "done"}, {r.Failed, "failed"}, {r.Quarantined, "quarantined"},
		{r.Skipped, "skipped"}, {r.Known, "known"}, {r.Kept, "kept"}, {r.Gone, "gone"}, {r.Lost, "lost"},
		{r.Settled, "settled"}, {r.Left, "left"},
	} {
		if n.n > 0 {
			fmt.Fprintf(&b, "%d %s, ", n.n, n.what)
		}
	}
	if b.Len() == 0 {
		b.WriteString("nothing to do, ")
	}
	fmt.Fprintf(&b, "in %v", r.Duration.Round(time.Millisecond))
	return b.String()
}

// plus adds another report; what is left is that of the other.
func (r Report) plus(o Report) Report {
	return Report{
		New: r.New + o.New, Done: r.Done + o.Done, Failed: r.Failed + o.Failed,
		Quarantined: r.Quarantined + o.Quarantined, Skipped: r.Skipped + o.Skipped,
		Known: r.Known + o.Known, Kept: r.Kept + o.Kept, Gone: r.Gone + o.Gone, Lost: r.Lost + o.Lost,
		Settled: r.Settled + o.Settled, Left: o.Left, Duration: r.Duration + o.Duration,
	}
}

// tally adds events up. Several goroutines may use it.
type tally struct {
	mu     sync.Mutex
	report Report
}

func (t *tally) add(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &t.report
	switch e.Kind {
	case EventDone:
		r.Done++
	case EventFailed:
		r.Failed++
	case EventQuarantined:
		r.Quarantined++
	case EventSkipped:
		r.Skipped++
	case EventKnown:
		r.Known++
		if e.Reason != "" {
			r.Kept++
		}
	case EventGone:
		r.Gone++
	case EventLost:
		r.Lost++
	case EventScanned:
		r.New += e.Count
	case EventSettled:
		r.Settled += e.Count
	}
}

func (t *tally) get() Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.report
}
