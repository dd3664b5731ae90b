package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
	"github.com/imapcompat/imapcompat/oauth"
)

// task is a mailbox that is processed.
type task struct {
	settings
	account string // its name in the accounts' file, or ""
	request *request
	box     *inbox.Box
	job     *inbox.Job

	stop            func(error)       // ends the run, and makes its context's cause
	stdout, stderr  func(line string) // where the output of programs goes
	secretVariables []string          // variables that handlers do not get

	tally     tally
	left      int               // messages that are not finished
	took      time.Duration     // until the end
	err       error             // why it ended
	connected string            // the name of the box, once it was connected
	measure   func(inbox.Event) // for the metrics
}

// processor runs the tasks of a command line.
type processor struct {
	*cli
	request *request
	tasks   []*task
	ledgers map[string]*sqlledger.Ledger
	logger  *slog.Logger
	running *running
	bar     *progress
	// observer returns what counts the events of a box, or is nil.
	observer func(box string) func(inbox.Event)

	mu   sync.Mutex // of the output, and of what follows
	all  tally
	rate time.Time // when the bar was shown last
}

func runProcess(ctx context.Context, c *cli, r *request) error {
	p := &processor{cli: c, request: r, ledgers: map[string]*sqlledger.Ledger{}, running: &running{cmds: map[*exec.Cmd]bool{}}}
	var err error
	if p.tasks, err = r.tasks(); err != nil {
		return err
	}
	closeLog, err := p.openLog()
	if err != nil {
		return err
	}
	defer closeLog()
	for _, t := range p.tasks {
		if err := p.prepare(t); err != nil {
			return r.usage("%s", t.prefix(err.Error()))
		}
	}
	token, err := p.checkStatus()
	if err != nil {
		return r.usage("%v", err)
	}
	defer p.closeLedgers()
	if err := p.openLedgers(ctx); err != nil {
		return err
	}
	stop, err := p.serve(token)
	if err != nil {
		return err
	}
	defer stop()
	defer p.killOnSecondSignal(ctx)()
	p.bar = c.newProgress(r)
	if r.json || r.process.log == "-" {
		p.bar.w = nil
	}
	p.runAll(ctx)
	p.bar.clear()
	return p.conclude(ctx)
}

// tasks returns what the command line asks for.
func (r *request) tasks() ([]*task, error) {
	switch {
	case r.process.accounts != "" && r.mailbox != "":
		return nil, r.usage("MAILBOX and --accounts exclude each other")
	case r.process.accounts != "":
		return r.readAccounts()
	case r.mailbox == "":
		return nil, r.usage("MAILBOX is missing")
	case r.process.parallel != 0:
		return nil, r.usage("--parallel is for --accounts")
	}
	s := r.settings()
	s.Mailbox = r.mailbox
	return []*task{{settings: s}}, nil
}

// settings returns what the flags set.
func (r *request) settings() settings {
	s := r.process.settings
	s.User, s.Timeout = r.user, span(r.timeout)
	return s
}

// prefix puts the name of the account before a text.
func (t *task) prefix(text string) string {
	if t.account == "" {
		return text
	}
	return "account " + t.account + ": " + text
}

// prepare checks the settings of a task, and makes its job. Nothing is sent.
func (p *processor) prepare(t *task) error {
	if err := t.check(!p.request.dryRun); err != nil {
		return err
	}
	t.request = p.requestFor(t)
	if _, err := p.checkMailbox(t.request); err != nil {
		return err
	}
	t.stdout, t.stderr = p.line(p.cli.stdout), p.line(p.cli.stderr)
	if p.request.json {
		t.stdout = t.stderr
	}
	for _, other := range p.tasks {
		t.secretVariables = append(t.secretVariables, other.PasswordEnv, other.TokenEnv)
	}
	var err error
	if t.job, err = p.newJob(t); err != nil {
		return err
	}
	if t.Exec+t.Into == "" {
		return nil // a dry run
	}
	handle, err := newHandler(t, p.running)
	t.job.Handle = inbox.Handler(handle)
	return err
}

// requestFor returns the request that opens the mailbox of a task.
func (p *processor) requestFor(t *task) *request {
	r := &request{
		subcommand: p.request.subcommand, mailbox: cmp.Or(t.Mailbox, t.Account), user: t.User, timeout: time.Duration(t.Timeout),
		verbose: p.request.verbose, dryRun: p.request.dryRun,
	}
	if t.login.isSet() {
		r.login = &t.login
	} else if t.Account == "" {
		r.credentials = p.request.credentials
	}
	return r
}

// newJob returns the job of a task, without its handler.
func (p *processor) newJob(t *task) (*inbox.Job, error) {
	then, err := parseAction(t.Then, false)
	if err != nil {
		return nil, fmt.Errorf("then: %w", err)
	}
	quarantine, err := parseAction(t.Quarantine, true)
	if err != nil {
		return nil, fmt.Errorf("quarantine: %w", err)
	}
	return &inbox.Job{
		Criteria: t.Criteria, Since: t.Since.Time, Limit: t.Limit, DryRun: p.request.dryRun,
		Then: then, Attempts: t.Attempts, Quarantine: quarantine,
		Workers: t.Workers, InOrder: t.InOrder, TimeLimit: time.Duration(t.TimeLimit), Every: time.Duration(t.Every),
		Observe: func(e inbox.Event) { p.observe(t, e) }, Logger: p.logger,
	}, nil
}

// line returns a function that prints a line beside the progress.
func (p *processor) line(w io.Writer) func(string) {
	return func(text string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.bar.clear()
		fmt.Fprintln(w, text)
	}
}

// openLog opens the log of events.
func (p *processor) openLog() (closeLog func(), err error) {
	switch p.request.process.log {
	case "":
		return func() {}, nil
	case "-":
		p.logger = slog.New(slog.NewTextHandler(p.stderr, nil))
		return func() {}, nil
	}
	file, err := os.OpenFile(p.request.process.log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	p.logger = slog.New(slog.NewTextHandler(file, nil))
	return func() { file.Close() }, nil
}

func (p *processor) openLedgers(ctx context.Context) error {
	for _, t := range p.tasks {
		if p.ledgers[t.Ledger] != nil {
			continue
		}
		ledger, err := sqlledger.OpenContext(ctx, t.Ledger)
		if err != nil {
			return err
		}
		p.ledgers[t.Ledger] = ledger
	}
	return nil
}

func (p *processor) closeLedgers() {
	for _, ledger := range p.ledgers {
		ledger.Close()
	}
}

// killOnSecondSignal kills the programs that run, and this one, when a second signal comes. The
// first one ends ctx.
func (p *processor) killOnSecondSignal(ctx context.Context) (stop func()) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	received, done := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(received, signals...)
	go func() {
		for n := 1; ; n++ {
			select {
			case s := <-received:
				if n > 1 {
					p.running.kill()
					signal.Reset(signals...)
					endBy(s)
				}
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(received); close(done) }
}

// runAll runs the tasks, several at the same time.
func (p *processor) runAll(ctx context.Context) {
	turns := make(chan struct{}, cmp.Or(p.request.process.parallel, p.defaultParallel()))
	var group sync.WaitGroup
	for _, t := range p.tasks {
		group.Go(func() { p.runTask(ctx, t, turns) })
	}
	group.Wait()
}

// defaultParallel is the number of accounts at the same time. Each has several connections,
// and a program of its own. All are watched at the same time.
func (p *processor) defaultParallel() int {
	if p.request.process.watch {
		return len(p.tasks)
	}
	return 10
}

// runTask runs a task: once, for as long as it watches, or again and again if others want
// their turn.
func (p *processor) runTask(ctx context.Context, t *task, turns chan struct{}) {
	begun := time.Now()
	defer func() { t.took = time.Since(begun) }()
	for {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		err := p.runOnce(ctx, t, cap(turns) >= len(p.tasks))
		p.mu.Lock()
		t.err = err
		p.mu.Unlock()
		<-turns
		if ctx.Err() != nil {
			t.err = nil // it was ended
			return
		}
		wait := time.Duration(t.Every)
		if t.err != nil {
			p.tell(t, withAdvice(t.err))
			wait = max(min(wait, time.Minute), asksToWait(t.err))
		}
		if !p.request.process.watch || t.err != nil && !passes(t.err) || pauseFor(ctx, wait) != nil {
			return
		}
	}
}

// asksToWait returns how long a token endpoint wants to be left alone, an hour at most.
func asksToWait(err error) time.Duration {
	var refused *oauth.Error
	if !errors.As(err, &refused) {
		return 0
	}
	return min(refused.RetryAfter, time.Hour)
}

// runOnce connects and runs a task. alone means that it need not make way for others.
func (p *processor) runOnce(ctx context.Context, t *task, alone bool) error {
	// The job makes connections of its own, as this one was made.
	mbox, err := p.open(ctx, t.request)
	if err != nil {
		if p.logger != nil && ctx.Err() == nil {
			p.logger.Error("the mailbox cannot be opened", "mailbox", cmp.Or(t.account, t.request.mailbox), "error", describe(err))
		}
		return err
	}
	for _, alert := range mbox.Alerts() {
		p.tell(t, "alert: "+alert)
	}
	defer mbox.Close()
	if !t.request.overPOP3() { // of a maildrop the job learns the address from it, and closes it
		mbox.Close()
	}
	opts := []inbox.Option{inbox.WithLease(time.Duration(t.Lease))}
	if t.Name != "" {
		opts = append(opts, inbox.Named(t.Name))
	}
	t.box = inbox.New(mbox, p.ledgers[t.Ledger], opts...)
	t.job.Box = t.box
	ctx, t.stop = context.WithCancelCause(ctx)
	defer t.stop(nil)
	if p.request.process.watch && alone {
		err = t.job.Watch(ctx)
	} else {
		var report inbox.Report
		report, err = t.job.Run(ctx)
		t.left = report.Left
	}
	var absent *absentError
	if errors.As(context.Cause(ctx), &absent) {
		return absent
	}
	return err
}

// passes reports whether an error may pass by itself.
func passes(err error) bool {
	return errors.Is(err, imapcompat.ErrTemporary) && !errors.Is(err, imapcompat.ErrPermanent)
}

// tell prints a line about a task to standard error.
func (p *processor) tell(t *task, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.clear()
	p.say("%s", t.prefix(text))
}

// conclude prints the summary, and returns what the exit code says.
func (p *processor) conclude(ctx context.Context) error {
	var failed, passing error
	for _, t := range p.tasks {
		switch {
		case t.err == nil:
		case passes(t.err):
			passing = t.err
		default:
			failed = t.err
		}
	}
	if err := p.summarize(); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil && !p.request.process.watch:
		p.progress, p.change.done = "what was begun is finished", plural(p.all.Done, "message")+" done"
		return cmp.Or(failed, passing, context.Cause(ctx))
	case p.request.process.watch && failed == nil:
		return nil // messages that fail do not end a watch
	case failed != nil, p.all.counted > 0:
		return exitStatus(exitFailure)
	case passing != nil, p.all.later > 0:
		return exitStatus(exitTemporary)
	}
	return nil
}

// summarize prints a line for each task.
func (p *processor) summarize() error {
	for _, t := range p.tasks {
		if p.request.process.quiet && t.tally.nothing() && t.err == nil {
			continue
		}
		switch {
		case p.request.json:
			if err := p.printJSON(t.summary()); err != nil {
				return err
			}
		case p.request.dryRun:
			fmt.Fprintln(p.cli.stdout, t.prefix(fmt.Sprintf("%s would be handed over", plural(t.left, "message"))))
		case t.err != nil && t.tally.nothing():
			fmt.Fprintln(p.cli.stdout, t.prefix(fmt.Sprintf("ended by the error, in %v", t.took.Round(time.Millisecond))))
		default:
			fmt.Fprintln(p.cli.stdout, t.prefix(t.report().String()))
		}
	}
	return nil
}

// exitStatus is an error of which everything is said.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// oneLine returns an event for a person.
func (t *task) oneLine(e inbox.Event) string {
	var b strings.Builder
	if e.Record.Key != "" {
		fmt.Fprintf(&b, "%s: %s", e.Record.Key, e.Kind)
	} else {
		b.WriteString(string(e.Kind))
	}
	if e.Kind == inbox.EventFailed {
		fmt.Fprintf(&b, ", attempt %d, again in %v", e.Record.Attempt, e.Retry.Round(time.Second))
	}
	if from, subject := legible(e.Record.Hint.From), legible(e.Record.Hint.Subject); from+subject != "" {
		fmt.Fprintf(&b, " (%s: %s)", from, subject)
	}
	if reason := e.Reason; reason != "" {
		b.WriteString(": " + reason)
	} else if e.Err != nil {
		b.WriteString(": " + withAdvice(e.Err))
	}
	return t.prefix(b.String())
}
