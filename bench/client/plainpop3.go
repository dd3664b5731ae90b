package main

import (
	"io"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
	"github.com/knadh/go-pop3"

	"github.com/imapcompat/imapcompat/bench/job"
)

// plainPOP3 is a simple program on go-pop3's client: it sends a command for each message, and
// go-message parses the message.
type plainPOP3 struct {
	*pop3.Conn
	job      *job.Job
	messages int
}

func newPlainPOP3(j *job.Job) (*contestant, error) {
	p := &plainPOP3{job: j}
	c := &contestant{workloads: map[string]workload{"open": p.openClose}}
	if j.Workload == "open" {
		return c, nil
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	c.close = p.Quit
	w := c.workloads
	addLoops(w, j, p, "headerinfo", p.envelope)
	addLoops(w, j, p, "fetchheader", p.header)
	addLoops(w, j, p, "fetchstructure", p.structure)
	addLoops(w, j, p, "body", p.body)
	addLoops(w, j, p, "fetchbody", p.firstPart)
	w["overview"] = w["headerinfo"]
	w["search"] = p.searchWord
	w["mailboxmsginfo"] = p.sizes
	if j.Workload == "delete" {
		c.close = nil
		w["delete"] = p.deleteHalf
	}
	return c, nil
}

func (p *plainPOP3) open() (err error) {
	if p.Conn, err = pop3.New(pop3.Opt{Host: "127.0.0.1", Port: p.job.Port}).NewConn(); err != nil {
		return err
	}
	if err := p.Auth(p.job.User, p.job.Password); err != nil {
		return err
	}
	p.messages, _, err = p.Stat()
	return err
}

func (p *plainPOP3) openClose(t *tally) error {
	for range p.job.Times {
		if err := p.open(); err != nil {
			return err
		}
		t.messages++
		if err := p.Quit(); err != nil {
			return err
		}
	}
	return nil
}

func (p *plainPOP3) numMsg() (int, error) { return p.messages, nil }

// search reads the headers, because POP3 cannot search.
func (p *plainPOP3) search(key, text string) ([]int, error) {
	var found []int
	for num := 1; num <= p.messages; num++ {
		m, err := p.Top(num, 0)
		if err != nil {
			return nil, err
		}
		value, err := m.Header.Text(key)
		if err == nil && strings.Contains(value, text) {
			found = append(found, num)
		}
	}
	return found, nil
}

func (p *plainPOP3) envelope(num int, t *tally) error {
	m, err := p.Top(num, 0)
	if err != nil {
		return err
	}
	t.messages++
	header := mail.Header{Header: m.Header}
	for _, name := range []string{"From", "To", "Cc"} {
		if _, err := header.AddressList(name); err != nil {
			return err
		}
	}
	if _, err := header.Date(); err != nil {
		return err
	}
	_, err = header.Subject()
	return err
}

func (p *plainPOP3) header(num int, t *tally) error {
	_, err := p.Top(num, 0)
	t.messages++
	return err
}

func (p *plainPOP3) body(num int, t *tally) error {
	_, err := p.RetrRaw(num)
	t.messages++
	return err
}

func (p *plainPOP3) structure(num int, t *tally) error {
	m, err := p.Retr(num)
	if err != nil {
		return err
	}
	t.messages++
	return m.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		_, _, err = part.Header.ContentType()
		return err
	})
}

func (p *plainPOP3) firstPart(num int, t *tally) error {
	m, err := p.Retr(num)
	if err != nil {
		return err
	}
	t.messages++
	for {
		parts := m.MultipartReader()
		if parts == nil {
			_, err := io.Copy(io.Discard, m.Body)
			return err
		}
		if m, err = parts.NextPart(); err != nil {
			return err
		}
	}
}

func (p *plainPOP3) searchWord(t *tally) error {
	list, err := p.search("Subject", p.job.Word)
	t.messages += len(list)
	return err
}

func (p *plainPOP3) sizes(t *tally) error {
	list, err := p.List(0)
	t.messages += len(list)
	return err
}

func (p *plainPOP3) deleteHalf(t *tally) error {
	for num := 1; num <= p.messages; num += 2 {
		if err := p.Dele(num); err != nil {
			return err
		}
		t.messages++
	}
	return p.Quit()
}
