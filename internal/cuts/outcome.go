package cuts

import "fmt"

// Outcome is the result of a session that was cut.
type Outcome struct {
	Passed map[Direction]int // octets
	Lost   int               // messages
	Faults []string          // lost messages, and everything else that is wrong
}

func (o *Outcome) fault(format string, args ...any) {
	o.Faults = append(o.Faults, fmt.Sprintf(format, args...))
}

// check checks the mail.
func (o *Outcome) check(a Account, r *running, protocol string) error {
	found := make(map[string]map[int]int)
	for _, mailbox := range []string{"INBOX", "Archive", "Sent"} {
		texts, err := a.Look(mailbox)
		if err != nil {
			return err
		}
		found[mailbox] = o.numbers(mailbox, texts)
	}
	inbox, archive, sent := found["INBOX"], found["Archive"], found["Sent"]
	mayBeGone := r.began("expunge")
	isGone := r.begun["expunge"]
	if protocol == "pop3" { // the server removes messages at QUIT
		mayBeGone, isGone = r.began("close") && r.begun["expunge"], r.begun["close"]
	}
	for n := 1; n <= Messages; n++ {
		where := inbox[n]
		if isMoved(n) {
			where += archive[n]
		}
		if where == 0 && !(n == removed && mayBeGone) {
			o.Lost++
			o.fault("message %d is lost", n)
		}
	}
	if isGone && inbox[removed] > 0 {
		o.fault("the expunged message is still there")
	}
	if r.begun["copy"] && archive[copied] != 1 || archive[copied] > 1 {
		o.fault("%d copies", archive[copied])
	}
	for n := moved; protocol == "imap" && n <= lastMoved; n++ {
		// No call waits for the moves before the next call that is no move.
		if r.begun["append"] && archive[n] != 1 || archive[n] > 1 {
			o.fault("the moved message %d is there %d times", n, archive[n])
		}
		if r.begun["expunge"] && inbox[n] > 0 {
			o.fault("the moved message %d was not expunged", n)
		}
	}
	for n, told := range r.told {
		if told && archive[n] != 1 {
			o.fault("message %d, of whose copy the server has told, is there %d times", n, archive[n])
		}
	}
	if r.begun["append"] && sent[appended] != 1 || sent[appended] > 1 {
		o.fault("the appended message is there %d times", sent[appended])
	}
	return nil
}

// numbers returns how often each message is in a mailbox. Any other text, such as a part of a
// message, is a fault.
func (o *Outcome) numbers(mailbox string, texts []string) map[int]int {
	found := make(map[int]int)
	for _, text := range texts {
		n := 1
		for n <= appended && Text(n) != text {
			n++
		}
		if n > appended {
			o.fault("%s has %q", mailbox, text)
		}
		found[n]++
	}
	return found
}
