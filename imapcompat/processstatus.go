package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/imapcompat/internal/metrics"
	"github.com/imapcompat/imapcompat/imapcompat/internal/statuspage"
	"github.com/imapcompat/imapcompat/imapcompat/internal/survey"
	"github.com/imapcompat/imapcompat/inbox"
)

// statusTokenVariable is the environment variable with the token of the status page.
const statusTokenVariable = "IMAPCOMPAT_STATUS_TOKEN"

// checkStatus checks --status and --metrics, and returns the token of the page. They show one
// ledger.
func (p *processor) checkStatus() (token string, err error) {
	f := &p.request.process
	if f.status == "" && f.statusTokenFile != "" {
		return "", errors.New("--status-token-file is for --status")
	}
	if f.status+f.metrics == "" {
		return "", nil
	}
	for _, t := range p.tasks {
		if t.Ledger != p.tasks[0].Ledger {
			return "", errors.New("--status and --metrics are for accounts with one ledger")
		}
	}
	if f.metrics != "" {
		if _, _, err := net.SplitHostPort(f.metrics); err != nil {
			return "", fmt.Errorf("--metrics: %q is no address such as 127.0.0.1:9090", f.metrics)
		}
	}
	if f.status == "" {
		return "", nil
	}
	if token, err = p.statusToken(); err != nil {
		return "", err
	}
	if err := statuspage.CheckAddress(f.status, token); err != nil {
		return "", fmt.Errorf("--status: %w (--status-token-file or %s)", err, statusTokenVariable)
	}
	return token, nil
}

// statusToken returns the token of the page, or "".
func (p *processor) statusToken() (string, error) {
	path := p.request.process.statusTokenFile
	if path == "" {
		return p.getenv(statusTokenVariable), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return "", fmt.Errorf("%s has no token", path)
	}
	return line, nil
}

// serve answers at the addresses of --status and --metrics until stop is called.
func (p *processor) serve(token string) (stop func(), err error) {
	var servers []*http.Server
	stop = func() {
		for _, s := range servers {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			if s.Shutdown(ctx) != nil {
				s.Close()
			}
			cancel()
		}
	}
	f := p.request.process
	if f.status+f.metrics == "" {
		return stop, nil
	}
	ledger := p.ledgers[p.tasks[0].Ledger]
	counts := survey.New(ledger, p.jobs)
	listen := func(address, what, path string, handler http.Handler) error {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		s := &http.Server{
			Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
			WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		}
		servers = append(servers, s)
		go s.Serve(listener) // ends with ErrServerClosed
		if !f.quiet {
			p.say("%s: http://%s%s", what, listener.Addr(), path)
		}
		return nil
	}
	if f.status != "" {
		err = listen(f.status, "status page", "/", statuspage.New(ledger, counts, token).Handler())
	}
	if f.metrics != "" && err == nil {
		version, _ := buildVersion()
		m := metrics.New(counts, version)
		p.observer = m.Observer
		err = listen(f.metrics, "metrics", "/metrics", m.Handler())
	}
	if err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

// boxName returns the name of the box of a task. Without --name the box is known when it is
// connected first; until then its MAILBOX stands for it. p.mu is held.
func (t *task) boxName() string { return cmp.Or(t.Name, t.connected, t.Mailbox, t.Account) }

// jobs returns the jobs for the survey.
func (p *processor) jobs() []survey.Job {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []survey.Job
	for _, t := range p.tasks {
		folder, saves := strings.CutPrefix(t.Quarantine, "dir:")
		if !saves {
			folder = ""
		}
		list = append(list, survey.Job{Box: t.boxName(), Health: func() inbox.Health { return p.health(t) }, Saved: folder})
	}
	return list
}

// health returns the health of a task's job. One that cannot even connect has the error of the last
// try, and is watched if it is tried again.
func (p *processor) health(t *task) inbox.Health {
	h := t.job.Health()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !h.Running && t.err != nil {
		h.Err, h.Failures = t.err, max(h.Failures, 1)
		h.Running = p.request.process.watch && passes(t.err)
	}
	return h
}

// measure counts an event for the metrics. p.mu is held. Events come from a job that is
// connected, which knows the name of its box, or has failed to be.
func (p *processor) measure(t *task, e inbox.Event) {
	if t.connected == "" {
		t.connected = t.box.Name()
	}
	if p.observer == nil || t.Name == "" && t.connected == "" {
		return
	}
	if t.measure == nil {
		t.measure = p.observer(t.boxName())
	}
	t.measure(e)
}
