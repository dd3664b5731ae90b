package prove

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
)

// inspector reads the mailboxes of an account without changing them: it uses EXAMINE and
// BODY.PEEK.
type inspector struct {
	session *session
	tag     int
}

// inspectTimeout is the time for a command of the inspector.
const inspectTimeout = time.Minute

func newInspector(s server) (*inspector, error) {
	session, err := s.imap()
	if err != nil {
		return nil, err
	}
	return &inspector{session: session}, nil
}

func (i *inspector) Close() error { return i.session.Close() }

// quote returns a quoted string of IMAP.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// command returns the untagged responses to a command. Each has its literals in place.
func (i *inspector) command(text string) ([]string, error) {
	i.tag++
	tag := fmt.Sprintf("p%d ", i.tag)
	defer time.AfterFunc(inspectTimeout, func() { i.session.Close() }).Stop()
	if _, err := io.WriteString(i.session.conn, tag+text+"\r\n"); err != nil {
		return nil, err
	}
	var responses []string
	for {
		response, err := i.response()
		if err != nil {
			return nil, err
		}
		if status, ok := strings.CutPrefix(response, tag); ok {
			if !strings.HasPrefix(status, "OK") {
				name, _ := word(text)
				return nil, fmt.Errorf("%s: %s", name, strings.TrimSpace(status))
			}
			return responses, nil
		}
		if untagged, ok := strings.CutPrefix(response, "* "); ok {
			responses = append(responses, untagged)
		}
	}
}

func (i *inspector) response() (string, error) {
	var b strings.Builder
	for {
		line, err := readLine(i.session.r)
		if err != nil {
			return "", err
		}
		n, _, ok := announced(line)
		if !ok {
			b.WriteString(strings.TrimRight(string(line), "\r\n"))
			return b.String(), nil
		}
		b.Write(line)
		if _, err := io.CopyN(&b, i.session.r, n); err != nil {
			return "", err
		}
	}
}

// names returns the names of the mailboxes, by LIST or LSUB, as they are on the wire.
func (i *inspector) names(command string) ([]string, error) {
	responses, err := i.command(command + ` "" "*"`)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, response := range responses {
		rest, ok := strings.CutPrefix(response, command+" ")
		if !ok {
			continue
		}
		attributes, rest := word(rest)
		_, rest = word(rest)
		name, _ := word(rest)
		if !strings.Contains(strings.ToLower(attributes), `\noselect`) || command == "LSUB" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// flagState has the flags of the messages of a mailbox, by UID.
type flagState map[uint32][]string

// state is what the commands of a program can change.
type state struct {
	boxes      map[string]flagState
	subscribed []string
}

func (i *inspector) state() (state, error) {
	s := state{boxes: map[string]flagState{}}
	names, err := i.names("LIST")
	if err != nil {
		return s, err
	}
	if s.subscribed, err = i.names("LSUB"); err != nil {
		return s, err
	}
	for _, name := range names {
		flags := flagState{}
		err := i.fetch(name, "1:*", "FLAGS", func(m fetched) { flags[m.uid] = m.flags })
		if err != nil {
			return s, err
		}
		s.boxes[name] = flags
	}
	return s, nil
}

// fetched is what FETCH has of a message.
type fetched struct {
	uid   uint32
	flags []string
	date  time.Time
	text  string
}

// fetch reads data items of messages, in the order of message numbers.
func (i *inspector) fetch(name, uids, items string, f func(fetched)) error {
	responses, err := i.command("EXAMINE " + quote(name))
	if err != nil {
		return err
	}
	if slices.Contains(responses, "0 EXISTS") {
		return nil
	}
	if responses, err = i.command("UID FETCH " + uids + " (" + items + ")"); err != nil {
		return err
	}
	for _, response := range responses {
		_, rest := word(response) // the number
		kind, rest := word(rest)
		if kind != "FETCH" {
			continue
		}
		if m, ok := parseFetch(strings.TrimPrefix(strings.TrimSpace(rest), "(")); ok {
			f(m)
		}
	}
	return nil
}

func parseFetch(text string) (m fetched, ok bool) {
	for {
		item, rest := word(text)
		if item == "" || item == ")" {
			return m, m.uid != 0
		}
		value, rest := word(rest)
		text = strings.TrimPrefix(rest, ")")
		switch item {
		case "UID":
			n, err := strconv.ParseUint(strings.TrimSuffix(value, ")"), 10, 32)
			if err != nil {
				return m, false
			}
			m.uid = uint32(n)
		case "FLAGS":
			m.flags = strings.Fields(strings.Trim(value, "()"))
			m.flags = slices.DeleteFunc(m.flags, func(flag string) bool { return strings.EqualFold(flag, `\Recent`) })
			slices.Sort(m.flags)
		case "INTERNALDATE":
			m.date, _ = time.Parse("_2-Jan-2006 15:04:05 -0700", value)
		case "BODY[]":
			m.text = value
		}
	}
}

// Account is what a run leaves in the mailboxes of a user.
type Account struct {
	User       string    `json:"user"`
	Mailboxes  []Mailbox `json:"mailboxes"`
	Subscribed []string  `json:"subscribed,omitempty"`
}

// Mailbox is a mailbox after a run. Its name is in UTF-8.
type Mailbox struct {
	Name     string    `json:"name"`
	Messages []Message `json:"messages"`
}

// Message is a message after a run.
type Message struct {
	SHA256 string    `json:"sha256"`
	Octets int       `json:"octets"`
	Flags  []string  `json:"flags,omitempty"`
	Date   time.Time `json:"date"` // the internal date
	// Subject is the beginning of the field of this name, as it stands.
	Subject string `json:"subject,omitempty"`
	// Text is the message if the run has brought it, and not the servers' first content.
	Text Text `json:"text,omitempty"`
}

// account reads all mailboxes. known has the digests of the messages whose texts are known.
func (i *inspector) account(user string, known map[string]bool) (Account, error) {
	a := Account{User: user}
	names, err := i.names("LIST")
	if err != nil {
		return a, err
	}
	for _, name := range names {
		box := Mailbox{Name: plainName(name), Messages: []Message{}}
		err := i.fetch(name, "1:*", "UID FLAGS INTERNALDATE BODY.PEEK[]", func(m fetched) {
			digest := digestOf(m.text)
			message := Message{SHA256: digest, Octets: len(m.text), Flags: m.flags, Date: m.date, Subject: subject(m.text)}
			if !known[digest] {
				message.Text = Text(m.text)
			}
			box.Messages = append(box.Messages, message)
		})
		if err != nil {
			return a, err
		}
		a.Mailboxes = append(a.Mailboxes, box)
	}
	subscribed, err := i.names("LSUB")
	for _, name := range subscribed {
		a.Subscribed = append(a.Subscribed, plainName(name))
	}
	return a, err
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// plainName returns the name of a mailbox in UTF-8, or as it is on the wire.
func plainName(name string) string {
	plain, err := imapcompat.MUTF7ToUTF8(name)
	if err != nil {
		return name
	}
	return plain
}

// subject returns the beginning of the Subject of a message, as it stands.
func subject(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Subject") {
			return shorten(strings.ToValidUTF8(strings.TrimSpace(value), "?"), 70)
		}
	}
	return ""
}

// shorten returns at most n octets of a text.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// effects returns what has changed from one state to the next, in a fixed order.
func (before state) effects(after state) []Effect {
	var list []Effect
	add := func(format string, args ...any) {
		list = append(list, Effect{What: fmt.Sprintf(format, args...)})
	}
	for _, name := range slices.Sorted(maps.Keys(after.boxes)) {
		if before.boxes[name] == nil {
			add("the mailbox %s was created", plainName(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after.boxes)) {
		list = append(list, messageEffects(plainName(name), before.boxes[name], after.boxes[name])...)
	}
	for _, name := range slices.Sorted(maps.Keys(before.boxes)) {
		if after.boxes[name] == nil {
			add("the mailbox %s with %d messages was deleted", plainName(name), len(before.boxes[name]))
		}
	}
	for _, name := range without(after.subscribed, before.subscribed) {
		add("%s was subscribed", plainName(name))
	}
	for _, name := range without(before.subscribed, after.subscribed) {
		add("%s was unsubscribed", plainName(name))
	}
	return list
}

func messageEffects(mailbox string, before, after flagState) []Effect {
	var list []Effect
	add := func(kind, format string, args ...any) {
		list = append(list, Effect{kind: kind, What: fmt.Sprintf(format, args...)})
	}
	uids := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(uids)
	for _, uid := range slices.Compact(uids) {
		then, was := before[uid]
		now, is := after[uid]
		switch {
		case !is:
			add("", "message %d of %s was removed", uid, mailbox)
		case !was && len(now) > 0:
			add("", "message %d arrived in %s with %s", uid, mailbox, strings.Join(now, " "))
		case !was:
			add("", "message %d arrived in %s", uid, mailbox)
		}
		if !is || !was {
			continue
		}
		for _, flag := range without(now, then) {
			add("got", "message %d of %s got %s", uid, mailbox, flag)
		}
		for _, flag := range without(then, now) {
			add("lost", "message %d of %s lost %s", uid, mailbox, flag)
		}
	}
	return list
}

// without returns the elements of a that b does not have.
func without(a, b []string) []string {
	var list []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			list = append(list, s)
		}
	}
	return list
}
