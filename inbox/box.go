package inbox

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
)

// Box is a mailbox whose messages are handled once each.
type Box struct {
	mbox   *imapcompat.Connection
	ledger Ledger

	name       string
	owner      string
	given      bool // WithOwner has set the owner
	lease      time.Duration
	attempts   int
	backoff    func(attempt int) time.Duration
	then       Action
	quarantine Action

	mu       *sync.Mutex // guards name and maildrop between jobs of the box
	maildrop string      // the source of a POP3 mailbox, once a job has closed its connection
}

// Option is an option of [New].
type Option func(*Box)

// New returns the box of a connection and a ledger. It asks neither of them.
func New(mbox *imapcompat.Connection, ledger Ledger, opts ...Option) *Box {
	b := &Box{mbox: mbox, ledger: ledger, lease: 5 * time.Minute, attempts: 5, backoff: Backoff, mu: new(sync.Mutex)}
	for _, opt := range opts {
		opt(b)
	}
	b.given = b.owner != ""
	b.owner = cmp.Or(b.owner, defaultOwner())
	return b
}

// Named sets the name of the box in the ledger: what the messages are handled for. Two jobs
// that handle the same messages for different ends have different names. One job keeps its
// name whatever protocol, server or host its mailbox is on: within a name a message is
// handled once. Without Named the name is the user and the host of the connection, as
// "user@imap.example.org".
func Named(name string) Option { return func(b *Box) { b.name = name } }

// WithLease sets how long a message belongs to a worker that is not heard of: a worker that
// was killed has its messages handled by another one after this time. A worker that lives
// renews its lease. The default is 5 minutes, and the least is a second.
func WithLease(d time.Duration) Option { return func(b *Box) { b.lease = max(d, time.Second) } }

// WithOwner sets the name of this worker in the ledger. It differs between any two workers
// that run at the same time: jobs of one box that do so are two workers, for which the default
// is two names. The default is made of the host's name, the process and a random number.
func WithOwner(name string) Option { return func(b *Box) { b.owner = name } }

// WithAttempts sets how often a message is tried before it is quarantined. The default is 5.
func WithAttempts(n int) Option { return func(b *Box) { b.attempts = max(n, 1) } }

// WithBackoff sets how long a message waits after its attempt number n, from 1, has failed.
// The default is [Backoff].
func WithBackoff(f func(attempt int) time.Duration) Option {
	return func(b *Box) { b.backoff = f }
}

// WithThen sets what is done on the server with messages that are recorded as done. The
// default is [Keep].
func WithThen(a Action) Option { return func(b *Box) { b.then = a } }

// WithQuarantine sets where messages go that failed too often: [SaveTo] or [MoveTo]. The
// default is [Keep]: they are in the ledger, and stay in the mailbox.
func WithQuarantine(a Action) Option { return func(b *Box) { b.quarantine = a } }

// Name returns the name of the box in the ledger, once it is known: see [Named].
func (b *Box) Name() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.name
}

// Backoff returns how long a message waits after an attempt has failed, from 1: a minute,
// then twice as long each time, at most 6 hours, and up to a fifth more or less, so that
// messages that failed together are not tried together.
func Backoff(attempt int) time.Duration {
	const first, most = time.Minute, 6 * time.Hour
	d := min(float64(first)*math.Pow(2, float64(max(attempt, 1)-1)), float64(most))
	return time.Duration(d * (0.8 + 0.4*mathrand.Float64()))
}

func defaultOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:8])
}
