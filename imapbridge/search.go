package imapbridge

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var (
	_ backend.Searcher = (*Session)(nil)
	_ backend.Sorter   = (*Session)(nil)
)

// Search implements [backend.Searcher]. The package sends the command itself, because
// go-imap sends strings only in UTF-8.
//
// If the server answers BAD, Search returns ErrNotSupported. With Config.Loser, it does so
// without asking the server.
func (s *Session) Search(ctx context.Context, search *backend.Search, uid bool) ([]int, error) {
	if s.cfg.Loser {
		return nil, errNoSearch
	}
	if len(search.Keys) == 0 && !uid {
		return s.everything(), nil
	}
	nums, err := s.search(ctx, search, uid)
	switch {
	case isBadCharset(err) && search.Charset.Valid && isASCII(search):
		plain := *search
		plain.Charset = backend.NString{}
		return s.search(ctx, &plain, uid)
	case len(search.Keys) == 0 && s.closed() == nil && len(nums) != s.exists():
		return s.everyUID(ctx)
	}
	return nums, err
}

// isBadCharset reports whether the server refused the charset.
func isBadCharset(err error) bool {
	var refused *backend.Error
	return errors.As(err, &refused) && refused.Code == backend.CodeBadCharset
}

// isASCII reports whether a search means the same without its charset: the charset is known
// to include ASCII, and all texts are ASCII. The server decides about an unknown charset.
func isASCII(search *backend.Search) bool {
	charset := strings.ToUpper(cmp.Or(search.Charset.Value, "US-ASCII"))
	if charset != "UTF-8" && charset != "US-ASCII" && !strings.HasPrefix(charset, "ISO-8859-") {
		return false
	}
	return !slices.ContainsFunc(search.Keys, func(key backend.SearchKey) bool {
		return strings.IndexFunc(key.Text, func(r rune) bool { return r >= 0x80 }) >= 0
	})
}

func (s *Session) search(ctx context.Context, search *backend.Search, uid bool) ([]int, error) {
	var args arguments
	args.syntax("SEARCH ")
	if search.Charset.Valid && len(search.Keys) > 0 {
		args.syntax("CHARSET ")
		args.astring(search.Charset.Value)
		args.syntax(" ")
	}
	if err := args.search(search); err != nil {
		return nil, err
	}
	return s.numbers(ctx, "SEARCH", uid, &args)
}

var errNoSearch = &backend.Error{Kind: backend.ErrNotSupported, Text: "Server does not understand the search"}

// numbers sends a command whose answer is a list of message numbers or UIDs.
func (s *Session) numbers(ctx context.Context, name string, uid bool, args *arguments) ([]int, error) {
	var nums []int
	err := s.find(ctx, name, uid, args, func(resp *response) { nums = appendNumbers(nums, resp, uid) })
	return nums, err
}

// find sends a command that finds messages, and calls answer with each untagged response of
// its name.
func (s *Session) find(ctx context.Context, name string, uid bool, args *arguments, answer func(*response)) error {
	prefix := ""
	if uid {
		prefix = "UID "
	}
	pieces, err := args.command(prefix)
	if err != nil {
		return err
	}
	return s.run(ctx, func() error {
		cmd, err := s.send(name, pieces...)
		if err != nil {
			return err
		}
		for resp := range cmd.responses() {
			switch {
			case resp.tag == "+":
				return s.statusError(unasked(resp))
			case resp.tag == "*":
				answer(resp)
			case resp.name == "BAD":
				return errNoSearch
			default:
				return s.statusError(resp)
			}
		}
		return s.wire.failure()
	})
}

// appendNumbers reads the numbers of a SEARCH or SORT response. They end at a parenthesis
// (RFC 7162 section 3.1.5). Words that are no numbers, and numbers that no message has, are
// left out.
func appendNumbers(nums []int, resp *response, uid bool) []int {
	l := &lexer{b: resp.rest}
	nums = slices.Grow(nums, 1+bytes.Count(resp.rest, []byte(" ")))
	for word := l.word(); len(word) > 0 && word[0] != '('; word = l.word() {
		n := (&lexer{b: word}).number()
		switch {
		case uid && 0 < n && n < backend.Max:
			nums = append(nums, n)
		case !uid && 0 < n && n <= resp.nums.exists:
			nums = append(nums, resp.nums.toCaller(n))
		}
	}
	return nums
}

// search adds search keys (RFC 9051 section 6.4.4), until the command is too long. No
// string may contain NUL, not even a literal.
func (a *arguments) search(search *backend.Search) error {
	if strings.ContainsRune(search.Charset.Value, 0) {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid charset"}
	}
	if len(search.Keys) == 0 {
		a.syntax("ALL")
	}
	for i, key := range search.Keys {
		if i > 0 {
			a.syntax(" ")
		}
		switch {
		case !isAtom(string(key.Name)) || strings.ContainsRune(key.Text, 0):
			return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid search key"}
		case key.Name.HasText():
			a.syntax(string(key.Name) + " ")
			a.astring(key.Text)
		case key.Name.HasDay():
			a.syntax(fmt.Sprintf("%s %d-%.3s-%04d", key.Name, key.Day.Day, time.Month(key.Day.Month), key.Day.Year))
		default:
			a.syntax(string(key.Name))
		}
		if a.err != nil {
			return a.err
		}
	}
	return nil
}
