package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat/bench/corpus"
	"github.com/imapcompat/imapcompat/bench/job"
	"github.com/imapcompat/imapcompat/bench/proxy"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// settings exclude quotas, access control lists and the disk from the measurement. With
// these mechanisms the extension and the library both use CRAM-MD5. SCRAM-SHA-256, which
// the library prefers, takes both sides some milliseconds by design, and the extension does
// not support it.
var settings = []string{"mail_plugins =", "protocol imap {\n mail_plugins =\n}", "mail_fsync = never", "auth_mechanisms = plain cram-md5"}

// original is the user whose mailbox has each message once.
const original = "original"

// large is the user whose mailbox has the large messages.
const large = "large"

// jobTimeout bounds one measurement.
const jobTimeout = 10 * time.Minute

// The files of the bridge and of the PHP client, relative to the root of the repository.
const (
	bridgeScript = "phpbridge/imap.php"
	clientScript = "bench/client.php"
)

func hasBridge() bool {
	_, err := os.Stat(bridgeScript)
	return err == nil
}

// runner has the server and makes measurements.
type runner struct {
	options *options
	server  *dovecot.Server
	scratch string // a directory

	mailboxes map[int]string // the users whose mailboxes are only read, by size
	users     atomic.Int64   // the number of users that were made for jobs

	mu sync.Mutex // guards the results
}

func newRunner(o *options) (*runner, error) {
	r := &runner{options: o, mailboxes: make(map[int]string)}
	var err error
	if r.scratch, err = os.MkdirTemp("", "imapcompat-bench-"); err != nil {
		return nil, err
	}
	if r.server, err = dovecot.Start(settings...); err != nil {
		r.close()
		return nil, err
	}
	if err := r.load(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *runner) close() {
	if r.server != nil {
		r.server.Close()
	}
	os.RemoveAll(r.scratch)
}

// load generates the mail and stores it in the mailbox of original.
func (r *runner) load() error {
	n := different(r.options.quick)
	progress("generating %s messages", thousands(n))
	list := make([]dovecot.Message, 0, n)
	for i, text := range corpus.Generate(n) {
		list = append(list, dovecot.Message{Raw: bytes.Clone(text), Date: corpus.Arrival(i)})
	}
	r.mailboxes[n] = original
	return r.server.Load(original, "INBOX", list)
}

// measure makes all measurements of a series. They are interleaved: each round has all
// workloads, and each workload has all contestants one after the other.
func (r *runner) measure(ctx context.Context, s *series, results *results) error {
	user, err := r.mailbox(s)
	if err != nil {
		return err
	}
	measured := results.add(s)
	if s.verify {
		progress("%v: comparing results", s)
		if err := r.perform(ctx, s, user, measured.tasks(0), true); err != nil {
			return err
		}
	}
	progress("%v: %d rounds", s, r.options.rounds)
	var tasks []task
	for round := range r.options.rounds {
		tasks = append(tasks, measured.tasks(round)...)
	}
	return r.perform(ctx, s, user, tasks, false)
}

// mailbox returns the user of the mailbox of a series, and makes the mailbox if necessary.
func (r *runner) mailbox(s *series) (user string, err error) {
	if s.megabytes > 0 {
		return large, r.loadLarge(s)
	}
	messages := s.Messages
	if user, ok := r.mailboxes[messages]; ok {
		return user, nil
	}
	user = fmt.Sprintf("size%d", messages)
	r.mailboxes[messages] = user
	return user, r.server.Replicate(user, original, messages)
}

// loadLarge makes the mailbox of large messages.
func (r *runner) loadLarge(s *series) error {
	if r.mailboxes[s.Messages] == large {
		return nil
	}
	r.mailboxes[s.Messages] = large
	line := strings.Repeat("0123456789abcdef", 5)[:76] + "\r\n"
	var list []dovecot.Message
	for n := range s.Messages {
		text := fmt.Sprintf("From: %s\r\nSubject: large %d\r\n\r\n", corpus.Sender, n+1)
		list = append(list, dovecot.Message{Raw: []byte(text + strings.Repeat(line, s.megabytes*1_000_000/len(line)))})
	}
	return r.server.Load(large, "INBOX", list)
}

// task is one measurement.
type task struct {
	workload   *workloadResults
	contestant string
}

// tasks returns the measurements of a round. Each round begins with another contestant.
func (s *seriesResults) tasks(round int) []task {
	var tasks []task
	for _, w := range s.Workloads {
		for i := range s.contestants {
			c := s.contestants[(i+round)%len(s.contestants)]
			if can(c, s.Protocol, w.Name) {
				tasks = append(tasks, task{w, c})
			}
		}
	}
	return tasks
}

// perform makes measurements, as many at a time as the series has lanes. A lane takes the next
// measurement when it is free, so a slow contestant does not keep the others waiting.
func (r *runner) perform(ctx context.Context, s *series, user string, tasks []task, verify bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan task)
	var workers sync.WaitGroup
	for range s.lanes {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for t := range queue {
				sample, err := r.sample(ctx, s, t, user, verify)
				if err != nil {
					cancel(fmt.Errorf("%v: %s by %s: %w", s, t.workload.Name, t.contestant, err))
					continue
				}
				r.mu.Lock()
				t.workload.add(t.contestant, sample, verify)
				r.mu.Unlock()
			}
		}()
	}
	for _, t := range tasks {
		if ctx.Err() != nil {
			break
		}
		if verify && t.contestant == wire {
			continue // it does not look at what it reads
		}
		queue <- t
	}
	close(queue)
	workers.Wait()
	return context.Cause(ctx)
}

// sample makes one measurement.
func (r *runner) sample(ctx context.Context, s *series, t task, user string, verify bool) (*sample, error) {
	j := &job.Job{
		Contestant: t.contestant, Protocol: s.Protocol, Workload: t.workload.Name,
		User: user, Password: dovecot.Password, Verify: verify,
		Sender: corpus.Sender, Word: corpus.Word, Times: s.times,
		Numbers: random(s.Messages, s.random),
	}
	switch {
	case j.Workload == "nummsg":
		j.Times = nummsgTimes
	case j.Moves():
		j.Numbers = everySecond(s.Messages)[:min(mostMoved, s.Messages/2)]
	}
	if err := r.prepare(j, s); err != nil {
		return nil, err
	}
	if j.Changes() {
		defer r.server.Remove(j.User)
	}
	result, err := r.connect(ctx, j, s)
	if err != nil {
		return nil, err
	}
	return result, r.changed(j, s)
}

// connect runs a client on the server directly, or through a proxy.
func (r *runner) connect(ctx context.Context, j *job.Job, s *series) (*sample, error) {
	j.Port = r.server.IMAP
	if s.Protocol == "pop3" {
		j.Port = r.server.POP3
	}
	if s.Link == loopback {
		return r.execute(ctx, j, nil)
	}
	p, err := proxy.New(harness.Address(j.Port), proxy.Link{RTT: s.rtt})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	j.Port = p.Port()
	return r.execute(ctx, j, p)
}

// changed checks the number of messages after a job.
func (r *runner) changed(j *job.Job, s *series) error {
	want := map[string]int{"INBOX": s.appended}
	switch {
	case j.Workload == "append":
	case j.Workload == "delete":
		want["INBOX"] = s.Messages / 2
	case j.Moves():
		want[job.Archive] = len(j.Numbers)
		want["INBOX"] = s.Messages - len(j.Numbers)
	default:
		return nil
	}
	for mailbox, n := range want {
		files, err := r.server.Files(j.User, mailbox)
		if err != nil {
			return err
		}
		if len(files) != n {
			return fmt.Errorf("%s has %d messages then, not %d", mailbox, len(files), n)
		}
	}
	return nil
}

// everySecond are the message numbers 1, 3 and so on.
func everySecond(messages int) (list []int) {
	for n := 1; n <= messages; n += 2 {
		list = append(list, n)
	}
	return list
}

// prepare gives a job a mailbox of its own if it changes the mailbox.
func (r *runner) prepare(j *job.Job, s *series) error {
	if !j.Changes() {
		return nil
	}
	j.User = fmt.Sprintf("changes%d", r.users.Add(1))
	switch {
	case j.Workload == "delete":
		return r.server.Replicate(j.User, original, s.Messages)
	case j.Moves():
		return errors.Join(r.server.Replicate(j.User, original, s.Messages), r.server.Load(j.User, job.Archive, nil))
	}
	if err := r.server.Replicate(j.User, original, 0); err != nil {
		return err
	}
	j.File = filepath.Join(r.scratch, fmt.Sprintf("append%d", s.appended))
	if _, err := os.Stat(j.File); err == nil {
		return nil
	}
	var text bytes.Buffer
	for _, m := range corpus.Generate(s.appended) {
		fmt.Fprintf(&text, "%d\n%s", len(m), m)
	}
	return os.WriteFile(j.File, text.Bytes(), 0o600)
}

// random returns n different message numbers, always the same ones.
func random(messages, n int) []int {
	list := rand.New(rand.NewPCG(3, 4)).Perm(messages)[:min(n, messages)]
	for i := range list {
		list[i]++
	}
	return list
}

// command is the command that runs a contestant.
func (r *runner) command(ctx context.Context, contestant, argument string) *exec.Cmd {
	var cmd *exec.Cmd
	switch contestant {
	case extension:
		cmd = exec.CommandContext(ctx, "php", clientScript, argument)
	case bridge:
		cmd = exec.CommandContext(ctx, "php", "-n", "-d", "auto_prepend_file="+bridgeScript, clientScript, argument)
		cmd.Env = append(os.Environ(), "IMAPCOMPAT_BIN="+filepath.Join(r.options.binaries, "imapcompat"))
	default:
		cmd = exec.CommandContext(ctx, filepath.Join(r.options.binaries, "client"), argument)
	}
	return cmd
}

// execute runs a client. If there is a proxy, it also counts the traffic of the workload.
func (r *runner) execute(ctx context.Context, j *job.Job, p *proxy.Proxy) (*sample, error) {
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	argument, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	cmd := r.command(ctx, j.Contestant, string(argument))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	result := new(sample)
	err = talk(bufio.NewReader(stdout), stdin, result, p)
	if ended := cmd.Wait(); err == nil {
		err = ended
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return result, nil
}

// talk waits until a client is ready, starts its workload and reads the measurement.
func talk(stdout *bufio.Reader, stdin io.Writer, result *sample, p *proxy.Proxy) error {
	line, err := stdout.ReadString('\n')
	if err != nil || line != "ready\n" {
		return fmt.Errorf("the client is not ready: %q", line)
	}
	var start proxy.Mark
	if p != nil {
		start = p.Mark()
	}
	if _, err := stdin.Write([]byte("\n")); err != nil {
		return err
	}
	if line, err = stdout.ReadString('\n'); err != nil {
		return fmt.Errorf("the client came to no end: %q", line)
	}
	if p != nil {
		traffic := p.Since(start)
		result.Traffic = &traffic
	}
	return json.Unmarshal([]byte(line), &result.Measurement)
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format(time.TimeOnly)+" "+format+"\n", args...)
}
