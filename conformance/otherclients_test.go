package conformance

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/internal/otherclients"
)

// dovecotSchedules is the number of schedules on Dovecot. IMAPCOMPAT_PERCENT scales it.
const dovecotSchedules = 200

// TestOtherClients runs on Dovecot what the library's test of that name runs on imaptest.
func TestOtherClients(t *testing.T) {
	needOracle(t)
	each := dovecotSchedules / 4 * setting(t, manyVariable, 100) / 100
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			checks(t)
			for range each {
				playSchedule(t, 1+rand.Uint64N(1<<40))
			}
		})
	}
}

func playSchedule(t *testing.T, seed uint64) {
	t.Helper()
	p := newPlace(t, mailbox{name: "INBOX"}, mailbox{name: "Elsewhere"})
	ref := fmt.Sprintf("{%s/imap/notls}", harness.Address(p.imap))
	var opts []imapcompat.Option
	if seed%2 == 0 {
		opts = append(opts, imapcompat.WithMove())
	}
	var conns []*imapcompat.Connection
	for range 2 {
		conn, err := imapcompat.Open(ref+"INBOX", p.user, dovecot.Password, opts...)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	defer conns[1].Close()
	schedule := otherclients.Schedule{Seed: seed, Steps: 30, Caller: conns[0], Other: conns[1], Ref: ref}
	if err := schedule.Run(); err != nil {
		t.Error(err)
	}
}
