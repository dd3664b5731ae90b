package otherclients_test

import (
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/otherclients"
)

var (
	schedules = flag.Int("schedules", 60, "how many schedules TestOtherClients plays on each service")
	onlySeed  = flag.Uint64("seed", 0, "the seed of the one schedule that TestOtherClients plays; 0 is new ones")
)

// While others deliver, flag, expunge and move, a deletion affects the message that was seen
// under the number or UID. A failure prints the seed, and -run TestOtherClients/IMAP -seed=N
// repeats it.
func TestOtherClients(t *testing.T) {
	for _, service := range []string{"IMAP", "POP3"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			n := *schedules
			if *onlySeed != 0 {
				n = 1
			}
			for range n {
				s := *onlySeed
				if s == 0 {
					s = 1 + rand.Uint64N(1<<40)
				}
				playSchedule(t, service, s)
			}
		})
	}
}

func playSchedule(t *testing.T, service string, seed uint64) {
	t.Helper()
	srv, err := imaptest.Start(imaptest.Config{})
	must(t, err)
	defer srv.Close()
	must(t, srv.CreateMailbox("Elsewhere"))
	name := srv.IMAP()
	if service == "POP3" {
		name = srv.POP3()
	}
	var opts []imapcompat.Option
	if seed%2 == 0 {
		opts = append(opts, imapcompat.WithMove())
	}
	caller, err := imapcompat.Open(name, srv.User, srv.Password, opts...)
	must(t, err)
	other, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, opts...)
	must(t, err)
	defer other.Close()
	schedule := otherclients.Schedule{
		Seed: seed, Steps: 30, Caller: caller, Other: other, Ref: srv.IMAPRef(), POP3: service == "POP3",
	}
	if err := schedule.Run(); err != nil {
		t.Error(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
