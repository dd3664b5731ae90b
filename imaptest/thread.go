package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// conversation is a message with the messages that answer it (RFC 5256 section 3).
type conversation struct {
	message *candidate // nil for a message that the search did not find
	parent  *conversation
	answers []*conversation
}

// threadAlgorithms arrange messages.
var threadAlgorithms = map[string]func([]*candidate) []*conversation{
	"ORDEREDSUBJECT": orderedSubject,
	"REFERENCES":     references,
	"REFS":           refs,
}

// thread answers THREAD.
func (s *imapSession) thread(c *command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) < 2:
		return reply{}, errInvalidArguments
	}
	name := strings.ToUpper(args[0].text)
	arrange := threadAlgorithms[name]
	if arrange == nil || args[0].kind != atomArgument || !s.offers("THREAD="+name) {
		return reply{}, syntaxError("Unknown thread algorithm.")
	}
	_, found, err := s.findCharset(c, args[1:])
	if err != nil {
		return reply{}, err
	}
	s.untaggedStart("THREAD ") // Dovecot's blank is there if nothing is found, too
	s.writeConversations(arrange(found), c.byUID)
	s.out.WriteString("\r\n")
	return ok("Thread completed."), nil
}

// openList is a list of conversations that is being written.
type openList struct {
	rest []*conversation
}

// writeConversations writes each conversation in parentheses. It does not recurse, because a
// conversation may be as deep as a mailbox is large.
func (s *imapSession) writeConversations(roots []*conversation, byUID bool) {
	open := []openList{{roots}}
	for len(open) > 0 {
		top := &open[len(open)-1]
		if len(top.rest) == 0 {
			if open = open[:len(open)-1]; len(open) > 0 {
				s.out.WriteByte(')')
			}
			continue
		}
		next := top.rest[0]
		top.rest = top.rest[1:]
		s.out.WriteByte('(')
		open = append(open, openList{s.writeChain(next, byUID)})
	}
}

// writeChain writes a message and its answers as long as there is one each. It returns the
// answers of the last.
func (s *imapSession) writeChain(c *conversation, byUID bool) []*conversation {
	for {
		if c.message != nil {
			fmt.Fprint(s.out, s.view.number(c.message.index, byUID))
			if len(c.answers) > 0 {
				s.out.WriteByte(' ')
			}
		}
		if len(c.answers) != 1 {
			return c.answers
		}
		c = c.answers[0]
	}
}

// orderedSubject puts messages with the same base subject under the oldest of them.
func orderedSubject(found []*candidate) []*conversation {
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b *candidate) int {
		return cmp.Or(strings.Compare(a.baseSubject(), b.baseSubject()), a.sentDate().Compare(b.sentDate()))
	})
	var roots []*conversation
	for i, m := range sorted {
		c := &conversation{message: m}
		if i > 0 && m.baseSubject() == sorted[i-1].baseSubject() {
			root := roots[len(roots)-1]
			root.answers = append(root.answers, c)
		} else {
			roots = append(roots, c)
		}
	}
	slices.SortStableFunc(roots, byDate)
	return roots
}

// first returns the message of a conversation, or that of its first answer.
func (c *conversation) first() *candidate {
	for c.message == nil {
		c = c.answers[0]
	}
	return c.message
}

func byDate(a, b *conversation) int {
	first, second := a.first(), b.first()
	return cmp.Or(first.sentDate().Compare(second.sentDate()), cmp.Compare(first.index, second.index))
}

// references is REFERENCES of RFC 5256. Steps in comments are those of its section 3.
func references(found []*candidate) []*conversation {
	roots := prune(link(found))
	sortAnswers(roots)
	roots = joinSubjects(roots)
	slices.SortStableFunc(roots, byDate)
	return roots
}

// refs is REFS of draft-ietf-morg-inthread: conversations are not joined by subject, and the one
// with the latest message is the last. Dovecot compares the dates in their headers.
func refs(found []*candidate) []*conversation {
	roots := prune(link(found))
	sortAnswers(roots)
	latest := make(map[*conversation]time.Time)
	for _, root := range roots {
		for c := range root.all() {
			if c.message != nil && c.message.sentDate().After(latest[root]) {
				latest[root] = c.message.sentDate()
			}
		}
	}
	slices.SortStableFunc(roots, func(a, b *conversation) int { return latest[a].Compare(latest[b]) })
	return roots
}

// all yields a conversation and all in it, parents first.
func (c *conversation) all() func(yield func(*conversation) bool) {
	return func(yield func(*conversation) bool) {
		for open := []*conversation{c}; len(open) > 0; {
			c := open[len(open)-1]
			open = open[:len(open)-1]
			if !yield(c) {
				return
			}
			open = append(open, c.answers...)
		}
	}
}

// linker finds parents by Message-IDs (step 1).
type linker struct {
	byID map[string]*conversation
	all  []*conversation // in the order in which they were made
}

func (l *linker) add(c *conversation) *conversation {
	l.all = append(l.all, c)
	return c
}

// named returns the conversation of a Message-ID.
func (l *linker) named(id string) *conversation {
	if l.byID[id] == nil {
		l.byID[id] = l.add(&conversation{})
	}
	return l.byID[id]
}

// link returns the roots (step 2).
func link(found []*candidate) []*conversation {
	l := &linker{byID: make(map[string]*conversation)}
	for _, m := range found {
		l.link(m)
	}
	var roots []*conversation
	for _, c := range l.all {
		if c.parent == nil {
			roots = append(roots, c)
		}
	}
	return roots
}

func (l *linker) link(m *candidate) {
	var parent *conversation
	for _, id := range m.content.References() {
		c := l.named(id)
		if parent != nil && c.parent == nil {
			c.follow(parent)
		}
		parent = c
	}
	c := l.own(m)
	if c.parent != nil {
		c.leave()
	}
	if parent != nil {
		c.follow(parent)
	}
}

// own returns the conversation of a message. A Message-ID that another message has already counts
// as none.
func (l *linker) own(m *candidate) *conversation {
	id := m.content.MessageID()
	if id == "" || l.byID[id] != nil && l.byID[id].message != nil {
		return l.add(&conversation{message: m})
	}
	c := l.named(id)
	c.message = m
	return c
}

// follow makes c an answer to parent, unless parent is in c.
func (c *conversation) follow(parent *conversation) {
	for p := parent; p != nil; p = p.parent {
		if p == c {
			return
		}
	}
	c.parent = parent
	parent.answers = append(parent.answers, c)
}

// leave takes c out of its parent's answers.
func (c *conversation) leave() {
	c.parent.answers = slices.DeleteFunc(c.parent.answers, func(other *conversation) bool { return other == c })
	c.parent = nil
}

// prune drops missing messages without answers, and replaces those with answers by them (step 3).
// A missing root stays if it has several answers.
func prune(roots []*conversation) []*conversation {
	var order []*conversation // parents before their answers
	for _, root := range roots {
		for c := range root.all() {
			order = append(order, c)
		}
	}
	for _, c := range slices.Backward(order) {
		c.answers = withoutMissing(c.answers)
	}
	var kept []*conversation
	for _, root := range roots {
		switch {
		case root.message == nil && len(root.answers) <= 1:
			kept = append(kept, root.answers...)
		default:
			kept = append(kept, root)
		}
	}
	return kept
}

func withoutMissing(list []*conversation) []*conversation {
	var kept []*conversation
	for _, c := range list {
		if c.message == nil {
			kept = append(kept, c.answers...)
		} else {
			kept = append(kept, c)
		}
	}
	return kept
}

// sortAnswers sorts all answers by date (steps 4 and 6).
func sortAnswers(roots []*conversation) {
	for _, root := range roots {
		for c := range root.all() {
			slices.SortStableFunc(c.answers, byDate)
		}
	}
}

// subjectOf returns the base subject of a conversation, and whether it is that of an answer.
func (c *conversation) subjectOf() (subject string, answer bool) {
	return c.first().content.BaseSubject()
}

// joinSubjects joins roots with the same base subject (step 5).
func joinSubjects(roots []*conversation) []*conversation {
	slices.SortStableFunc(roots, byDate)
	table := make(map[string]*conversation)
	for _, c := range roots {
		subject, answer := c.subjectOf()
		if subject == "" {
			continue
		}
		old := table[subject]
		if old == nil {
			table[subject] = c
			continue
		}
		_, oldAnswer := old.subjectOf()
		if old.message != nil && (c.message == nil || oldAnswer && !answer) {
			table[subject] = c
		}
	}
	var kept []*conversation
	for _, c := range roots {
		subject, _ := c.subjectOf()
		if first := table[subject]; first == nil || first == c {
			kept = append(kept, c)
		} else if joined := first.join(c); joined != first {
			table[subject] = joined
			kept[slices.Index(kept, first)] = joined
		}
	}
	slices.SortStableFunc(kept, byDate)
	sortAnswers(kept)
	return kept
}

// join adds a root to another one of the same subject, and returns the root of both.
func (c *conversation) join(other *conversation) *conversation {
	_, answer := c.subjectOf()
	_, otherAnswer := other.subjectOf()
	switch {
	case c.message == nil && other.message == nil:
		c.answers = append(c.answers, other.answers...)
	case c.message == nil || otherAnswer && !answer:
		c.answers = append(c.answers, other)
	default:
		return &conversation{answers: []*conversation{c, other}}
	}
	return c
}
