package imaptest

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// maxNesting limits how deep SEARCH looks into nested parts.
const maxNesting = 32

func (s *imapSession) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	match, err := s.view.matcher(criteria)
	if err != nil {
		return nil, err
	}
	var (
		data    imap.SearchData
		numbers imap.SeqSet
		uids    imap.UIDSet
	)
	for i, flags := range s.flagLists() {
		if !match(i, flags) {
			continue
		}
		number := uint32(i + 1)
		if kind == imapserver.NumKindUID {
			number = uint32(s.view.messages[i].uid)
		}
		numbers.AddNum(number)
		uids.AddNum(imap.UID(number))
		if data.Count == 0 {
			data.Min = number
		}
		data.Max = number
		data.Count++
	}
	data.All = numbers
	if kind == imapserver.NumKindUID {
		data.All = uids
	}
	return &data, nil
}

func (s *imapSession) flagLists() []flagSet {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	lists := make([]flagSet, len(s.view.messages))
	for i, m := range s.view.messages {
		lists[i] = m.flagList()
	}
	return lists
}

// matcher reports whether a message matches, given its index in the view and its flags.
type matcher func(i int, flags flagSet) bool

// matcher prepares a search: all criteria must hold (RFC 3501 section 6.4.4).
func (v *view) matcher(c *imap.SearchCriteria) (matcher, error) {
	all := []matcher{func(i int, flags flagSet) bool {
		m := v.messages[i].message
		return matchFlags(flags, c) && matchSize(m, c) && matchDate(m.date, c.Since, c.Before) &&
			matchSent(m, c) && matchHeader(m, c) && matchText(m, c)
	}}
	var sets []imap.NumSet
	for _, set := range c.SeqNum {
		sets = append(sets, set)
	}
	for _, set := range c.UID {
		sets = append(sets, set)
	}
	for _, set := range sets {
		indexes, err := v.find(set)
		if err != nil {
			return nil, err
		}
		in := v.contains(indexes)
		all = append(all, func(i int, _ flagSet) bool { return in(v.messages[i].message) })
	}
	for _, not := range c.Not {
		match, err := v.matcher(&not)
		if err != nil {
			return nil, err
		}
		all = append(all, func(i int, flags flagSet) bool { return !match(i, flags) })
	}
	for _, or := range c.Or {
		first, err := v.matcher(&or[0])
		if err != nil {
			return nil, err
		}
		second, err := v.matcher(&or[1])
		if err != nil {
			return nil, err
		}
		all = append(all, func(i int, flags flagSet) bool { return first(i, flags) || second(i, flags) })
	}
	return func(i int, flags flagSet) bool {
		for _, match := range all {
			if !match(i, flags) {
				return false
			}
		}
		return true
	}, nil
}

func matchFlags(flags flagSet, c *imap.SearchCriteria) bool {
	for _, f := range c.Flag {
		if !flags.has(f) {
			return false
		}
	}
	for _, f := range c.NotFlag {
		if flags.has(f) {
			return false
		}
	}
	return true
}

func matchSize(m *message, c *imap.SearchCriteria) bool {
	size := int64(len(m.text))
	return (c.Larger == 0 || size > c.Larger) && (c.Smaller == 0 || size < c.Smaller)
}

// matchDate compares days, "disregarding time and timezone" (RFC 3501 section 6.4.4).
func matchDate(t, since, before time.Time) bool {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

func matchSent(m *message, c *imap.SearchCriteria) bool {
	if c.SentSince.IsZero() && c.SentBefore.IsZero() {
		return true
	}
	header, _ := splitMessage(m.text)
	for name, field := range headerFields(header) {
		if strings.EqualFold(name, "Date") {
			var h mail.Header
			h.Set("Date", unfold(field))
			sent, err := h.Date()
			return err == nil && matchDate(sent, c.SentSince, c.SentBefore)
		}
	}
	return false
}

func matchHeader(m *message, c *imap.SearchCriteria) bool {
	header, _ := splitMessage(m.text)
	for _, want := range c.Header {
		if !hasField(header, want) {
			return false
		}
	}
	return true
}

func hasField(header []byte, want imap.SearchCriteriaHeaderField) bool {
	for name, field := range headerFields(header) {
		if strings.EqualFold(name, want.Key) && containsFold(decodeWords(unfold(field)), want.Value) {
			return true
		}
	}
	return false
}

func decodeWords(s string) string {
	if decoded, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return decoded
	}
	return s
}

func containsFold(s, substr string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(substr))
}

// matchText searches the decoded text parts for BODY, and for TEXT also the header.
func matchText(m *message, c *imap.SearchCriteria) bool {
	if len(c.Body) == 0 && len(c.Text) == 0 {
		return true
	}
	header, _ := splitMessage(m.text)
	var head strings.Builder
	for _, field := range headerFields(header) {
		head.WriteString(decodeWords(string(bytes.TrimSpace(field))) + "\n")
	}
	entity, _ := gomessage.Read(bytes.NewReader(m.text))
	var body strings.Builder
	if entity != nil {
		writeText(&body, entity, maxNesting)
	}
	for _, want := range c.Body {
		if !containsFold(body.String(), want) {
			return false
		}
	}
	for _, want := range c.Text {
		if !containsFold(head.String(), want) && !containsFold(body.String(), want) {
			return false
		}
	}
	return true
}

// writeText collects the text of a message. It stops at parts that do not parse, since their
// end is unknown.
func writeText(w io.Writer, e *gomessage.Entity, nesting int) {
	parts := e.MultipartReader()
	if parts == nil {
		kind, _, _ := e.Header.ContentType()
		if strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "message/") || kind == "" {
			io.Copy(w, e.Body)
		}
		return
	}
	for nesting > 0 {
		part, err := parts.NextPart()
		if part == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
			return
		}
		writeText(w, part, nesting-1)
	}
}
