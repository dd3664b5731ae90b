package functions

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A pattern is a regular expression of PHP. Where PCRE gives up after pcre.backtrack_limit steps,
// and PHP's function fails, Go finds the match.
type pattern struct {
	first     *regexp.Regexp // matches from the beginning of a text on
	later     *regexp.Regexp // matches after the first character of a text
	utf8      bool           // the texts are UTF-8
	lineStart bool           // begins with ^ of a line
}

// bytePattern returns a pattern without the modifier u, of an expression for texts whose bytes
// are the characters U+0000 to U+00FF.
func bytePattern(expr string) *pattern {
	return &pattern{
		first:     regexp.MustCompile(expr),
		later:     regexp.MustCompile(`\A(?s:.)(?s:.*?)(` + expr + `)`),
		lineStart: regexp.MustCompile(`^\(\?[a-zU]*m[a-zU]*\)\^`).MatchString(expr),
	}
}

// utf8Pattern returns a pattern with the modifier u.
func utf8Pattern(expr string) *pattern {
	p := bytePattern(expr)
	p.utf8 = true
	return p
}

// compiledPatterns has what compilePattern returned, by PHP's pattern.
var compiledPatterns = map[string]*pattern{}

// compilePattern returns a pattern that is made while the program runs. It throws an Error for
// one that package regexp cannot match exactly.
func compilePattern(php string) *pattern {
	if p := compiledPatterns[php]; p != nil {
		return p
	}
	expr, isUTF8, err := TranslatePattern(php)
	if err != nil {
		throw("Error", "regular expression "+php+": "+err.Error())
	}
	p := bytePattern(expr)
	p.utf8 = isUTF8
	compiledPatterns[php] = p
	return p
}

// pregError is the error of the last preg function.
var pregError = pregNoError

const (
	pregNoError            = 0
	pregInternalError      = 1
	pregBadUTF8Error       = 4
	pregBadUTF8OffsetError = 5
	pregPatternOrder       = 1
	pregSetOrder           = 2
	pregOffsetCapture      = 256
	pregUnmatchedAsNull    = 512
	pregSplitNoEmpty       = 1
	pregSplitDelimCapture  = 2
	pregGrepInvert         = 1
)

// pregLastError is preg_last_error.
//
//php:function preg_last_error()
func pregLastError() int { return pregError }

// pregLastErrorMsg is preg_last_error_msg.
//
//php:function preg_last_error_msg()
func pregLastErrorMsg() string {
	switch pregError {
	case pregInternalError:
		return "Internal error"
	case pregBadUTF8Error:
		return "Malformed UTF-8 characters, possibly incorrectly encoded"
	case pregBadUTF8OffsetError:
		return "The offset did not correspond to the beginning of a valid UTF-8 code point"
	}
	return "No error"
}

// text returns a subject as the characters that the expression matches. It fails where PHP does:
// with u, and a subject that is not UTF-8.
func (p *pattern) text(subject string) (string, bool) {
	pregError = pregNoError
	if !p.utf8 {
		return byteChars(subject), true
	}
	if !utf8.ValidString(subject) {
		pregError = pregBadUTF8Error
		return "", false
	}
	return subject, true
}

// part returns a part of the text as a part of the subject.
func (p *pattern) part(text string) string {
	if p.utf8 || isASCII(text) {
		return text
	}
	out := make([]byte, 0, len(text))
	for _, r := range text {
		out = append(out, byte(r))
	}
	return string(out)
}

// byteChars returns the bytes of a string as the characters U+0000 to U+00FF.
func byteChars(s string) string {
	if isASCII(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// find returns the places of the first match that begins at or after a place, nil if there is
// none. -1 is a group without a match.
func (p *pattern) find(text string, from int) []int {
	if from > len(text) {
		return nil
	}
	var loc []int
	if from == 0 {
		loc = p.first.FindStringSubmatchIndex(text)
	} else {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		loc = p.later.FindStringSubmatchIndex(text[from-size:])
		if loc != nil {
			loc = loc[2:] // the match without what was skipped
		}
		for i := range loc {
			if loc[i] >= 0 {
				loc[i] += from - size
			}
		}
	}
	if loc == nil || p.lineStart && loc[0] == len(text) && loc[0] > 0 { // no line follows the last newline
		return nil
	}
	return p.withoutNewline(loc)
}

// withoutNewline removes the groups "__end" and their newline from the end of the match.
func (p *pattern) withoutNewline(loc []int) []int {
	out := loc[:0:0]
	end := loc[1]
	for i, name := range p.first.SubexpNames() {
		if strings.HasPrefix(name, "__end") && loc[2*i] >= 0 {
			end = loc[2*i]
		}
	}
	for i, name := range p.first.SubexpNames() {
		if !strings.HasPrefix(name, "__end") {
			out = append(out, min(loc[2*i], end), min(loc[2*i+1], end))
		}
	}
	return out
}

// names returns the names of the groups, "" for those that have none.
func (p *pattern) names() []string {
	var names []string
	for _, name := range p.first.SubexpNames() {
		if !strings.HasPrefix(name, "__end") {
			names = append(names, name)
		}
	}
	return names
}

// all ranges over the matches that do not overlap. After an empty match the next one begins a
// character later.
func (p *pattern) all(text string) iter.Seq[[]int] { return p.allFrom(text, 0) }

// allFrom is all of the matches that begin at or after a place.
func (p *pattern) allFrom(text string, from int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for from := from; ; {
			loc := p.find(text, from)
			if loc == nil || !yield(loc) {
				return
			}
			from = loc[1]
			if loc[0] == loc[1] {
				_, size := utf8.DecodeRuneInString(text[from:])
				from += max(1, size)
			}
		}
	}
}

// allIf ranges over the matches, or over none.
func (p *pattern) allIf(ok bool, text string) iter.Seq[[]int] {
	if !ok {
		return func(func([]int) bool) {}
	}
	return p.all(text)
}

// groups returns the texts of a match's groups, without those at the end that have no match.
func (p *pattern) groups(text string, loc []int) []string {
	for len(loc) > 2 && loc[len(loc)-2] < 0 {
		loc = loc[:len(loc)-2]
	}
	var list []string
	for i := 0; i < len(loc); i += 2 {
		list = append(list, p.part(text[max(0, loc[i]):max(0, loc[i+1])]))
	}
	return list
}

// groupArray returns a match's groups as preg_match stores them.
func (p *pattern) groupArray(text string, loc []int, flags int) *Array[any] {
	out := newArray[any]()
	names := p.names()
	for i := 0; i < len(loc); i += 2 {
		if flags&pregUnmatchedAsNull == 0 && !slices.ContainsFunc(loc[i:], func(n int) bool { return n >= 0 }) {
			break
		}
		if name := names[i/2]; name != "" {
			out.Set(name, p.group(text, loc[i], loc[i+1], flags))
		}
		out.Set(i/2, p.group(text, loc[i], loc[i+1], flags))
	}
	return out
}

// group returns the text of a group, with its offset if the flags say so.
func (p *pattern) group(text string, from, to, flags int) any {
	value := any(nil)
	if from >= 0 || flags&pregUnmatchedAsNull == 0 {
		value = p.part(text[max(0, from):max(0, to)])
	}
	if flags&pregOffsetCapture == 0 {
		return value
	}
	offset := -1
	if from >= 0 {
		offset = len(p.part(text[:from]))
	}
	return listOf(value, any(offset))
}

// pregMatch is preg_match without matches.
//
//php:function preg_match(pattern, subject)
func pregMatch(p *pattern, subject string) (int, bool) {
	text, ok := p.text(subject)
	return boolInt(ok && p.first.MatchString(text) && p.find(text, 0) != nil), ok
}

// pregMatchList is preg_match of a pattern whose groups have no names.
//
//php:function preg_match(pattern, subject, &matches)
func pregMatchList(p *pattern, subject string, matches *[]string) (int, bool) {
	*matches = nil
	text, ok := p.text(subject)
	if !ok {
		return 0, false
	}
	loc := p.find(text, 0)
	if loc != nil {
		*matches = p.groups(text, loc)
	}
	return boolInt(loc != nil), true
}

// pregMatchArray is preg_match of any pattern. With the modifier u, a subject that is not UTF-8
// before the offset fails here and does not in PHP.
//
//php:function preg_match(pattern, subject, &matches, flags = 0, offset = 0)
func pregMatchArray(p *pattern, subject string, matches **Array[any], flags, offset int) (int, bool) {
	found := newArray[any]()
	*matches = found
	text, ok := p.text(subject)
	if !ok {
		return 0, false
	}
	from := p.offset(subject, offset)
	if from > len(text) {
		pregError = pregInternalError
		return 0, false
	}
	if p.utf8 && from < len(text) && !utf8.RuneStart(text[from]) {
		pregError = pregBadUTF8OffsetError
		return 0, false
	}
	loc := p.find(text, from)
	if loc != nil {
		*matches = p.groupArray(text, loc, flags)
	}
	return boolInt(loc != nil), true
}

// offset returns the place in the text of an offset in the subject, which may be from its end.
// One that is beyond the end stays beyond it.
func (p *pattern) offset(subject string, offset int) int {
	if offset < 0 {
		offset = max(0, len(subject)+offset)
	}
	if offset > len(subject) {
		return offset + len(subject)
	}
	if p.utf8 {
		return offset
	}
	return len(byteChars(subject[:offset]))
}

// pregMatchAll is preg_match_all without matches.
//
//php:function preg_match_all(pattern, subject)
func pregMatchAll(p *pattern, subject string) (int, bool) {
	text, ok := p.text(subject)
	n := 0
	for range p.allIf(ok, text) {
		n++
	}
	return n, ok
}

// pregMatchAllLists is preg_match_all of a pattern whose groups have no names: a list for each
// group.
//
//php:function preg_match_all(pattern, subject, &matches)
func pregMatchAllLists(p *pattern, subject string, matches *[][]string) (int, bool) {
	text, ok := p.text(subject)
	n := 0
	lists := make([][]string, len(p.names()))
	for loc := range p.allIf(ok, text) {
		n++
		for i := range lists {
			lists[i] = append(lists[i], p.part(text[max(0, loc[2*i]):max(0, loc[2*i+1])]))
		}
	}
	*matches = lists
	return n, ok
}

// pregMatchAllFrom is preg_match_all from an offset on. With the modifier u, a subject that is not UTF-8
// before the offset fails here and does not in PHP.
//
//php:function preg_match_all(pattern, subject, &matches, flags, offset)
func pregMatchAllFrom(p *pattern, subject string, matches **Array[any], flags, offset int) (int, bool) {
	if offset == 0 {
		return pregMatchAllArray(p, subject, matches, flags)
	}
	*matches = newArray[any]()
	text, ok := p.text(subject)
	from := p.offset(subject, offset)
	switch {
	case !ok:
		return 0, false
	case from > len(text):
		pregError = pregInternalError
		return 0, false
	case p.utf8 && from < len(text) && !utf8.RuneStart(text[from]):
		pregError = pregBadUTF8OffsetError
		return 0, false
	}
	return pregMatchesFrom(p, text, from, matches, flags), true
}

// pregMatchAllArray is preg_match_all of any pattern.
//
//php:function preg_match_all(pattern, subject, &matches, flags = 0)
func pregMatchAllArray(p *pattern, subject string, matches **Array[any], flags int) (int, bool) {
	text, ok := p.text(subject)
	if !ok {
		return pregMatchesFrom(p, "", 1, matches, flags), false // no match
	}
	return pregMatchesFrom(p, text, 0, matches, flags), true
}

// pregMatchesFrom stores all matches that begin at or after a place and returns their number.
func pregMatchesFrom(p *pattern, text string, from int, matches **Array[any], flags int) int {
	found := newArray[any]()
	*matches = found
	n := 0
	if flags&pregSetOrder != 0 {
		for loc := range p.allFrom(text, from) {
			n++
			found.Append(p.groupArray(text, loc, flags))
		}
		return n
	}
	for i, name := range p.names() {
		n = 0
		list := newArray[any]()
		for loc := range p.allFrom(text, from) {
			n++
			list.Append(p.group(text, loc[2*i], loc[2*i+1], flags))
		}
		if name != "" {
			found.Set(name, list)
		}
		found.Set(i, cloneValue(list))
	}
	return n
}

// pregReplace is preg_replace. $1, ${1} and \1 in the replacement are groups.
//
//php:function preg_replace(pattern, replacement, subject, limit = -1) null
func pregReplace(p *pattern, replacement, subject string, limit int) (string, bool) {
	return pregReplaceCallback(p, func(groups []string) string { return expandGroups(replacement, groups) }, subject, limit)
}

// pregReplaceCount is preg_replace that says how many matches it has replaced.
//
//php:function preg_replace(pattern, replacement, subject, limit, &count) null
func pregReplaceCount(p *pattern, replacement, subject string, limit int, count *int) (string, bool) {
	return pregReplaceCallbackCount(p, func(groups []string) string { return expandGroups(replacement, groups) }, subject, limit, count)
}

// pregReplaceArray is preg_replace of the values of an array. Those for which it fails are left out.
//
//php:function preg_replace of arrays(pattern, replacement, subject, limit = -1)
func pregReplaceArray(p *pattern, replacement string, subjects *Array[string], limit int) *Array[string] {
	out := newArray[string]()
	for k, s := range subjects.All() {
		if s, ok := pregReplace(p, replacement, s, limit); ok {
			out.Set(k, s)
		}
	}
	return out
}

// pregReplaceArrayEach is preg_replace of the values of an array, by several patterns.
//
//php:function preg_replace of arrays(pattern, replacement, subject)
func pregReplaceArrayEach(patterns []*pattern, replacement string, subjects *Array[string]) *Array[string] {
	return pregReplaceArrayList(patterns, slices.Repeat([]string{replacement}, len(patterns)), subjects)
}

// pregReplaceArrayList is preg_replace of the values of an array, by several patterns and replacements.
//
//php:function preg_replace of arrays(pattern, replacement, subject)
func pregReplaceArrayList(patterns []*pattern, replacements []string, subjects *Array[string]) *Array[string] {
	out := newArray[string]()
	for k, s := range subjects.All() {
		if s, ok := pregReplaceList(patterns, replacements, s); ok {
			out.Set(k, s)
		}
	}
	return out
}

// pregReplaceEach is preg_replace of several patterns, one after the other, by the same text.
//
//php:function preg_replace(pattern, replacement, subject) null
func pregReplaceEach(patterns []*pattern, replacement, subject string) (string, bool) {
	return pregReplaceList(patterns, slices.Repeat([]string{replacement}, len(patterns)), subject)
}

// pregReplaceList is preg_replace of several patterns, one after the other, by the replacements
// in the same places, or by "".
//
//php:function preg_replace(pattern, replacement, subject) null
func pregReplaceList(patterns []*pattern, replacements []string, subject string) (string, bool) {
	for i, p := range patterns {
		by := ""
		if i < len(replacements) {
			by = replacements[i]
		}
		var ok bool
		if subject, ok = pregReplace(p, by, subject, -1); !ok {
			return "", false
		}
	}
	return subject, true
}

// pregReplaceListCount is preg_replace of several patterns that says how many matches it has replaced.
//
//php:function preg_replace(pattern, replacement, subject, limit, &count) null
func pregReplaceListCount(patterns []*pattern, replacements []string, subject string, limit int, count *int) (string, bool) {
	*count = 0
	for i, p := range patterns {
		var n int
		var ok bool
		if subject, ok = pregReplaceCount(p, at(replacements, i), subject, limit, &n); !ok {
			return "", false
		}
		*count += n
	}
	return subject, true
}

// pregReplaceEachCount is preg_replace of several patterns by the same text that says how many matches it
// has replaced.
//
//php:function preg_replace(pattern, replacement, subject, limit, &count) null
func pregReplaceEachCount(patterns []*pattern, replacement, subject string, limit int, count *int) (string, bool) {
	return pregReplaceListCount(patterns, slices.Repeat([]string{replacement}, len(patterns)), subject, limit, count)
}

var groupReference = regexp.MustCompile(`\\[0-9]{1,2}|\$[0-9]{1,2}|\$\{[0-9]{1,2}\}|\\[\\$]`)

// expandGroups replaces the references to groups in a replacement.
func expandGroups(replacement string, groups []string) string {
	return groupReference.ReplaceAllStringFunc(replacement, func(ref string) string {
		if last := ref[len(ref)-1]; last == '\\' || last == '$' {
			return ref[1:]
		}
		n, _ := strconv.Atoi(strings.Trim(ref, `\${}`))
		if n >= len(groups) {
			return ""
		}
		return groups[n]
	})
}

// pregReplaceCallback is preg_replace_callback.
//
//php:function preg_replace_callback(pattern, callback, subject, limit = -1) null
func pregReplaceCallback(p *pattern, f func(groups []string) string, subject string, limit int) (string, bool) {
	return pregReplaceCallbackCount(p, f, subject, limit, new(int))
}

// pregReplaceCallbackCount is preg_replace_callback that says how many matches it has replaced.
//
//php:function preg_replace_callback(pattern, callback, subject, limit, &count) null
func pregReplaceCallbackCount(p *pattern, f func(groups []string) string, subject string, limit int, count *int) (string, bool) {
	return pregReplaceMatches(p, func(text string, loc []int) string { return f(p.groups(text, loc)) }, subject, limit, count)
}

// pregReplaceCallbackArray is preg_replace_callback with a function that gets an array, with the
// names of groups as keys.
//
//php:function preg_replace_callback(pattern, callback, subject, limit = -1) null
func pregReplaceCallbackArray(p *pattern, f func(groups *Array[any]) string, subject string, limit int) (string, bool) {
	return pregReplaceCallbackFlags(p, f, subject, limit, new(int), 0)
}

// pregReplaceCallbackFlags is preg_replace_callback with flags for the array that the function gets.
//
//php:function preg_replace_callback(pattern, callback, subject, limit, &count, flags = 0) null
func pregReplaceCallbackFlags(p *pattern, f func(groups *Array[any]) string, subject string, limit int, count *int, flags int) (string, bool) {
	return pregReplaceMatches(p, func(text string, loc []int) string { return f(p.groupArray(text, loc, flags)) }, subject, limit, count)
}

// pregReplaceMatches replaces the matches in a subject, at most as many as limit.
func pregReplaceMatches(p *pattern, by func(text string, loc []int) string, subject string, limit int, count *int) (string, bool) {
	*count = 0
	text, ok := p.text(subject)
	if !ok {
		return "", false
	}
	var out strings.Builder
	end := 0
	for loc := range p.all(text) {
		if *count == limit {
			break
		}
		*count++
		out.WriteString(p.part(text[end:loc[0]]) + by(text, loc))
		end = loc[1]
	}
	return out.String() + p.part(text[end:]), true
}

// pregSplit is preg_split, without the flag for offsets.
//
//php:function preg_split(pattern, subject, limit = -1, flags = 0)
func pregSplit(p *pattern, subject string, limit, flags int) ([]string, bool) {
	text, ok := p.text(subject)
	if limit == 1 && subject != "" { // nothing is matched
		return []string{subject}, true
	}
	if !ok {
		return nil, false
	}
	if limit == 0 {
		limit = -1
	}
	var parts []string
	add := func(part string) bool {
		if part == "" && flags&pregSplitNoEmpty != 0 {
			return false
		}
		parts = append(parts, part)
		return true
	}
	end := 0
	for loc := range p.all(text) {
		if limit == 1 {
			break
		}
		if add(p.part(text[end:loc[0]])) && limit > 0 {
			limit--
		}
		if flags&pregSplitDelimCapture != 0 {
			for _, group := range p.groups(text, loc)[1:] {
				add(group)
			}
		}
		end = loc[1]
	}
	add(p.part(text[end:]))
	return parts, true
}

// pregQuote is preg_quote.
//
//php:function preg_quote(str, delimiter = "")
func pregQuote(s, delimiter string) string {
	var out strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == 0:
			out.WriteString(`\000`)
			continue
		case strings.IndexByte(`.\+*?[^]$(){}=!<>|:-#`, c) >= 0 || delimiter != "" && c == delimiter[0]:
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// pregGrep is preg_grep: the values that match, or those that do not.
//
//php:function preg_grep(pattern, array, flags = 0)
func pregGrep[V any](p *pattern, a *Array[V], flags int) *Array[V] {
	out := newArray[V]()
	for k, v := range a.All() {
		n, ok := pregMatch(p, toString(v))
		if !ok {
			break
		}
		if (n == 1) == (flags&pregGrepInvert == 0) {
			out.Set(k, v)
		}
	}
	return out
}
