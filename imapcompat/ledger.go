package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/flatjson"
)

// ledgerSubcommands are the subcommands for the record that process keeps.
func ledgerSubcommands() []*subcommand {
	const chosen = "Without --box all boxes of the ledger count. --state takes several states, as\n" +
		"failed,quarantined: new, claimed, failed, quarantined, done, skipped, gone."
	return []*subcommand{
		{
			name: "ledger list", flags: []string{"box", "json", "ledger", "limit", "state"},
			summary: "list the messages that a ledger knows",
			details: chosen + " --json prints an object in each line.",
			run:     runLedgerList,
		},
		{
			name: "ledger show", arguments: []string{"KEY..."}, flags: []string{"box", "json", "ledger"},
			summary: "show what a ledger knows of messages",
			details: "Shows also where the messages are. --json prints an object in each line.",
			run:     runLedgerShow,
		},
		{
			name: "ledger retry", arguments: []string{"[KEY...]"}, flags: []string{"box", "json", "ledger", "state"},
			summary: "have messages tried again that failed, were quarantined or skipped",
			details: "Takes keys, or all messages of some states with --state. Their attempts are counted\n" +
				"from the beginning. What was moved away by --quarantine comes back to the mailbox by\n" +
				"hand only.\n" + chosen,
			run: runLedgerRetry,
		},
		{
			name: "ledger forget", arguments: []string{"[KEY...]"}, flags: []string{"box", "json", "ledger", "state", "yes"},
			summary: "forget messages: those that are in their mailbox are handled again",
			details: "Takes keys, or all messages of some states with --state.\n" + chosen + "\n" +
				"At a terminal the program asks before; --yes answers.",
			run: runLedgerForget,
		},
		{
			name: "ledger prune", flags: []string{"box", "json", "ledger", "older"},
			summary: "remove the records of messages that are finished and no longer in a mailbox",
			details: "Nothing is removed that would be handled again.",
			run:     runLedgerPrune,
		},
		{
			name: "ledger export", flags: []string{"box", "ledger"},
			summary: "print all that a ledger knows, as JSON lines",
			run:     runLedgerExport,
		},
		{
			name: "ledger check", flags: []string{"json", "ledger"},
			summary: "check that a ledger is sound",
			details: "Prints what is wrong. The exit code is 1 if anything is.",
			run:     runLedgerCheck,
		},
	}
}

// withLedger calls f with the ledger of a request, which exists.
func withLedger(ctx context.Context, r *request, f func(*sqlledger.Ledger) error) error {
	name := r.process.Ledger
	if name == "" {
		return r.usage("--ledger is missing")
	}
	if !strings.Contains(name, "://") {
		if _, err := os.Stat(name); err != nil {
			return err // opening would create it
		}
	}
	ledger, err := sqlledger.OpenContext(ctx, name)
	if err != nil {
		return err
	}
	return errors.Join(f(ledger), ledger.Close())
}

// boxes returns the boxes that a request is about.
func (r *request) boxes(ctx context.Context, ledger *sqlledger.Ledger) ([]string, error) {
	all, err := ledger.Boxes(ctx)
	if err != nil || r.ledger.box == "" {
		return all, err
	}
	if !slices.Contains(all, r.ledger.box) {
		return nil, fmt.Errorf("the ledger has no box %q", r.ledger.box)
	}
	return []string{r.ledger.box}, nil
}

// states reads --state.
func (r *request) states() ([]inbox.State, error) {
	if r.ledger.state == "" {
		return nil, nil
	}
	var states []inbox.State
	for word := range strings.SplitSeq(r.ledger.state, ",") {
		state := inbox.State(strings.TrimSpace(word))
		switch state {
		case inbox.StateNew, inbox.StateClaimed, inbox.StateFailed, inbox.StateQuarantined,
			inbox.StateDone, inbox.StateSkipped, inbox.StateGone:
			states = append(states, state)
		default:
			return nil, r.usage("%q is no state: states are new, claimed, failed, quarantined, done, skipped, gone", word)
		}
	}
	return states, nil
}

// listed is the number of lines that are aligned with each other.
const listed = 500

func runLedgerList(ctx context.Context, c *cli, r *request) error {
	states, err := r.states()
	if err != nil {
		return err
	}
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		names, err := r.boxes(ctx, ledger)
		if err != nil {
			return err
		}
		head := []string{"Key", "State", "Tries", "Changed", "From", "Subject", "Reason"}
		if len(names) > 1 {
			head = slices.Insert(head, 0, "Box")
		}
		rows := [][]string{head}
		left := r.process.Limit
		for _, name := range names {
			for rec, err := range ledger.Records(ctx, sqlledger.Filter{Box: name, States: states, Limit: left}) {
				if err != nil {
					return err
				}
				if r.process.Limit > 0 {
					left--
				}
				if r.json {
					if err := c.printJSON(recordOf(rec)); err != nil {
						return err
					}
					continue
				}
				row := rowOf(rec)
				if len(names) > 1 {
					row = slices.Insert(row, 0, clean(name))
				}
				if rows = append(rows, row); len(rows) == listed {
					table(c.stdout, rows, c.columns())
					rows = nil
				}
			}
			if r.process.Limit > 0 && left == 0 {
				break
			}
		}
		if !r.json {
			table(c.stdout, rows, c.columns())
		}
		return nil
	})
}

func rowOf(r inbox.Record) []string {
	return []string{
		r.Key, string(r.State), fmt.Sprint(r.Attempt), shortTime(r.LastChange),
		legible(r.Hint.From), legible(r.Hint.Subject), clean(r.Reason),
	}
}

func shortTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return shortDate(t.Unix())
}

// recordJSON is the JSON of a record.
type recordJSON struct {
	Box        string      `json:"box"`
	Key        string      `json:"key"`
	State      inbox.State `json:"state"`
	Attempt    int         `json:"attempt"`
	From       string      `json:"from"`
	Subject    string      `json:"subject"`
	MessageID  string      `json:"message_id"`
	Size       int64       `json:"size"`
	Reason     string      `json:"reason,omitempty"`
	Owner      string      `json:"owner,omitempty"`
	Due        *time.Time  `json:"due,omitempty"` // of a claimed message the end of its lease
	FirstSeen  time.Time   `json:"first_seen"`
	LastChange time.Time   `json:"last_change"`
	Places     []placeJSON `json:"places"`
}

type placeJSON struct {
	Source   string `json:"source"`
	ID       string `json:"id"` // the UID or UIDL
	Settled  bool   `json:"settled"`
	Vanished bool   `json:"vanished"`
	Removed  bool   `json:"removed"`
}

func recordOf(r inbox.Record) recordJSON {
	j := recordJSON{
		Box: r.Box, Key: r.Key, State: r.State, Attempt: r.Attempt,
		From: decodeWords(r.Hint.From), Subject: decodeWords(r.Hint.Subject), MessageID: r.Hint.MessageID,
		Size: r.Size, Reason: r.Reason, Owner: r.Owner, FirstSeen: r.FirstSeen, LastChange: r.LastChange, Places: []placeJSON{},
	}
	if !r.Due.IsZero() {
		j.Due = &r.Due
	}
	for _, l := range r.Locations {
		j.Places = append(j.Places, placeJSON{l.Source, l.ID, l.Settled, l.Vanished, l.Removed})
	}
	return j
}

func runLedgerShow(ctx context.Context, c *cli, r *request) error {
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		names, err := r.boxes(ctx, ledger)
		if err != nil {
			return err
		}
		first := true
		return eachKey(r.rest, names, func(box, key string) error {
			rec, err := ledger.Record(ctx, box, key)
			if err != nil {
				return err
			}
			if r.json {
				return c.printJSON(recordOf(rec))
			}
			if !first {
				fmt.Fprintln(c.stdout)
			}
			first = false
			c.showRecord(rec)
			return nil
		})
	})
}

// eachKey calls f for each key and the box that has it. A key that no box has, or for which f
// fails otherwise, does not stop the others.
func eachKey(keys, names []string, f func(box, key string) error) error {
	var failed error
	for _, key := range keys {
		err := inbox.ErrUnknown
		for _, box := range names {
			if err = f(box, key); !errors.Is(err, inbox.ErrUnknown) {
				break
			}
		}
		if errors.Is(err, inbox.ErrUnknown) {
			err = errors.New("the ledger does not know it")
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", key, err))
		}
	}
	return failed
}

func (c *cli) showRecord(r inbox.Record) {
	rows := [][]string{
		{"Key", r.Key}, {"Box", clean(r.Box)}, {"State", string(r.State)}, {"Tries", fmt.Sprint(r.Attempt)},
		{"Reason", clean(r.Reason)}, {"From", legible(r.Hint.From)}, {"Subject", legible(r.Hint.Subject)},
		{"Message-ID", clean(r.Hint.MessageID)}, {"Size", size(r.Size)}, {"Owner", clean(r.Owner)},
	}
	switch r.State {
	case inbox.StateFailed:
		rows = append(rows, []string{"Again at", shortTime(r.Due)})
	case inbox.StateClaimed:
		rows = append(rows, []string{"Until", shortTime(r.Due)})
	}
	rows = append(rows, []string{"First seen", shortTime(r.FirstSeen)}, []string{"Changed", shortTime(r.LastChange)})
	for _, l := range r.Locations {
		text := clean(l.Source) + ", " + clean(l.ID)
		switch {
		case l.Removed:
			text += ", moved or deleted"
		case l.Vanished:
			text += ", vanished"
		case !l.Settled && (r.State == inbox.StateDone || r.State == inbox.StateQuarantined):
			text += ", the server is to be told"
		}
		rows = append(rows, []string{"Place", text})
	}
	rows = slices.DeleteFunc(rows, func(row []string) bool { return row[1] == "" })
	table(c.stdout, rows, 0)
}

// chosen are the keys of a box that a subcommand changes.
type chosen struct{ box, key string }

// choose returns the messages that are named by keys or by --state.
func (r *request) choose(ctx context.Context, ledger *sqlledger.Ledger) (list []chosen, failed, err error) {
	states, err := r.states()
	if err != nil {
		return nil, nil, err
	}
	if (len(r.rest) == 0) == (states == nil) {
		return nil, nil, r.usage("which messages? Either KEYs or --state say it")
	}
	names, err := r.boxes(ctx, ledger)
	if err != nil {
		return nil, nil, err
	}
	failed = eachKey(r.rest, names, func(box, key string) error {
		_, err := ledger.Record(ctx, box, key)
		if err == nil {
			list = append(list, chosen{box, key})
		}
		return err
	})
	if states == nil {
		return list, failed, nil
	}
	for _, box := range names {
		for rec, err := range ledger.Records(ctx, sqlledger.Filter{Box: box, States: states}) {
			if err != nil {
				return nil, nil, err
			}
			list = append(list, chosen{box, rec.Key})
		}
	}
	return list, failed, nil
}

// changeChosen calls f for the chosen messages, and prints how many were changed.
func (c *cli) changeChosen(ctx context.Context, r *request, participle string, f func(*sqlledger.Ledger, chosen) error) error {
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		list, failed, err := r.choose(ctx, ledger)
		if err != nil {
			return err
		}
		if len(list) > 0 && participle == "forgotten" {
			if err := c.confirm(ctx, r, fmt.Sprintf("Forget %s?", plural(len(list), "message"))); err != nil {
				return err
			}
		}
		n := 0
		for _, one := range list {
			if ctx.Err() != nil {
				failed = errors.Join(failed, context.Cause(ctx))
				break
			}
			if err := f(ledger, one); err != nil {
				failed = errors.Join(failed, fmt.Errorf("%s: %w", one.key, err))
				continue
			}
			n++
			c.change.done = plural(n, "message") + " " + participle
		}
		if r.json {
			return cmp.Or(c.printJSON(map[string]int{strings.ReplaceAll(participle, " ", "_"): n}), failed)
		}
		fmt.Fprintln(c.stdout, plural(n, "message"), participle)
		c.change.done = "" // it is said
		return failed
	})
}

func runLedgerRetry(ctx context.Context, c *cli, r *request) error {
	return c.changeChosen(ctx, r, "to be tried again", func(ledger *sqlledger.Ledger, one chosen) error {
		return ledger.Retry(ctx, one.box, one.key)
	})
}

func runLedgerForget(ctx context.Context, c *cli, r *request) error {
	return c.changeChosen(ctx, r, "forgotten", func(ledger *sqlledger.Ledger, one chosen) error {
		return ledger.Forget(ctx, one.box, one.key)
	})
}

func runLedgerPrune(ctx context.Context, c *cli, r *request) error {
	if r.ledger.older <= 0 {
		return r.usage("--older is missing, as 90d")
	}
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		names, err := r.boxes(ctx, ledger)
		if err != nil {
			return err
		}
		n := 0
		for _, box := range names {
			removed, err := ledger.Prune(ctx, box, time.Duration(r.ledger.older))
			if n += removed; err != nil {
				c.change.done = plural(n, "record") + " removed"
				return err
			}
		}
		if r.json {
			return c.printJSON(map[string]int{"removed": n})
		}
		fmt.Fprintln(c.stdout, plural(n, "record"), "removed")
		return nil
	})
}

func runLedgerExport(ctx context.Context, c *cli, r *request) error {
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		names, err := r.boxes(ctx, ledger)
		if err != nil {
			return err
		}
		for _, box := range names {
			if err := ledger.Export(ctx, &escaper{w: c.stdout}, box); err != nil {
				return err
			}
		}
		return nil
	})
}

// escaper escapes control characters in lines of JSON: see package flatjson.
type escaper struct {
	w       io.Writer
	partial []byte
}

func (e *escaper) Write(p []byte) (int, error) {
	e.partial = append(e.partial, p...)
	for {
		i := slices.Index(e.partial, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := append(flatjson.EscapeControls(e.partial[:i]), '\n')
		e.partial = e.partial[i+1:]
		if _, err := e.w.Write(line); err != nil {
			return 0, err
		}
	}
}

func runLedgerCheck(ctx context.Context, c *cli, r *request) error {
	return withLedger(ctx, r, func(ledger *sqlledger.Ledger) error {
		faults, err := ledger.Integrity(ctx)
		if err != nil {
			return err
		}
		if r.json {
			if err := c.printJSON(map[string][]string{"faults": append([]string{}, faults...)}); err != nil {
				return err
			}
		} else {
			for _, fault := range faults {
				fmt.Fprintln(c.stdout, clean(fault))
			}
		}
		if len(faults) > 0 {
			return errors.New("the ledger is not sound")
		}
		if !r.json {
			fmt.Fprintln(c.stdout, "the ledger is sound")
		}
		return nil
	})
}
