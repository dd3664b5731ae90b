package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-message"

	"github.com/imapcompat/imapcompat/bench/corpus"
	"github.com/imapcompat/imapcompat/bench/job"
	"github.com/imapcompat/imapcompat/imaptest"
)

const messages = 12

// newJob starts a server with some mail, and returns a job on it.
func newJob(t *testing.T, contestant, protocol, name string) (*job.Job, *imaptest.Server) {
	t.Helper()
	var mail []string
	for _, text := range corpus.Generate(messages) {
		mail = append(mail, string(text))
	}
	server := imaptest.NewServer(t, mail...)
	if err := server.CreateMailbox(job.Archive); err != nil {
		t.Fatal(err)
	}
	address := server.IMAPAddr()
	if protocol == "pop3" {
		address = server.POP3Addr()
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	j := &job.Job{
		Contestant: contestant, Protocol: protocol, User: server.User, Password: server.Password,
		Workload: name, Sender: corpus.Sender, Word: corpus.Word, Numbers: []int{7, 2, 11}, Times: 3,
	}
	if j.Port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
	j.File = filepath.Join(t.TempDir(), "append")
	text := fmt.Sprintf("%d\n%s%d\n%s", len(mail[0]), mail[0], len(mail[1]), mail[1])
	if err := os.WriteFile(j.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return j, server
}

// do does a job. It returns nil if the contestant does not have the workload.
func do(t *testing.T, j *job.Job) *job.Measurement {
	t.Helper()
	c, err := contestants[j.Contestant+" "+j.Protocol](j)
	if err != nil {
		t.Fatal(err)
	}
	work, ok := c.workloads[j.Workload]
	var m *job.Measurement
	if ok {
		if m, err = measure(work, newTally(j.Verify)); err != nil {
			t.Fatal(err)
		}
	}
	if c.close != nil {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	}
	return m
}

// found counts the messages that are from the sender, or have the word.
func found(header, text string) (n int) {
	for _, m := range corpus.Generate(messages) {
		_, rest, _ := strings.Cut("\r\n"+string(m), "\r\n"+header+": ")
		line, _, _ := strings.Cut(rest, "\r\n")
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// parts counts the parts of the messages that are no multiparts.
func parts(t *testing.T) (n int) {
	for _, text := range corpus.Generate(messages) {
		m, err := message.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		m.Walk(func(_ []int, part *message.Entity, err error) error {
			if kind, _, _ := part.Header.ContentType(); !strings.HasPrefix(kind, "multipart/") {
				n++
			}
			return err
		})
	}
	return n
}

// All contestants read the messages of the workload.
func TestWorkloads(t *testing.T) {
	want := map[string]int{
		"overview": messages, "sort": messages, "thread": messages, "mailboxmsginfo": messages,
		"search": found("Subject", corpus.Word), "open": 3, "delete": messages / 2, "append": 2, "nummsg": 0,
	}
	for _, f := range []string{"headerinfo", "fetchheader", "fetchstructure", "body", "fetchbody"} {
		want[f], want[f+"/found"], want[f+"/random"] = messages, found("From", corpus.Sender), 3
	}
	want[job.Move], want[job.WithMove] = 3, 3
	want["interleaved"] = 2*messages + parts(t)
	// A plain client has no call for these.
	missing := []string{"plain imap nummsg", "plain pop3 nummsg", "plain pop3 interleaved"}
	for _, protocol := range []string{"imap", "pop3"} {
		for name, count := range want {
			if protocol == "pop3" && slices.Contains([]string{"append", job.Move, job.WithMove}, name) {
				continue
			}
			octets := make(map[string]int)
			for _, contestant := range []string{"imapcompat", "plain"} {
				// The test server has neither SORT nor THREAD, so the library
				// sorts and threads itself.
				if contestant == "plain" && (name == "sort" || name == "thread") {
					continue
				}
				t.Run(contestant+"/"+protocol+"/"+name, func(t *testing.T) {
					j, _ := newJob(t, contestant, protocol, name)
					m := do(t, j)
					if m == nil {
						if !slices.Contains(missing, contestant+" "+protocol+" "+name) {
							t.Error("no such workload")
						}
						return
					}
					if m.Messages != count {
						t.Errorf("%d messages, want %d", m.Messages, count)
					}
					if m.Wall <= 0 || m.CPU < 0 {
						t.Errorf("it took %v, and %v of the processor", m.Wall, m.CPU)
					}
					octets[contestant] = m.Octets
				})
			}
			if p := octets["plain"]; p != 0 && p != octets["imapcompat"] {
				t.Errorf("%s on %s: %d octets, the plain client has %d", name, protocol, octets["imapcompat"], p)
			}
		}
	}
}

// The wire receives all data that the functions need.
func TestWire(t *testing.T) {
	for _, protocol := range []string{"imap", "pop3"} {
		for name, command := range map[string]string{
			"headerinfo": "ENVELOPE", "fetchheader": "BODY.PEEK[HEADER]", "body": "BODY.PEEK[TEXT]",
			"fetchbody/random": "FETCH 2,7,11 (BODY.PEEK[1])", "fetchstructure/found": "BODYSTRUCTURE",
			"interleaved": "BODYSTRUCTURE", "overview": "ENVELOPE", "open": "LOGIN", "search": "SUBJECT", "mailboxmsginfo": "RFC822.SIZE",
		} {
			t.Run(protocol+"/"+name, func(t *testing.T) {
				j, server := newJob(t, "wire", protocol, name)
				if m := do(t, j); m == nil {
					t.Fatal("no such workload")
				}
				if sent := strings.Join(server.Transcript(), "\n"); protocol == "imap" && !strings.Contains(sent, command) {
					t.Errorf("there is no %q in\n%s", command, sent)
				}
			})
		}
	}
}

// Workloads that change the mailbox change it.
func TestChanges(t *testing.T) {
	for _, contestant := range []string{"imapcompat", "plain", "wire"} {
		for _, c := range []struct {
			protocol, name string
			left           int
		}{{"imap", "delete", messages / 2}, {"pop3", "delete", messages / 2}, {"imap", "append", messages + 2}, {"imap", job.Move, messages - 3}, {"imap", job.WithMove, messages - 3}} {
			t.Run(contestant+"/"+c.protocol+"/"+c.name, func(t *testing.T) {
				j, server := newJob(t, contestant, c.protocol, c.name)
				do(t, j)
				if got := len(server.Messages("INBOX")); got != c.left {
					t.Errorf("the mailbox has %d messages then, want %d", got, c.left)
				}
			})
		}
	}
}

// A digest depends on the results only.
func TestDigest(t *testing.T) {
	digest := func(name string) string {
		j, _ := newJob(t, "imapcompat", "imap", name)
		j.Verify = true
		return do(t, j).Digest
	}
	if a, b := digest("fetchheader"), digest("fetchheader"); a != b || len(a) != 40 {
		t.Errorf("the digests of the same are %q and %q", a, b)
	}
	if a, b := digest("fetchheader"), digest("fetchheader/found"); a == b {
		t.Errorf("different results have the digest %q", a)
	}
}

func TestAsPHP(t *testing.T) {
	if got, want := asPHP.Replace(`"\u003ca\u003e \u0026 \\u003c"`), `"<a> & \\u003c"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{nil, {"{"}, {`{"contestant":"nobody","protocol":"imap"}`}} {
		if err := run(args); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}
