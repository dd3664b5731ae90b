package kills

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

var (
	number   = flag.Int("kills", 0, "how many kills there are at least, on Dovecot and PostgreSQL too; 0 is a few, which need neither")
	parallel = flag.Int("cases", 8, "how many cases run at the same time")
	onlySeed = flag.Uint64("seed", 0, "the seed of the one case to play")
	first    = flag.Uint64("first", 1, "the seed of the first case; 0 is new ones")
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		if err := work(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKills kills until the number of kills is reached.
func TestKills(t *testing.T) {
	all := newTable()
	t.Cleanup(func() { t.Logf("\n%v", all) })
	servers, databases, wanted := []mailServer{new(testServer)}, []database{file{}}, 12
	if *number > 0 {
		wanted = *number
		srv, err := dovecot.Start()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if t.Failed() {
				t.Log(srv.Log())
			}
			srv.Close()
		})
		servers = []mailServer{&realServer{Server: srv}}
		databases = append(databases, startCluster(t))
	}
	lanes := *parallel
	if *onlySeed != 0 {
		lanes, wanted = 1, 1
	}
	t.Run("cases", func(t *testing.T) {
		for range lanes {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for all.sum() < wanted && !t.Failed() {
					seed := nextSeed()
					playCase(t, seed, servers, databases, all)
				}
			})
		}
	})
}

var played atomic.Uint64

// nextSeed returns the seed of the next case.
func nextSeed() uint64 {
	switch {
	case *onlySeed != 0:
		return *onlySeed
	case *first == 0:
		return 1 + rand.Uint64N(1<<40)
	}
	return *first + played.Add(1) - 1
}

func playCase(t *testing.T, seed uint64, servers []mailServer, databases []database, all *table) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	s := draw(r, servers, databases)
	t.Run(fmt.Sprint(seed), func(t *testing.T) {
		account, err := s.server.account()
		if err != nil {
			t.Fatal(err)
		}
		defer account.close()
		name, err := s.database.ledger(t)
		if err != nil {
			t.Fatal(err)
		}
		p := &play{scenario: s, r: r, account: account, ledger: name, kills: all, lost: map[string]bool{}}
		if err := p.run(5); err != nil {
			t.Fatalf("%v\nseed %d: %v", err, seed, s)
		}
		all.add(p)
	})
}

// draw returns a random scenario.
func draw(r *rand.Rand, servers []mailServer, databases []database) scenario {
	s := scenario{
		server: pick(r, servers), database: pick(r, databases), then: pick(r, []string{"keep", "delete", "move", "flag"}),
		keyed: r.IntN(4) == 0, processes: 1 + r.IntN(3), workers: 1 + r.IntN(2), target: worker,
	}
	s.protocols = []string{"imap"}
	if actions[s.then].pop3 {
		s.protocols = pick(r, [][]string{{"imap"}, {"pop3"}, {"imap", "pop3"}})
	}
	switch r.IntN(6) {
	case 0:
		s.target = theServer
	case 1:
		if s.database.crashes() {
			s.target = theLedger
		}
	}
	return s
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
