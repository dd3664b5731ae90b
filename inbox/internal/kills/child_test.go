package kills

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/internal/failpoint"
)

// childVariable has the order of a worker; it makes the test binary one.
const childVariable = "IMAPCOMPAT_KILLS_ORDER"

// order is what a worker does.
type order struct {
	Mailbox, User, Password string
	Ledger                  string
	Then                    string // action.name
	Keyed                   bool   // the effect is written under the key, before the message is done
	Workers                 int    // handlers at the same time
	Step                    string // the step at which it waits, "" for none
	Hit                     int32  // how often it reaches the step before, and once more
}

// lease is the shortest one.
const lease = time.Second

// work is a worker. It ends when nothing is left to do, and otherwise when it is killed or its
// parent has ended.
func work(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	w := &child{order: o, reply: make(chan struct{})}
	go w.listen()
	failpoint.Set(w.at)
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		finished, err := w.once(context.Background())
		if finished {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not finished after %v: %v", patience, err)
		}
	}
}

// patience is how long a worker tries. It should never pass.
const patience = 60 * time.Second

type child struct {
	order
	hits  atomic.Int32
	reply chan struct{}
	db    *sql.DB
}

// listen waits for the parent.
func (w *child) listen() {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err == nil {
		close(w.reply)
		_, err = in.ReadString('\n') // until the parent ends
		_ = err
	}
	os.Exit(3)
}

// at tells the parent that the worker has come to its step, and waits.
func (w *child) at(step string) {
	if step == w.Step && w.hits.Add(1) == w.Hit {
		fmt.Println("here")
		<-w.reply
	}
}

// once runs the job, and reports whether nothing is left.
func (w *child) once(ctx context.Context) (finished bool, err error) {
	ledger, err := sqlledger.Open(w.Ledger)
	if err != nil {
		return false, err
	}
	defer ledger.Close()
	w.db = ledger.DB()
	mbox, err := imapcompat.Open(w.Mailbox, w.User, w.Password)
	if err != nil {
		return false, err
	}
	defer mbox.Close()
	job := &inbox.Job{
		Box: inbox.New(mbox, ledger, inbox.Named(box), inbox.WithLease(lease), inbox.WithAttempts(1000),
			inbox.WithBackoff(func(int) time.Duration { return 0 })),
		Then: actions[w.Then].action, Workers: w.Workers, Handle: w.handle,
	}
	report, err := job.Run(ctx)
	if err != nil {
		return false, err
	}
	counts, err := ledger.Counts(ctx, box)
	if err == nil && (counts.Open() > 0 || counts.Unsettled > 0) {
		err = fmt.Errorf("%v; %+v", report, counts)
	}
	return err == nil, err
}

const box = "kills"

func (w *child) handle(ctx context.Context, m *inbox.Message) error {
	failpoint.Hit("handle")
	defer failpoint.Hit("handled")
	subject := m.Header().Subject
	if w.Keyed {
		_, err := w.db.ExecContext(ctx, "INSERT INTO effects (name, message) VALUES ($1, $2) ON CONFLICT DO NOTHING", m.Key(), subject)
		failpoint.Hit("effect")
		return err
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, "INSERT INTO effects (message) VALUES ($1)", subject); err != nil {
		return err
	}
	failpoint.Hit("effect")
	if err := m.DoneTx(tx); err != nil {
		return err
	}
	failpoint.Hit("commit")
	err = tx.Commit()
	failpoint.Hit("committed")
	return err
}

// action is what becomes of a message that is done.
type action struct {
	action inbox.Action
	pop3   bool // is possible there
}

var actions = map[string]action{
	"keep":   {inbox.Keep(), true},
	"delete": {inbox.Delete(), true},
	"move":   {inbox.MoveTo("Processed"), false},
	"flag":   {inbox.Flag(`\Flagged`), false},
}
