package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/bench/job"
)

// library uses this library with its defaults, as a ported PHP script does.
type library struct {
	*imapcompat.Connection
	job  *job.Job
	name string
}

func newLibrary(j *job.Job) (*contestant, error) {
	l := &library{job: j, name: fmt.Sprintf("{127.0.0.1:%d/%s/notls}INBOX", j.Port, j.Protocol)}
	c := &contestant{workloads: map[string]workload{"open": l.openClose}}
	if j.Workload == "open" {
		return c, nil
	}
	if err := l.open(); err != nil {
		return nil, err
	}
	c.close = func() error { return l.Close() }
	w := c.workloads
	addLoops(w, j, l, "headerinfo", l.headerInfo)
	addLoops(w, j, l, "fetchheader", l.fetchHeader)
	addLoops(w, j, l, "fetchstructure", l.fetchStructure)
	addLoops(w, j, l, "body", l.body)
	addLoops(w, j, l, "fetchbody", l.fetchBody)
	addLoops(w, j, l, "interleaved", l.interleaved)
	w[job.Move], w[job.WithMove] = l.move, l.move
	w["overview"] = l.overview
	w["search"] = l.searchWord
	w["sort"] = l.sort
	w["thread"] = l.thread
	w["mailboxmsginfo"] = l.mailboxMsgInfo
	w["nummsg"] = l.countOften
	switch j.Workload {
	case "delete":
		c.close = nil
		w["delete"] = l.deleteHalf
	case "append":
		messages, err := readMessages(j.File)
		w["append"] = func(t *tally) error { return l.append(messages, t) }
		return c, err
	}
	return c, nil
}

func (l *library) open() (err error) {
	var options []imapcompat.Option
	if l.job.Protocol == "imap" && !l.job.Changes() {
		options = append(options, imapcompat.OP_READONLY)
	}
	if l.job.Workload == job.WithMove {
		options = append(options, imapcompat.WithMove())
	}
	l.Connection, err = imapcompat.Open(l.name, l.job.User, l.job.Password, options...)
	return err
}

func (l *library) openClose(t *tally) error {
	for range l.job.Times {
		if err := l.open(); err != nil {
			return err
		}
		n, err := l.NumMsg()
		if err != nil {
			return err
		}
		if err := t.value(n, 1, 0); err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (l *library) numMsg() (int, error) { return l.NumMsg() }

func (l *library) search(key, text string) ([]int, error) {
	return l.Search(key + ` "` + text + `"`)
}

func (l *library) headerInfo(num int, t *tally) error {
	h, err := l.HeaderInfo(num)
	if err != nil {
		return err
	}
	return t.value(h, 1, len(h.Subject)+len(h.FromAddress))
}

func (l *library) fetchHeader(num int, t *tally) error {
	text, err := l.FetchHeader(num)
	if err != nil {
		return err
	}
	return t.text(text)
}

func (l *library) fetchStructure(num int, t *tally) error {
	s, err := l.FetchStructure(num)
	if err != nil {
		return err
	}
	return t.value(s, 1, len(s.Subtype))
}

func (l *library) body(num int, t *tally) error {
	text, err := l.Body(num, imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	return t.text(text)
}

func (l *library) fetchBody(num int, t *tally) error {
	text, err := l.FetchBody(num, "1", imapcompat.FT_PEEK)
	if err != nil {
		return err
	}
	return t.text(text)
}

// interleaved reads of each message what an importer reads.
func (l *library) interleaved(num int, t *tally) error {
	h, err := l.HeaderInfo(num)
	if err != nil {
		return err
	}
	if err := t.value(h, 1, 0); err != nil {
		return err
	}
	s, err := l.FetchStructure(num)
	if err != nil {
		return err
	}
	if err := t.value(s, 1, 0); err != nil {
		return err
	}
	for _, section := range sections(s, "") {
		text, err := l.FetchBody(num, section, imapcompat.FT_PEEK)
		if err != nil {
			return err
		}
		if err := t.text(text); err != nil {
			return err
		}
	}
	return nil
}

// sections lists the parts of a message that are no multiparts.
func sections(s *imapcompat.Structure, within string) []string {
	if s.Type != imapcompat.TYPEMULTIPART {
		return []string{cmp.Or(within, "1")}
	}
	var list []string
	for i, part := range s.Parts {
		list = append(list, sections(part, strings.TrimPrefix(fmt.Sprintf("%s.%d", within, i+1), "."))...)
	}
	return list
}

func (l *library) move(t *tally) error {
	for _, num := range l.job.Numbers {
		if err := l.MailMove(imapcompat.Sequence(strconv.Itoa(num)), job.Archive); err != nil {
			return err
		}
		t.messages++
	}
	return l.Expunge()
}

func (l *library) overview(t *tally) error {
	list, err := l.FetchOverview("1:*")
	if err != nil {
		return err
	}
	octets := 0
	for _, o := range list {
		octets += len(o.Subject) + len(o.From)
	}
	return t.value(list, len(list), octets)
}

func (l *library) searchWord(t *tally) error {
	found, err := l.search("SUBJECT", l.job.Word)
	if err != nil {
		return err
	}
	return t.value(found, len(found), 0)
}

func (l *library) sort(t *tally) error {
	list, err := l.Sort(imapcompat.SORTDATE, false)
	if err != nil {
		return err
	}
	return t.value(list, len(list), 0)
}

func (l *library) thread(t *tally) error {
	thread, err := l.Thread()
	if err != nil {
		return err
	}
	messages := 0
	for _, node := range thread {
		if node.Num != 0 {
			messages++
		}
	}
	return t.value(thread, messages, 0)
}

func (l *library) mailboxMsgInfo(t *tally) error {
	info, err := l.MailboxMsgInfo()
	if err != nil {
		return err
	}
	return t.value([]int{info.Nmsgs, info.Unread, info.Deleted, info.Size}, info.Nmsgs, info.Size)
}

func (l *library) countOften(t *tally) error {
	for range l.job.Times {
		n, err := l.NumMsg()
		if err != nil {
			return err
		}
		t.octets += n
	}
	return nil
}

func (l *library) deleteHalf(t *tally) error {
	n, err := l.NumMsg()
	if err != nil {
		return err
	}
	for num := 1; num <= n; num += 2 {
		if err := l.Delete(imapcompat.Sequence(strconv.Itoa(num))); err != nil {
			return err
		}
		t.messages++
	}
	if err := l.Expunge(); err != nil {
		return err
	}
	// On POP3 messages are removed at QUIT.
	return l.Close()
}

func (l *library) append(messages []string, t *tally) error {
	for _, text := range messages {
		if err := l.Append(l.name, text); err != nil {
			return err
		}
		t.messages++
		t.octets += len(text)
	}
	return nil
}
