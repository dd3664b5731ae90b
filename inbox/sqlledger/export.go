package sqlledger

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"time"
)

// exportedSource is a line of an export.
type exportedSource struct {
	Type    string     `json:"type"` // "source"
	Box     string     `json:"box"`
	Source  string     `json:"source"`
	Cursor  string     `json:"cursor"`
	Owner   string     `json:"owner,omitempty"`
	Fence   int64      `json:"fence"`
	Until   *time.Time `json:"until,omitempty"`
	Scanned *time.Time `json:"scanned,omitempty"`
}

// exportedRecord is a line of an export.
type exportedRecord struct {
	Type       string          `json:"type"` // "record"
	Box        string          `json:"box"`
	Key        string          `json:"key"`
	State      string          `json:"state"`
	Lane       string          `json:"lane,omitempty"`
	Attempt    int             `json:"attempt"`
	Owner      string          `json:"owner,omitempty"`
	Fence      int64           `json:"fence"`
	Due        *time.Time      `json:"due,omitempty"`
	Size       int64           `json:"size,omitempty"`
	From       string          `json:"from,omitempty"`
	Subject    string          `json:"subject,omitempty"`
	MessageID  string          `json:"message_id,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	FirstSeen  *time.Time      `json:"first_seen"`
	LastChange *time.Time      `json:"last_change"`
	Places     []exportedPlace `json:"places"`
	Contents   []string        `json:"contents,omitempty"`
}

type exportedPlace struct {
	Source   string `json:"source"`
	ID       string `json:"id"`
	Settled  bool   `json:"settled,omitempty"`
	Vanished bool   `json:"vanished,omitempty"`
	Removed  bool   `json:"removed,omitempty"`
}

var (
	allSources = sqlText(`SELECT name, cursor_text, owner, fence, until, scanned FROM inbox_sources WHERE box = $1 ORDER BY name`)
	contentsOf = sqlText(`SELECT content FROM inbox_contents WHERE record = $1 ORDER BY id`)
)

// Export writes all that the ledger knows of a box as JSON lines: a line with "type" "source"
// for each source, and then one with "type" "record" for each message, in their order. Exact
// texts are as they are in the tables: one that JSON cannot hold is `\x` and hexadecimal digits.
// Like Records it reads some hundred records at a time.
func (l *Ledger) Export(ctx context.Context, w io.Writer, box string) error {
	buffered := bufio.NewWriter(w)
	enc := json.NewEncoder(buffered)
	enc.SetEscapeHTML(false)
	q := l.read()
	number, err := q.id(ctx, boxID, encode(box))
	if err != nil || number == 0 {
		return failure("Export", err)
	}
	err = q.query(ctx, allSources, func(rows *sql.Rows) error {
		s := exportedSource{Type: "source", Box: encode(box)}
		var until, scanned int64
		if err := rows.Scan(&s.Source, &s.Cursor, &s.Owner, &s.Fence, &until, &scanned); err != nil {
			return err
		}
		s.Until, s.Scanned = jsonTime(moment(until)), jsonTime(moment(scanned))
		return enc.Encode(s)
	}, number)
	if err != nil {
		return failure("Export", err)
	}
	var failed error
	err = l.records(ctx, Filter{Box: box}, func(r found) bool {
		failed = l.exportRecord(ctx, enc, r)
		return failed == nil
	})
	for _, err := range []error{err, failed} {
		if err != nil {
			return failure("Export", err)
		}
	}
	return failure("Export", buffered.Flush())
}

func (l *Ledger) exportRecord(ctx context.Context, enc *json.Encoder, r found) error {
	line := exportedRecord{
		Type: "record", Box: encode(r.Box), Key: encode(r.Key), State: string(r.State), Lane: encode(r.Lane),
		Attempt: r.Attempt, Owner: encode(r.Owner), Fence: r.Fence, Due: jsonTime(r.Due), Size: r.Size,
		From: r.Hint.From, Subject: r.Hint.Subject, MessageID: r.Hint.MessageID, Reason: r.Reason,
		FirstSeen: jsonTime(r.FirstSeen), LastChange: jsonTime(r.LastChange), Places: []exportedPlace{},
	}
	for _, p := range r.Locations {
		line.Places = append(line.Places, exportedPlace{encode(p.Source), encode(p.ID), p.Settled, p.Vanished, p.Removed})
	}
	err := l.read().query(ctx, contentsOf, func(rows *sql.Rows) error {
		var content string
		err := rows.Scan(&content)
		line.Contents = append(line.Contents, content)
		return err
	}, r.id)
	if err != nil {
		return err
	}
	return enc.Encode(line)
}

func jsonTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
