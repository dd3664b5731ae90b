package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// tally counts what has happened.
type tally struct {
	inbox.Report
	counted int // failures of messages
	later   int // messages that are to be tried again for something else than themselves
}

// add counts an event.
func (t *tally) add(e inbox.Event) {
	switch e.Kind {
	case inbox.EventDone:
		t.Done++
	case inbox.EventFailed:
		t.Failed++
		if e.Uncounted {
			t.later++
		} else {
			t.counted++
		}
	case inbox.EventQuarantined:
		t.Quarantined++
		t.counted++
	case inbox.EventSkipped:
		t.Skipped++
	case inbox.EventGone:
		t.Gone++
	case inbox.EventKnown:
		t.Known++
		if e.Reason != "" {
			t.Kept++
		}
	case inbox.EventLost:
		t.Lost++
	case inbox.EventScanned:
		t.New += e.Count
	case inbox.EventSettled:
		t.Settled += e.Count
	}
}

// nothing reports whether nothing has happened.
func (t *tally) nothing() bool { return t.Report == inbox.Report{} }

// report returns what a task has done.
func (t *task) report() inbox.Report {
	r := t.tally.Report
	r.Left, r.Duration = t.left, t.took
	return r
}

// observe counts and shows an event.
func (p *processor) observe(t *task, e inbox.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.tally.add(e)
	p.all.add(e)
	p.measure(t, e)
	if p.request.json {
		p.printJSON(t.json(e)) // the first error of standard output is kept
	}
	if p.request.process.quiet && errors.Is(e.Err, inbox.ErrBusy) {
		return // another process does the work
	}
	switch e.Kind {
	case inbox.EventFailed, inbox.EventQuarantined, inbox.EventTrouble, inbox.EventLost:
		p.bar.clear()
		p.say("%s", t.oneLine(e))
	case inbox.EventNew:
		if !p.request.json {
			fmt.Fprintln(p.cli.stdout, t.prefix(dryLine(e)))
		}
	}
	p.showProgress()
}

// dryLine is the line of a message that would be handed over.
func dryLine(e inbox.Event) string {
	text := "UID " + clean(e.Record.Place.ID)
	if e.Record.Key != "" {
		text += fmt.Sprintf(", %s, tried %s", e.Record.Key, plural(e.Record.Attempt, "time"))
	}
	return text
}

// showProgress shows the counts at a terminal, some times a second.
func (p *processor) showProgress() {
	const between = 200 * time.Millisecond
	if p.bar == nil || p.bar.w == nil || time.Since(p.bar.begin) < progressDelay || time.Since(p.rate) < between {
		return
	}
	p.rate = time.Now()
	n := p.all.Done + p.all.Failed + p.all.Quarantined + p.all.Skipped
	text := fmt.Sprintf("process: %d done, %d failed, %d quarantined, %.1f a second",
		p.all.Done, p.all.Failed, p.all.Quarantined, float64(n)/time.Since(p.bar.begin).Seconds())
	p.bar.line(cut(text, max(columnsOf(p.bar.w)-1, 0)))
}

// eventJSON is a line of "imapcompat process --json".
type eventJSON struct {
	Event     string  `json:"event"`
	Time      string  `json:"time"`
	Account   string  `json:"account,omitempty"`
	Box       string  `json:"box,omitempty"`
	Key       string  `json:"key,omitempty"`
	ID        string  `json:"id,omitempty"` // the UID or UIDL
	Attempt   int     `json:"attempt,omitempty"`
	From      string  `json:"from,omitempty"`
	Subject   string  `json:"subject,omitempty"`
	MessageID string  `json:"message_id,omitempty"`
	Size      int64   `json:"size,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	Retry     float64 `json:"retry,omitempty"` // seconds until the next attempt
	Took      float64 `json:"took,omitempty"`  // seconds of the handler
	Count     int     `json:"count,omitempty"`
}

func (t *task) json(e inbox.Event) eventJSON {
	j := eventJSON{
		Event: string(e.Kind), Time: e.Time.UTC().Format(time.RFC3339Nano), Account: t.account,
		Key: e.Record.Key, ID: e.Record.Place.ID, Attempt: e.Record.Attempt,
		From: decodeWords(e.Record.Hint.From), Subject: decodeWords(e.Record.Hint.Subject),
		MessageID: e.Record.Hint.MessageID, Size: e.Record.Size,
		Reason: e.Reason, Retry: e.Retry.Seconds(), Took: e.Took.Seconds(), Count: e.Count,
	}
	if t.box != nil {
		j.Box = t.box.Name()
	}
	if e.Err != nil {
		j.Reason = describe(e.Err)
	}
	return j
}

// summaryJSON is the last line of a mailbox.
type summaryJSON struct {
	Event       string  `json:"event"` // "report"
	Account     string  `json:"account,omitempty"`
	Box         string  `json:"box,omitempty"`
	New         int     `json:"new"`
	Done        int     `json:"done"`
	Failed      int     `json:"failed"`
	Quarantined int     `json:"quarantined"`
	Skipped     int     `json:"skipped"`
	Known       int     `json:"known"`
	Kept        int     `json:"kept"`
	Gone        int     `json:"gone"`
	Lost        int     `json:"lost"`
	Settled     int     `json:"settled"`
	Left        int     `json:"left"`
	Seconds     float64 `json:"seconds"`
	Error       string  `json:"error,omitempty"`
	DryRun      bool    `json:"dry_run,omitempty"`
}

func (t *task) summary() summaryJSON {
	n := t.report()
	s := summaryJSON{
		Event: "report", Account: t.account, New: n.New, Done: n.Done, Failed: n.Failed, Quarantined: n.Quarantined,
		Skipped: n.Skipped, Known: n.Known, Kept: n.Kept, Gone: n.Gone, Lost: n.Lost, Settled: n.Settled, Left: n.Left,
		Seconds: n.Duration.Seconds(), DryRun: t.job.DryRun,
	}
	if t.box != nil {
		s.Box = t.box.Name()
	}
	if t.err != nil {
		s.Error = describe(t.err)
	}
	return s
}
