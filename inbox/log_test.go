package inbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
)

// A log in JSON has a record for each event, with fields to search for, and neither the password
// nor what the messages say.
func TestLogger(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.Config{User: "joe", Password: "very-secret-password", Messages: []imaptest.Message{
			{Text: letter(1)}, {Text: letter(2)}, {Text: letter(3)},
		}}.NewServer(t)
		var out bytes.Buffer
		job := &inbox.Job{
			Box:    inbox.New(s.open(t, srv), openLedger(t), inbox.Named("tickets")),
			Logger: slog.New(slog.NewJSONHandler(&out, nil)),
			Then:   inbox.Delete(),
			Handle: func(_ context.Context, m *inbox.Message) error {
				switch m.Header().Subject {
				case "2":
					return errors.New("the printer is on fire")
				case "3":
					return inbox.Permanent(errors.New("no invoice"))
				}
				return nil
			},
		}
		run(t, job)
		levels := map[string]string{}
		for line := range strings.Lines(out.String()) {
			var record struct {
				Level, Msg, Box, Event, Key, ID, Reason string
				Attempt, Count                          int
				Retry                                   int64
			}
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Fatal(line, err)
			}
			if record.Msg != "inbox" || record.Box != "tickets" {
				t.Error(line)
			}
			levels[record.Event] = record.Level
			switch record.Event {
			case "failed":
				if record.Key == "" || record.ID == "" || record.Attempt != 1 || record.Reason != "the printer is on fire" || record.Retry <= 0 {
					t.Error(line)
				}
			case "scanned":
				if record.Count != 3 {
					t.Error(line)
				}
			}
		}
		want := map[string]string{"scanned": "INFO", "done": "INFO", "settled": "INFO", "failed": "WARN", "quarantined": "ERROR"}
		if !maps.Equal(levels, want) {
			t.Errorf("levels %v, want %v", levels, want)
		}
		for _, secret := range []string{srv.Password, "sender1", "Text of", "same@example.org"} {
			if strings.Contains(out.String(), secret) {
				t.Errorf("the log has %q:\n%s", secret, &out)
			}
		}
	})
}
