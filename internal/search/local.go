package search

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/charset"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Messages returns the numbers of the matching messages in ascending order. It reads the
// messages, as imap_search does on POP3. notice receives what is wrong with the texts that are
// decoded.
func Messages(ctx context.Context, s backend.Session, program *backend.Search, notice func(string)) ([]int, error) {
	p, err := compile(program)
	if err != nil {
		return nil, err
	}
	nums := make([]int, s.State().Messages)
	for i := range nums {
		nums[i] = i + 1
	}
	for _, pass := range []struct {
		needed bool
		items  backend.Items
		match  func(*backend.Message) bool
	}{
		// PHP reads the header for a date before it checks the flags.
		{len(p.flags) > 0 && len(p.days) == 0, backend.Items{Flags: true}, p.matchFlags},
		{len(p.days)+len(p.fields) > 0, backend.Items{
			Flags: len(p.flags) > 0, InternalDate: len(p.days) > 0, Envelope: len(p.fields) > 0,
		}, p.matchHeader},
	} {
		if pass.needed {
			if nums, _, err = divide(ctx, s, nums, pass.items, pass.match); err != nil {
				return nil, err
			}
		}
	}
	return p.byText(ctx, s, nums, notice)
}

// byText returns the messages that contain the texts. Mostly a header is enough to decide.
func (p *program) byText(ctx context.Context, s backend.Session, nums []int, notice func(string)) ([]int, error) {
	if len(p.text)+len(p.body) == 0 {
		return nums, nil
	}
	var found []int
	var err error
	if len(p.body) == 0 {
		inHeader := func(msg *backend.Message) bool {
			missing := slices.Clone(p.text)
			return remove(&missing, canonicalHeader(msg.Sections[0]))
		}
		if found, nums, err = divide(ctx, s, nums, header, inHeader); err != nil {
			return nil, err
		}
	}
	inMessage, _, err := divide(ctx, s, nums, whole, func(msg *backend.Message) bool {
		t := newTexts(msg, notice)
		return t.contains(p.text, true) && t.contains(p.body, false)
	})
	found = append(found, inMessage...)
	slices.Sort(found)
	return found, err
}

var (
	header = backend.Items{Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
	whole  = backend.Items{Structure: true, Sections: []backend.Section{{Name: "", Peek: true}}}
)

// divide reads items of messages, and splits the numbers into those that match and the others.
func divide(ctx context.Context, s backend.Session, nums []int, items backend.Items, match func(*backend.Message) bool) (yes, no []int, err error) {
	for msg, err := range s.Fetch(ctx, backend.SetOf(false, nums), items) {
		if err != nil {
			return nil, nil, err
		}
		if match(msg) {
			yes = append(yes, msg.Num)
		} else {
			no = append(no, msg.Num)
		}
	}
	slices.Sort(no)
	return yes, no, nil
}

// UIDs returns the UIDs of messages, in the order of nums.
func UIDs(ctx context.Context, s backend.Session, nums []int) ([]int, error) {
	uids := make(map[int]int, len(nums))
	for msg, err := range s.Fetch(ctx, backend.SetOf(false, nums), backend.Items{UID: true}) {
		if err != nil {
			return nil, err
		}
		uids[msg.Num] = msg.UID
	}
	var list []int
	for _, n := range nums {
		if uid, ok := uids[n]; ok {
			list = append(list, uid)
		}
	}
	return list, nil
}

// program is a search with its texts in canonical form, grouped by what must be read of a
// message.
type program struct {
	flags, days, fields []backend.SearchKey
	text, body          [][]byte
}

func compile(search *backend.Search) (*program, error) {
	if search.Charset.Valid && !charset.Known(search.Charset.Value) {
		return nil, badCharset(search.Charset.Value)
	}
	p := &program{}
	for _, key := range search.Keys {
		switch {
		case key.Name.HasDay():
			p.days = append(p.days, key)
			continue
		case !key.Name.HasText() || key.Name == backend.SearchKeyword || key.Name == backend.SearchUnkeyword:
			p.flags = append(p.flags, key)
			continue
		}
		text := canonical([]byte(key.Text), search.Charset.Value)
		switch key.Text = string(text); key.Name {
		case backend.SearchText:
			p.text = append(p.text, text)
		case backend.SearchBody:
			p.body = append(p.body, text)
		default:
			p.fields = append(p.fields, key)
		}
	}
	return p, nil
}

func badCharset(name string) error {
	return &backend.Error{
		Kind: backend.ErrInvalidArgument,
		Text: "[BADCHARSET (" + strings.Join(charset.Names(), " ") + ")] Unknown charset: " + name,
	}
}

// matchFlags checks the flags.
func (p *program) matchFlags(msg *backend.Message) bool {
	for _, key := range p.flags {
		if !hasFlag(&msg.Flags, key) {
			return false
		}
	}
	return true
}

// matchHeader checks the flags, the date, the addresses and the subject. They come from one
// header, so what does not parse in it is reported once.
func (p *program) matchHeader(msg *backend.Message) bool {
	return p.matchFlags(msg) && p.matchDays(msg) && (len(p.fields) == 0 || p.matchEnvelope(msg))
}

func (p *program) matchDays(msg *backend.Message) bool {
	if len(p.days) == 0 {
		return true
	}
	date, _ := rfc822.ParseDate(msg.InternalDate)
	for _, key := range p.days {
		c := dayOf(date).Compare(key.Day)
		if key.Name == backend.SearchBefore && c >= 0 || key.Name == backend.SearchOn && c != 0 || key.Name == backend.SearchSince && c < 0 {
			return false
		}
	}
	return true
}

func hasFlag(f *backend.Flags, key backend.SearchKey) bool {
	switch key.Name {
	case backend.SearchAnswered:
		return f.Answered
	case backend.SearchDeleted:
		return f.Deleted
	case backend.SearchFlagged:
		return f.Flagged
	case backend.SearchOld:
		return !f.Recent
	case backend.SearchRecent:
		return f.Recent
	case backend.SearchSeen:
		return f.Seen
	case backend.SearchUnanswered:
		return !f.Answered
	case backend.SearchUndeleted:
		return !f.Deleted
	case backend.SearchUnflagged:
		return !f.Flagged
	case backend.SearchUnseen:
		return !f.Seen
	}
	has := slices.ContainsFunc(f.Keywords, func(k string) bool { return strings.EqualFold(k, key.Text) })
	return has == (key.Name == backend.SearchKeyword)
}

// matchEnvelope checks the addresses and the subject.
func (p *program) matchEnvelope(msg *backend.Message) bool {
	env := msg.Envelope
	if env == nil {
		return false
	}
	for _, key := range p.fields {
		text, ok := field(env, key.Name)
		if !ok || !contains(bytes.TrimRight(canonicalHeader([]byte(text)), "\r\n"), []byte(key.Text)) {
			return false
		}
	}
	return true
}

func field(env *backend.Envelope, name backend.SearchName) (text string, ok bool) {
	switch name {
	case backend.SearchBcc:
		return addresses(env.Bcc)
	case backend.SearchCc:
		return addresses(env.Cc)
	case backend.SearchFrom:
		return addresses(env.From)
	case backend.SearchTo:
		return addresses(env.To)
	}
	return env.Subject.Value, env.Subject.Valid
}

// addresses returns the text of a list in which addresses are searched: separated by commas
// without blanks.
func addresses(list []backend.Address) (text string, ok bool) {
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = rfc822.FormatAddressList(list[i : i+1])
	}
	return strings.Join(texts, ","), len(list) > 0
}

// contains reports whether s contains a text. An empty text is in any s.
func contains(s, text []byte) bool { return len(text) == 0 || bytes.Contains(s, text) }

// remove removes the texts that s contains from a list, and reports whether none is left.
func remove(texts *[][]byte, s []byte) bool {
	*texts = slices.DeleteFunc(*texts, func(text []byte) bool { return len(s) > 0 && contains(s, text) })
	return len(*texts) == 0
}
