package kills

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// check compares the effects, the ledger and the mailbox with what was sent.
func (p *play) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	recorded, err := p.recorded()
	if err != nil {
		return err
	}
	there, err := p.look("INBOX")
	if err != nil {
		return err
	}
	moved := map[string][]string{}
	if p.then == "move" {
		if moved, err = p.look("Processed"); err != nil {
			return err
		}
	}
	for n := range p.sent {
		subject := fmt.Sprint(n + 1)
		switch got := recorded.effects[subject]; {
		case got == 1:
		case got == 0 && p.lost[subject] && len(there[subject])+len(moved[subject]) == 0: // was never delivered
			continue
		case got == 0:
			fault("message %s is lost: it has no effect", subject)
		default:
			fault("message %s is doubled: it has %d effects", subject, got)
		}
		p.checkMessage(subject, there[subject], moved[subject], fault)
	}
	counts := recorded.counts
	if counts.Open() > 0 || counts.Unsettled > 0 || counts.Quarantined > 0 || counts.Skipped > 0 {
		fault("the ledger has %+v", counts)
	}
	for _, one := range recorded.odd {
		fault("the ledger is broken: %s", one)
	}
	return errors.Join(faults...)
}

// records are what the database has of a case.
type records struct {
	effects map[string]int // by message
	counts  inbox.Counts
	odd     []string
}

// recorded reads the database, which another case may crash meanwhile.
func (p *play) recorded() (r records, err error) {
	err = again(func() error {
		ledger, err := sqlledger.Open(p.ledger)
		if err != nil {
			return err
		}
		defer ledger.Close()
		ctx := context.Background()
		if r.effects, err = p.effects(ledger); err != nil {
			return err
		}
		if r.counts, err = ledger.Counts(ctx, box); err != nil {
			return err
		}
		r.odd, err = ledger.Integrity(ctx)
		return err
	})
	return r, err
}

// checkMessage checks where a message is that is done. Each element of there is the flags of
// one in INBOX.
func (p *play) checkMessage(subject string, there, moved []string, fault func(string, ...any)) {
	want := 1
	if p.then == "move" || p.then == "delete" {
		want = 0
	}
	if len(there) != want {
		fault("message %s is in INBOX %d times", subject, len(there))
	}
	for _, flags := range there {
		if slices.Contains(p.protocols, "pop3") { // whose RETR sets it
			flags = strings.TrimSuffix(flags, `\Seen`)
		}
		switch {
		case p.then == "flag" && flags != `\Flagged`, p.then == "keep" && flags != "":
			fault("message %s has the flags %q", subject, flags)
		}
	}
	switch {
	case p.then != "move" || len(moved) == 1:
	case len(moved) > 1 && p.target == theServer:
		p.twice += len(moved) - 1 // the server was killed in its MOVE, which is no transaction
	default:
		fault("message %s is in Processed %d times", subject, len(moved))
	}
}

// effects counts the effects of each message.
func (p *play) effects(ledger *sqlledger.Ledger) (map[string]int, error) {
	rows, err := ledger.DB().Query("SELECT message FROM effects")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	effects := map[string]int{}
	for rows.Next() {
		var subject string
		if err := rows.Scan(&subject); err != nil {
			return nil, err
		}
		effects[subject]++
	}
	return effects, rows.Err()
}

// look returns the flags of the messages in a mailbox, by subject.
func (p *play) look(mailbox string) (found map[string][]string, err error) {
	err = again(func() error {
		found = map[string][]string{}
		conn, err := p.account.open("imap")
		if err != nil {
			return err
		}
		defer conn.Close()
		if err := conn.Reopen(p.account.ref + mailbox); err != nil {
			return err
		}
		if n, err := conn.NumMsg(); err != nil || n == 0 {
			return err
		}
		list, err := conn.FetchOverview("1:*")
		for _, o := range list {
			var flags string
			if o.Flagged {
				flags += `\Flagged`
			}
			if o.Seen {
				flags += `\Seen`
			}
			if o.Deleted {
				flags += `\Deleted`
			}
			found[o.Subject] = append(found[o.Subject], flags)
		}
		return err
	})
	return found, err
}
