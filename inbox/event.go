package inbox

import (
	"bytes"
	"log/slog"
	"strings"
	"time"
)

// EventKind is what has happened.
type EventKind string

const (
	EventDone        EventKind = "done"
	EventFailed      EventKind = "failed"
	EventQuarantined EventKind = "quarantined"
	EventSkipped     EventKind = "skipped"
	EventGone        EventKind = "gone"  // another client has removed the message
	EventKnown       EventKind = "known" // the message is the one of Record, at another place; with a Reason it is left there
	EventLost        EventKind = "lost"  // the lease was over before the answer
	EventScanned     EventKind = "scanned"
	EventSettled     EventKind = "settled"
	EventTrouble     EventKind = "trouble" // the server or the ledger failed
)

// Event is something that happened in a job, for logs, metrics and progress.
type Event struct {
	Kind   EventKind
	Time   time.Time
	Record Record        // of a message
	Reason string        // of a failure or a skip, and of a known message that is left where it is
	Retry  time.Duration // of a failure: until the next attempt
	// Uncounted, of a failure, means that it says nothing about the message: see [Later].
	Uncounted bool
	Took      time.Duration // the time of the handler
	Count     int           // of EventScanned the new messages, of EventSettled the settled ones
	Err       error         // of EventTrouble and EventLost
}

// LogValue returns the event as attributes of a log record.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("event", string(e.Kind))}
	if e.Record.Key != "" {
		attrs = append(attrs, slog.String("key", e.Record.Key), slog.String("id", e.Record.Place.ID),
			slog.Int("attempt", e.Record.Attempt))
	}
	if e.Reason != "" {
		attrs = append(attrs, slog.String("reason", e.Reason))
	}
	if e.Retry > 0 {
		attrs = append(attrs, slog.Duration("retry", e.Retry))
	}
	if e.Took > 0 {
		attrs = append(attrs, slog.Duration("took", e.Took))
	}
	if e.Count > 0 {
		attrs = append(attrs, slog.Int("count", e.Count))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

// level returns the level of the log record of an event.
func (e Event) level() slog.Level {
	switch e.Kind {
	case EventFailed, EventLost, EventTrouble:
		return slog.LevelWarn
	case EventQuarantined:
		return slog.LevelError
	}
	return slog.LevelInfo
}

// maxHint bounds each field of a hint, in octets.
const maxHint = 500

// hintOf returns the hint of a header.
func hintOf(header []byte) Hint {
	var h Hint
	fields := map[string]*string{"from": &h.From, "subject": &h.Subject, "message-id": &h.MessageID}
	var field *string
	for line := range bytes.Lines(header) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			if field != nil {
				*field += string(line) // unfolded, RFC 5322 section 2.2.3
			}
			continue
		}
		field = nil
		name, value, found := bytes.Cut(line, []byte{':'})
		if len(name) > len("message-id") || !found {
			continue
		}
		if f := fields[strings.ToLower(string(name))]; f != nil && *f == "" {
			field, *f = f, strings.TrimSpace(string(value))
		}
	}
	for _, f := range fields {
		*f = (*f)[:min(len(*f), maxHint)]
	}
	return h
}
