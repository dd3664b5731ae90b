package otherclients

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// model records what is known of the messages, which are identified by their subjects.
type model struct {
	Schedule
	r   *rand.Rand
	log []string

	delivered []string
	doomed    map[string]bool // messages that were marked, removed or moved on purpose
	byNumber  map[int]string  // what the caller has seen since the last change of numbers
	byUID     map[int]string
}

func (m *model) note(format string, args ...any) { m.log = append(m.log, fmt.Sprintf(format, args...)) }

func (m *model) run() error {
	for range 4 + m.r.IntN(12) {
		if err := m.deliver(); err != nil {
			return err
		}
	}
	if err := m.renumber("ping", m.Caller.Ping); err != nil {
		return err
	}
	if m.POP3 { // a session has the messages of its login
		if err := m.renumber("reopen", func() error { return m.Caller.Reopen(pop3Name(m.Caller)) }); err != nil {
			return err
		}
	}
	for range m.Steps {
		if err := m.step(); err != nil {
			return err
		}
		if err := m.audit(); err != nil {
			return err
		}
	}
	m.note("close")
	var flags []imapcompat.CloseFlag
	if m.r.IntN(2) == 0 {
		flags = append(flags, imapcompat.CL_EXPUNGE)
	}
	if err := m.Caller.Close(flags...); tolerated(err) != nil {
		return err
	}
	return m.audit()
}

func (m *model) step() error {
	if m.r.IntN(2) == 0 {
		return m.disturb()
	}
	return pick(m.r, m.read, m.overview, m.loop, m.walk, m.deleteNumbers, m.deleteUID, m.move, m.undelete, m.settle)()
}

// disturb makes a change by the other client.
func (m *model) disturb() error {
	return pick(m.r, m.deliver, m.flag, m.remove, m.remove, m.moveAway)()
}

func (m *model) deliver() error {
	subject := fmt.Sprintf("m%d", len(m.delivered))
	m.note("other: deliver %s", subject)
	m.delivered = append(m.delivered, subject)
	return m.Other.Append(m.Ref+"INBOX", "Subject: "+subject+"\r\n\r\nThis is "+subject+".\r\n")
}

// victim returns a message that the other client chooses.
func (m *model) victim() (*imapcompat.Overview, error) {
	list, err := m.contents()
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return pick(m.r, list...), nil
}

func (m *model) contents() ([]*imapcompat.Overview, error) {
	if err := m.Other.Ping(); err != nil {
		return nil, err
	}
	if n, err := m.Other.NumMsg(); n == 0 {
		return nil, err
	}
	return m.Other.FetchOverview("1:*")
}

func (m *model) flag() error {
	v, err := m.victim()
	if v == nil {
		return err
	}
	flag := pick(m.r, `\Seen`, `\Flagged`, "keyword", `\Deleted`)
	if flag == `\Deleted` {
		m.doomed[v.Subject] = true
	}
	m.note("other: flag %s %s", v.Subject, flag)
	return m.Other.SetFlagFull(imapcompat.SequenceOf(v.UID), flag, imapcompat.ST_UID)
}

func (m *model) remove() error {
	v, err := m.victim()
	if v == nil {
		return err
	}
	m.doomed[v.Subject] = true
	m.note("other: remove %s", v.Subject)
	return errors.Join(m.Other.Delete(imapcompat.SequenceOf(v.UID), imapcompat.FT_UID), m.Other.Expunge())
}

func (m *model) moveAway() error {
	v, err := m.victim()
	if v == nil {
		return err
	}
	m.doomed[v.Subject] = true
	m.note("other: move %s", v.Subject)
	return errors.Join(m.Other.MailMove(imapcompat.SequenceOf(v.UID), "Elsewhere", imapcompat.CP_UID), m.Other.Expunge())
}

// see records or checks what the caller sees under a number.
func (m *model) see(num int, subject string) error {
	if before, ok := m.byNumber[num]; ok && before != subject {
		return fmt.Errorf("number %d meant %s and now %s", num, before, subject)
	}
	m.byNumber[num] = subject
	return nil
}

func (m *model) seeUID(uid int, subject string) error {
	if before, ok := m.byUID[uid]; ok && before != subject {
		return fmt.Errorf("UID %d meant %s and now %s", uid, before, subject)
	}
	m.byUID[uid] = subject
	return nil
}

// someNumber returns a number that the caller may use.
func (m *model) someNumber() (int, error) {
	n, err := m.Caller.NumMsg()
	if err != nil || n == 0 {
		return 0, err
	}
	return 1 + m.r.IntN(n), nil
}

func (m *model) read() error {
	n, err := m.someNumber()
	if n == 0 {
		return err
	}
	m.note("read %d", n)
	_, err = m.look(n)
	return err
}

// look reads a message in one of several ways. It reports whether the message exists.
func (m *model) look(n int) (bool, error) {
	var subject string
	var err error
	switch m.r.IntN(3) {
	case 0:
		var h *imapcompat.HeaderInfo
		if h, err = m.Caller.HeaderInfo(n); err == nil {
			subject = h.Subject
		}
	case 1:
		subject, err = m.Caller.FetchHeader(n)
		subject, _, _ = strings.Cut(strings.TrimPrefix(subject, "Subject: "), "\r\n")
	default:
		subject, err = m.Caller.Body(n, imapcompat.FT_PEEK)
		subject = strings.TrimSuffix(strings.TrimPrefix(subject, "This is "), ".\r\n")
	}
	if err != nil || subject == "" {
		return false, tolerated(err)
	}
	return true, m.see(n, subject)
}

func (m *model) overview() error {
	n, err := m.someNumber()
	if n == 0 {
		return err
	}
	m.note("overview %d:*", n)
	list, err := m.Caller.FetchOverview(imapcompat.Sequence(fmt.Sprintf("%d:*", n)))
	if err != nil {
		return tolerated(err)
	}
	for _, o := range list {
		if err := errors.Join(m.see(o.Msgno, o.Subject), m.seeUID(o.UID, o.Subject)); err != nil {
			return err
		}
	}
	return nil
}

// loop reads all messages, which are read ahead, while the other client works, and deletes
// some.
func (m *model) loop() error {
	m.note("loop")
	for n := 1; ; n++ {
		if total, err := m.Caller.NumMsg(); err != nil || n > total {
			return err
		}
		there, err := m.look(n)
		if err != nil {
			return err
		}
		if m.r.IntN(4) == 0 {
			if err := m.disturb(); err != nil {
				return err
			}
		}
		if there && m.r.IntN(6) == 0 {
			if err := m.delete(n); err != nil {
				return err
			}
		}
	}
}

// walk loops over Messages, and deletes by UID and by number.
func (m *model) walk() error {
	m.note("walk")
	for msg, err := range m.Caller.Messages("1:*", imapcompat.FT_PEEK) {
		if err != nil {
			return tolerated(err)
		}
		subject, _, _ := strings.Cut(strings.TrimPrefix(string(msg.Raw), "Subject: "), "\r\n")
		if err := errors.Join(m.see(msg.Msgno, subject), m.seeUID(msg.UID, subject)); err != nil {
			return err
		}
		switch m.r.IntN(8) {
		case 0, 1:
			err = m.disturb()
		case 2:
			err = m.delete(msg.Msgno)
		case 3:
			err = m.deleteByUID(msg.UID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *model) delete(nums ...int) error {
	for _, n := range nums {
		m.doomed[m.byNumber[n]] = true
		m.note("delete %d, %s", n, m.byNumber[n])
	}
	return tolerated(m.Caller.Delete(imapcompat.SequenceOf(nums...)))
}

// deleteNumbers deletes messages by numbers, some of which the caller has seen.
func (m *model) deleteNumbers() error {
	total, err := m.Caller.NumMsg()
	if err != nil {
		return err
	}
	var nums []int
	for n := 1; n <= total; n++ {
		if m.byNumber[n] != "" && m.r.IntN(4) == 0 {
			nums = append(nums, n)
		}
	}
	if nums == nil {
		return nil
	}
	return m.delete(nums...)
}

func (m *model) deleteUID() error {
	n, err := m.someNumber()
	if n == 0 {
		return err
	}
	uid, err := m.Caller.UID(n)
	if err != nil {
		return tolerated(err)
	}
	if m.byUID[uid] == "" {
		return nil
	}
	if m.byNumber[n] != "" && m.byNumber[n] != m.byUID[uid] {
		return fmt.Errorf("number %d means %s, and its UID %d %s", n, m.byNumber[n], uid, m.byUID[uid])
	}
	return m.deleteByUID(uid)
}

func (m *model) deleteByUID(uid int) error {
	m.doomed[m.byUID[uid]] = true
	m.note("delete UID %d, %s", uid, m.byUID[uid])
	return tolerated(m.Caller.Delete(imapcompat.SequenceOf(uid), imapcompat.FT_UID))
}

func (m *model) move() error {
	n, err := m.someNumber()
	if n == 0 || m.byNumber[n] == "" || m.POP3 {
		return err
	}
	m.doomed[m.byNumber[n]] = true
	m.note("move %d, %s", n, m.byNumber[n])
	return tolerated(m.Caller.MailMove(imapcompat.SequenceOf(n), "Elsewhere"))
}

func (m *model) undelete() error {
	n, err := m.someNumber()
	if n == 0 {
		return err
	}
	m.note("undelete %d", n)
	return tolerated(m.Caller.Undelete(imapcompat.SequenceOf(n)))
}

// settle makes a call in which numbers may change.
func (m *model) settle() error {
	switch m.r.IntN(3) {
	case 0:
		return m.renumber("ping", m.Caller.Ping)
	case 1:
		return m.renumber("check", func() error { _, err := m.Caller.Check(); return err })
	}
	return m.renumber("expunge", m.Caller.Expunge)
}

func (m *model) renumber(name string, call func() error) error {
	m.note("%s", name)
	clear(m.byNumber)
	if name == "reopen" {
		clear(m.byUID) // on POP3 UIDs belong to the session
	}
	return tolerated(call())
}

// audit checks that each message was removed or kept as somebody wanted.
func (m *model) audit() error {
	list, err := m.contents()
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, o := range list {
		there[o.Subject] = true
		if o.Deleted && !m.doomed[o.Subject] {
			return fmt.Errorf("%s is marked for deletion, and nobody did it", o.Subject)
		}
	}
	for _, subject := range m.delivered {
		if !there[subject] && !m.doomed[subject] {
			return fmt.Errorf("%s is gone, and nobody removed it", subject)
		}
	}
	return nil
}
