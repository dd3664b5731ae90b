package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// counter is a handler that counts messages. Several workers may call it.
type counter struct {
	mu sync.Mutex
	h  handled
}

func newCounter() *counter { return &counter{h: handled{}} }

func (c *counter) handle(ctx context.Context, m *inbox.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.h.add(m)
	return nil
}

func run(t *testing.T, job *inbox.Job) inbox.Report {
	t.Helper()
	report, err := job.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestJob(t *testing.T) {
	const n = 50
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprint(workers, " workers"), func(t *testing.T) {
			onBoth(t, func(t *testing.T, s service) {
				srv := imaptest.NewServer(t, mail(n)...)
				c := newCounter()
				job := &inbox.Job{Box: inbox.New(s.open(t, srv), openLedger(t)), Handle: c.handle, Workers: workers, Then: inbox.Delete()}
				r := run(t, job)
				c.h.check(t, each(n))
				if r.New != n || r.Done != n || r.Settled != n || r.Left != 0 {
					t.Errorf("report %v", r)
				}
				if left := len(srv.Messages("INBOX")); left != 0 {
					t.Errorf("%d messages are left", left)
				}
				srv.Append("INBOX", imaptest.Message{Text: letter(1)})
				r = run(t, job)
				if c.h["1"] != 2 || r.Done != 1 {
					t.Errorf("a new message with the text of a removed one: %v", r)
				}
			})
		})
	}
}

func TestThen(t *testing.T) {
	onIMAP := services[0]
	for _, test := range []struct {
		then inbox.Action
		left []string // the INBOX afterwards
	}{
		{inbox.Keep(), []string{"1 []", "2 []"}},
		{inbox.Delete(), nil},
		{inbox.MoveTo("Processed"), nil},
		{inbox.Flag(`\Seen $Done`), []string{`1 [$Done \Seen]`, `2 [$Done \Seen]`}},
	} {
		t.Run(test.then.String(), func(t *testing.T) {
			srv := imaptest.NewServer(t, append(mail(2), letter(3))...)
			if err := srv.SetFlags("INBOX", 3, `\Deleted`); err != nil { // another client's mark
				t.Fatal(err)
			}
			job := &inbox.Job{Box: inbox.New(onIMAP.open(t, srv), openLedger(t)), Handle: newCounter().handle, Then: test.then, Criteria: "UNDELETED"}
			run(t, job)
			var left []string
			for _, m := range srv.Messages("INBOX") {
				slices.Sort(m.Flags)
				left = append(left, fmt.Sprint(m.UID, " ", m.Flags))
			}
			if want := append(test.left, `3 [\Deleted]`); !slices.Equal(left, want) {
				t.Errorf("left %q, want %q", left, want)
			}
		})
	}
}

// A job whose action the server cannot do fails before the first message.
func TestActionNotSupported(t *testing.T) {
	for _, test := range []struct {
		name    string
		config  imaptest.Config
		service service
		then    inbox.Action
		want    error
	}{
		{"no UIDPLUS", imaptest.Config{Without: []string{"UIDPLUS"}}, services[0], inbox.Delete(), imapcompat.ErrNotSupported},
		{"neither MOVE nor UIDPLUS", imaptest.Config{Without: []string{"UIDPLUS", "MOVE"}}, services[0], inbox.MoveTo("x"), imapcompat.ErrNotSupported},
		{"no keywords", imaptest.Config{Provider: imaptest.Exchange}, services[0], inbox.Flag("$Done"), imapcompat.ErrNotSupported},
		{"flags over POP3", imaptest.Config{}, services[1], inbox.Flag(`\Seen`), imapcompat.ErrNotSupported},
		{"a move over POP3", imaptest.Config{}, services[1], inbox.MoveTo("x"), imapcompat.ErrNotSupported},
		{"a move into itself", imaptest.Config{}, services[0], inbox.MoveTo("inbox"), imapcompat.ErrInvalidArgument},
		{"no flag", imaptest.Config{}, services[0], inbox.Flag(" "), imapcompat.ErrInvalidArgument},
		{"a folder", imaptest.Config{}, services[0], inbox.SaveTo(os.TempDir()), imapcompat.ErrInvalidArgument},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := test.config.NewServer(t, mail(2)...)
			c := newCounter()
			job := &inbox.Job{Box: inbox.New(test.service.open(t, srv), openLedger(t)), Handle: c.handle, Then: test.then}
			if _, err := job.Run(t.Context()); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			c.h.check(t, handled{})
		})
	}
}

// Several jobs at one mailbox, on a server that locks no maildrop, handle each message once.
func TestSeveralJobs(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		const n, jobs = 60, 4
		srv := imaptest.NewServer(t, mail(n)...)
		path := filepath.Join(t.TempDir(), "inbox.db")
		c := newCounter()
		var group sync.WaitGroup
		for range jobs {
			ledger, err := sqlledger.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer ledger.Close()
			box := inbox.New(s.open(t, srv), ledger)
			group.Go(func() {
				for range 3 {
					job := &inbox.Job{Box: box, Handle: c.handle, Then: inbox.Delete(), Workers: 2}
					if _, err := job.Run(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		c.h.check(t, each(n))
		if left := len(srv.Messages("INBOX")); left > 0 {
			t.Errorf("%d messages are left", left)
		}
	})
}

// A poison message does not stop the rest. It is tried again, then quarantined.
func TestPoison(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(5)...)
		folder, ledger := filepath.Join(t.TempDir(), "quarantine"), openLedger(t)
		c := newCounter()
		attempts := 0
		job := &inbox.Job{
			Box: inbox.New(s.open(t, srv), ledger), Attempts: 3, Quarantine: inbox.SaveTo(folder),
			Backoff: func(int) time.Duration { return 0 },
			Handle: func(ctx context.Context, m *inbox.Message) error {
				if m.Header().Subject == "3" {
					attempts++
					if attempts == 2 {
						panic("poison")
					}
					return errors.New("poison")
				}
				return c.handle(ctx, m)
			},
		}
		r := run(t, job)
		want := each(5)
		delete(want, "3")
		c.h.check(t, want)
		if attempts != 3 || r.Failed != 2 || r.Quarantined != 1 || r.Done != 4 || r.Left != 0 {
			t.Errorf("%d attempts, report %v", attempts, r)
		}
		files, _ := filepath.Glob(filepath.Join(folder, "*.eml"))
		if len(files) != 1 {
			t.Fatalf("files %q", files)
		}
		if text, _ := os.ReadFile(files[0]); string(text) != strings.ReplaceAll(letter(3), "\n", "\r\n") {
			t.Errorf("the file has %q", text)
		}
	})
}

// A message that kills its worker is quarantined after as many attempts as one that fails, and
// costs the others nothing.
func TestDeadlyMessage(t *testing.T) {
	srv := imaptest.NewServer(t, mail(20)...)
	ledger := openLedger(t)
	c := newCounter()
	deaths, quarantined := 0, 0
	for range 20 {
		// Nothing of a dead worker ends or gives back anything.
		ctx, die := context.WithCancel(t.Context())
		job := &inbox.Job{
			Box:      inbox.New(services[0].open(t, srv), dying{ledger, ctx}, inbox.Named("x"), inbox.WithLease(time.Second)),
			Attempts: 3,
			Handle: func(ctx context.Context, m *inbox.Message) error {
				if m.Header().Subject == "7" {
					deaths++
					die()
					return errors.New("dead")
				}
				return c.handle(ctx, m)
			},
			Observe: func(e inbox.Event) {
				if e.Kind == inbox.EventQuarantined && e.Reason == inbox.ErrWorkersDied.Error() {
					quarantined++
				}
			},
			Grace: time.Nanosecond,
		}
		job.Run(ctx)
		die()
		if quarantined > 0 {
			break
		}
		time.Sleep(1100 * time.Millisecond)
	}
	want := each(20)
	delete(want, "7")
	for subject := range want {
		if c.h[subject] == 0 {
			t.Errorf("%s was not handled", subject)
		}
	}
	if deaths != 3 || quarantined != 1 {
		t.Errorf("%d deaths, %d quarantined", deaths, quarantined)
	}
}

// dying is a ledger that records no outcome any more when its worker has died.
type dying struct {
	inbox.Ledger
	alive context.Context
}

func (d dying) Finish(ctx context.Context, outcomes []inbox.Outcome) ([]inbox.Record, error) {
	if d.alive.Err() != nil {
		return nil, nil
	}
	return d.Ledger.Finish(ctx, outcomes)
}

func (d dying) Renew(ctx context.Context, records []inbox.Record, lease time.Duration) ([]inbox.Record, error) {
	if d.alive.Err() != nil {
		return nil, nil
	}
	return d.Ledger.Renew(ctx, records, lease)
}

// Messages of one sender are handled in the order of the mailbox, whoever handles them.
func TestInOrder(t *testing.T) {
	const n = 30
	srv := imaptest.NewServer(t, mail(n)...)
	var mu sync.Mutex
	order := map[string][]string{}
	failed := map[string]bool{}
	job := &inbox.Job{
		Box: inbox.New(services[0].open(t, srv), openLedger(t)), Workers: 4, InOrder: true,
		Backoff: func(int) time.Duration { return 0 },
		Handle: func(ctx context.Context, m *inbox.Message) error {
			mu.Lock()
			defer mu.Unlock()
			h := m.Header()
			if h.Subject == "7" && !failed["7"] {
				failed["7"] = true
				return errors.New("again")
			}
			from := h.From.First().Mailbox
			order[from] = append(order[from], h.Subject)
			return nil
		},
	}
	if r := run(t, job); r.Done != n {
		t.Errorf("report %v", r)
	}
	for from, subjects := range order {
		var want []string
		for i := 1; i <= n; i++ {
			if from == fmt.Sprintf("sender%d", i%3) {
				want = append(want, fmt.Sprint(i))
			}
		}
		if !slices.Equal(subjects, want) {
			t.Errorf("%s: %v", from, subjects)
		}
	}
}

func TestTimeLimit(t *testing.T) {
	srv := imaptest.NewServer(t, mail(2)...)
	job := &inbox.Job{
		Box: inbox.New(services[0].open(t, srv), openLedger(t)), TimeLimit: 20 * time.Millisecond, Attempts: 1,
		Handle: func(ctx context.Context, m *inbox.Message) error {
			if m.Header().Subject == "1" {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		},
	}
	var reason string
	job.Observe = func(e inbox.Event) {
		if e.Kind == inbox.EventQuarantined {
			reason = e.Reason
		}
	}
	if r := run(t, job); r.Quarantined != 1 || r.Done != 1 {
		t.Errorf("report %v", r)
	}
	if !strings.Contains(reason, "time limit") {
		t.Errorf("the reason is %q", reason)
	}
}

// A connection does not wait for the answers to further changes of flags. What the server has
// not done is not recorded as settled.
func TestFlagLost(t *testing.T) {
	for name, fault := range map[string]imaptest.Fault{
		"the connection": {Command: "STORE", Drop: imaptest.DropBefore},
		"refused":        {Command: "STORE", Refuse: "Not now"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t)
			ledger := openLedger(t)
			mbox := services[0].open(t, srv)
			const n = 5
			for i := range n {
				srv.Append("INBOX", imaptest.Message{Text: letter(i + 1)})
				h := handled{}
				doneLoop(t, inbox.New(mbox, ledger, inbox.WithThen(inbox.Flag(`\Flagged`))), h)
				h.check(t, handled{fmt.Sprint(i + 1): 1})
			}
			// The next STORE is for no message: it tells whether the server keeps the flag.
			fault.Skip = 1
			srv.Append("INBOX", imaptest.Message{Text: letter(n + 1)})
			if err := srv.Fail(fault); err != nil {
				t.Fatal(err)
			}
			failed := false
			for msg, err := range inbox.New(mbox, ledger, inbox.WithThen(inbox.Flag(`\Flagged`))).Messages(t.Context(), "") {
				failed = failed || err != nil
				if err == nil {
					msg.Done()
				}
			}
			if !failed {
				t.Error("the loop has no error")
			}
			doneLoop(t, inbox.New(services[0].open(t, srv), ledger, inbox.WithThen(inbox.Flag(`\Flagged`))), handled{})
			for _, m := range srv.Messages("INBOX") {
				if !slices.Contains(m.Flags, `\Flagged`) {
					t.Errorf("message with UID %d has flags %v", m.UID, m.Flags)
				}
			}
		})
	}
}

func TestDryRunAndLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(10)...)
		c, ledger := newCounter(), openLedger(t)
		box := inbox.New(s.open(t, srv), ledger)
		if r := run(t, &inbox.Job{Box: box, Limit: 4, Handle: c.handle}); r.Done != 4 || r.Left != 6 {
			t.Errorf("limited: %v", r)
		}
		if r := run(t, &inbox.Job{Box: box, DryRun: true}); r.Left != 6 || r.Done != 0 {
			t.Errorf("dry: %v", r)
		}
		if r := run(t, &inbox.Job{Box: box, Handle: c.handle}); r.Done != 6 || r.Left != 0 {
			t.Errorf("the rest: %v", r)
		}
		c.h.check(t, each(10))
	})
}

func TestJobRefused(t *testing.T) {
	box := inbox.New(services[0].open(t, imaptest.NewServer(t)), openLedger(t))
	handle := newCounter().handle
	for name, job := range map[string]*inbox.Job{
		"no box":      {Handle: handle},
		"no handler":  {Box: box},
		"negative":    {Box: box, Handle: handle, Workers: -1},
		"a save":      {Box: box, Handle: handle, Then: inbox.SaveTo("x")},
		"a day to go": {Box: box, Handle: handle, Every: -time.Hour},
	} {
		if _, err := job.Run(t.Context()); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("%s: Run: %v", name, err)
		}
		if err := job.Watch(t.Context()); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("%s: Watch: %v", name, err)
		}
	}
}

// A large message is in a file, which is gone afterwards.
func TestLargeMessage(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	text := letter(1) + strings.Repeat(strings.Repeat("x", 70)+"\n", 40_000)
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, text)
		size := int64(0)
		job := &inbox.Job{Box: inbox.New(s.open(t, srv), openLedger(t)), MaxMemory: 1,
			Handle: func(ctx context.Context, m *inbox.Message) error {
				size = m.Size()
				if m.Header().Subject != "1" {
					t.Error("no header")
				}
				return nil
			}}
		if r := run(t, job); r.Done != 1 {
			t.Errorf("report %v", r)
		}
		if want := int64(len(srv.Messages("INBOX")[0].Text)); size != want {
			t.Errorf("size %d, want %d", size, want)
		}
	})
	if files, _ := os.ReadDir(temp); len(files) > 0 {
		for _, f := range files {
			if strings.HasPrefix(f.Name(), "inbox-") {
				t.Errorf("%s is left", f.Name())
			}
		}
	}
}

// Watch hands over what comes, survives lost connections, and stops in order.
func TestWatch(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(3)...)
		seen := make(chan string, 100)
		ctx, cancel := context.WithCancel(t.Context())
		job := &inbox.Job{
			Box: inbox.New(s.open(t, srv), openLedger(t)), Every: 50 * time.Millisecond, Then: inbox.Delete(),
			Handle: func(ctx context.Context, m *inbox.Message) error {
				seen <- m.Header().Subject
				return nil
			},
		}
		ended := make(chan error, 1)
		go func() { ended <- job.Watch(ctx) }()
		expect := func(want string) {
			t.Helper()
			select {
			case got := <-seen:
				if got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			case <-time.After(30 * time.Second):
				t.Fatalf("%s does not come; %+v", want, job.Health())
			}
		}
		for i := 1; i <= 3; i++ {
			expect(fmt.Sprint(i))
		}
		srv.Append("INBOX", imaptest.Message{Text: letter(4)})
		expect("4")
		srv.DropConnections()
		srv.Append("INBOX", imaptest.Message{Text: letter(5)})
		expect("5")
		if h := job.Health(); !h.Running || h.Beat.IsZero() {
			t.Errorf("health %+v", h)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if h := job.Health(); h.Running || h.Report.Done != 5 {
			t.Errorf("health at the end %+v", h)
		}
		if left := srv.Messages("INBOX"); len(left) > 0 {
			t.Errorf("%d messages are left", len(left))
		}
	})
}
