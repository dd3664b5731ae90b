package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/bench/job"
)

// plainIMAP is a simple program on go-imap's client: it sends a command for each message.
type plainIMAP struct {
	*imapclient.Client
	job      *job.Job
	messages int
}

func newPlainIMAP(j *job.Job) (*contestant, error) {
	p := &plainIMAP{job: j}
	c := &contestant{workloads: map[string]workload{"open": p.openClose}}
	if j.Workload == "open" {
		return c, nil
	}
	if err := p.open(); err != nil {
		return nil, err
	}
	c.close = p.leave
	w := c.workloads
	everything := &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true, Envelope: true}
	addLoops(w, j, p, "headerinfo", p.fetch(everything))
	addLoops(w, j, p, "fetchstructure", p.fetch(&imap.FetchOptions{BodyStructure: &imap.FetchItemBodyStructure{Extended: true}}))
	addLoops(w, j, p, "fetchheader", p.fetchSection(&imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}))
	addLoops(w, j, p, "body", p.fetchSection(&imap.FetchItemBodySection{Specifier: imap.PartSpecifierText, Peek: true}))
	addLoops(w, j, p, "fetchbody", p.fetchSection(&imap.FetchItemBodySection{Part: []int{1}, Peek: true}))
	addLoops(w, j, p, "interleaved", p.interleaved(everything))
	w[job.Move], w[job.WithMove] = p.copyAndMark, p.move
	w["overview"] = p.fetchAll(everything)
	w["mailboxmsginfo"] = p.fetchAll(&imap.FetchOptions{Flags: true, RFC822Size: true})
	w["search"] = p.searchWord
	w["sort"] = p.sort
	w["thread"] = p.thread
	switch j.Workload {
	case "delete":
		c.close = nil
		w["delete"] = p.deleteHalf
	case "append":
		messages, err := readMessages(j.File)
		w["append"] = func(t *tally) error { return p.append(messages, t) }
		return c, err
	}
	return c, nil
}

func (p *plainIMAP) open() (err error) {
	if p.Client, err = imapclient.DialInsecure(fmt.Sprintf("127.0.0.1:%d", p.job.Port), nil); err != nil {
		return err
	}
	if err := p.Login(p.job.User, p.job.Password).Wait(); err != nil {
		return err
	}
	readOnly := !p.job.Changes()
	data, err := p.Select("INBOX", &imap.SelectOptions{ReadOnly: readOnly}).Wait()
	if err != nil {
		return err
	}
	p.messages = int(data.NumMessages)
	return nil
}

func (p *plainIMAP) leave() error {
	if err := p.Logout().Wait(); err != nil {
		return err
	}
	return p.Client.Close()
}

func (p *plainIMAP) openClose(t *tally) error {
	for range p.job.Times {
		if err := p.open(); err != nil {
			return err
		}
		t.messages++
		if err := p.leave(); err != nil {
			return err
		}
	}
	return nil
}

func (p *plainIMAP) numMsg() (int, error) { return p.messages, nil }

func (p *plainIMAP) search(key, text string) ([]int, error) {
	criteria := &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: key, Value: text}}}
	data, err := p.Search(criteria, nil).Wait()
	if err != nil {
		return nil, err
	}
	var list []int
	for _, num := range data.AllSeqNums() {
		list = append(list, int(num))
	}
	return list, nil
}

func (p *plainIMAP) fetch(options *imap.FetchOptions) reader {
	return func(num int, t *tally) error {
		list, err := p.Fetch(imap.SeqSetNum(uint32(num)), options).Collect()
		t.messages += len(list)
		return err
	}
}

func (p *plainIMAP) fetchSection(section *imap.FetchItemBodySection) reader {
	options := &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}}
	return func(num int, t *tally) error {
		list, err := p.Fetch(imap.SeqSetNum(uint32(num)), options).Collect()
		for _, m := range list {
			t.messages++
			t.octets += len(m.FindBodySection(section))
		}
		return err
	}
}

// interleaved reads of each message what an importer reads.
func (p *plainIMAP) interleaved(envelope *imap.FetchOptions) reader {
	return func(num int, t *tally) error {
		if err := p.fetch(envelope)(num, t); err != nil {
			return err
		}
		structure := &imap.FetchOptions{BodyStructure: &imap.FetchItemBodyStructure{Extended: true}}
		list, err := p.Fetch(imap.SeqSetNum(uint32(num)), structure).Collect()
		if err != nil {
			return err
		}
		for _, m := range list {
			t.messages++
			m.BodyStructure.Walk(func(path []int, part imap.BodyStructure) bool {
				if _, ok := part.(*imap.BodyStructureMultiPart); ok {
					return true
				}
				if err == nil {
					err = p.fetchSection(&imap.FetchItemBodySection{Part: slices.Clone(path), Peek: true})(num, t)
				}
				return false
			})
		}
		return err
	}
}

func (p *plainIMAP) copyAndMark(t *tally) error {
	mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
	for _, num := range p.job.Numbers {
		set := imap.SeqSetNum(uint32(num))
		if _, err := p.Copy(set, job.Archive).Wait(); err != nil {
			return err
		}
		if err := p.Store(set, mark, nil).Close(); err != nil {
			return err
		}
		t.messages++
	}
	return p.Expunge().Close()
}

// move moves by UID, because message numbers change with each MOVE.
func (p *plainIMAP) move(t *tally) error {
	list, err := p.Fetch(imap.SeqSet{imap.SeqRange{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true}).Collect()
	if err != nil {
		return err
	}
	for _, num := range p.job.Numbers {
		if _, err := p.Move(imap.UIDSetNum(list[num-1].UID), job.Archive).Wait(); err != nil {
			return err
		}
		t.messages++
	}
	return p.Expunge().Close()
}

func (p *plainIMAP) fetchAll(options *imap.FetchOptions) workload {
	return func(t *tally) error {
		list, err := p.Fetch(imap.SeqSet{imap.SeqRange{Start: 1, Stop: 0}}, options).Collect()
		t.messages += len(list)
		return err
	}
}

func (p *plainIMAP) searchWord(t *tally) error {
	list, err := p.search("SUBJECT", p.job.Word)
	t.messages += len(list)
	return err
}

func (p *plainIMAP) sort(t *tally) error {
	list, err := p.Sort(&imapclient.SortOptions{
		SearchCriteria: &imap.SearchCriteria{},
		SortCriteria:   []imapclient.SortCriterion{{Key: imapclient.SortKeyDate}},
	}).Wait()
	t.messages += len(list)
	return err
}

func (p *plainIMAP) thread(t *tally) error {
	list, err := p.Thread(&imapclient.ThreadOptions{
		Algorithm: imap.ThreadReferences, SearchCriteria: &imap.SearchCriteria{},
	}).Wait()
	t.messages += inThreads(list)
	return err
}

func inThreads(list []imapclient.ThreadData) (messages int) {
	for _, thread := range list {
		messages += len(thread.Chain) + inThreads(thread.SubThreads)
	}
	return messages
}

func (p *plainIMAP) deleteHalf(t *tally) error {
	mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
	for num := 1; num <= p.messages; num += 2 {
		if err := p.Store(imap.SeqSetNum(uint32(num)), mark, nil).Close(); err != nil {
			return err
		}
		t.messages++
	}
	if err := p.Expunge().Close(); err != nil {
		return err
	}
	return p.leave()
}

func (p *plainIMAP) append(messages []string, t *tally) error {
	for _, text := range messages {
		cmd := p.Append("INBOX", int64(len(text)), nil)
		if _, err := io.WriteString(cmd, text); err != nil {
			return err
		}
		if err := cmd.Close(); err != nil {
			return err
		}
		if _, err := cmd.Wait(); err != nil {
			return err
		}
		t.messages++
		t.octets += len(text)
	}
	return nil
}
