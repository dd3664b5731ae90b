package functions

import (
	"slices"
	"strings"
)

// strPad is str_pad.
//
//php:function str_pad(string, length, pad_string = " ", pad_type = strPadRight)
func strPad(s string, length int, pad string, side int) string {
	if length <= len(s) {
		return s
	}
	if pad == "" {
		throw("ValueError", "str_pad(): Argument #3 ($pad_string) must be a non-empty string")
	}
	missing := length - len(s)
	fill := func(n int) string { return strings.Repeat(pad, n/len(pad)+1)[:n] }
	switch side {
	case strPadLeft:
		return fill(missing) + s
	case strPadBoth:
		return fill(missing/2) + s + fill(missing-missing/2)
	case strPadRight:
		return s + fill(missing)
	}
	throw("ValueError", "str_pad(): Argument #4 ($pad_type) must be STR_PAD_LEFT, STR_PAD_RIGHT, or STR_PAD_BOTH")
	return ""
}

const (
	strPadLeft  = 0
	strPadRight = 1
	strPadBoth  = 2
)

// substr is substr without a length. A negative offset counts from the end.
//
//php:function substr(string, offset)
func substr(s string, offset int) string {
	if offset < 0 {
		offset = max(0, len(s)+offset)
	}
	return s[min(offset, len(s)):]
}

// substrLength is substr with a length. A negative length leaves out so many bytes at the end.
//
//php:function substr(string, offset, length)
func substrLength(s string, offset, length int) string {
	s = substr(s, offset)
	if length < 0 {
		return s[:max(0, len(s)+length)]
	}
	return s[:min(length, len(s))]
}

// strpos is strpos: the offset of a text, false if it is not there.
//
//php:function strpos(haystack, needle, offset = 0)
func strpos(s, needle string, offset int) (int, bool) {
	offset = searchOffset("strpos", len(s), offset)
	i := strings.Index(s[offset:], needle)
	return presentIf(offset+i, i >= 0)
}

// stripos is stripos: strpos for ASCII letters of both cases.
//
//php:function stripos(haystack, needle, offset = 0)
func stripos(s, needle string, offset int) (int, bool) {
	offset = searchOffset("stripos", len(s), offset)
	return strpos(strtolower(s), strtolower(needle), offset)
}

// searchOffset returns the offset from the beginning for one that may be from the end.
func searchOffset(function string, length, offset int) int {
	if offset < 0 {
		offset += length
	}
	if offset < 0 || offset > length {
		throw("ValueError", function+"(): Argument #3 ($offset) must be contained in argument #1 ($haystack)")
	}
	return offset
}

// strrpos is strrpos: the last offset of a text, false if it is not there.
//
//php:function strrpos(haystack, needle, offset = 0)
func strrpos(s, needle string, offset int) (int, bool) {
	from := searchOffset("strrpos", len(s), offset)
	if offset < 0 {
		end := min(len(s), from+len(needle))
		i := strings.LastIndex(s[:end], needle)
		return presentIf(i, i >= 0)
	}
	i := strings.LastIndex(s[from:], needle)
	return presentIf(from+i, i >= 0)
}

// strripos is strripos: strrpos for ASCII letters of both cases.
//
//php:function strripos(haystack, needle, offset = 0)
func strripos(s, needle string, offset int) (int, bool) {
	searchOffset("strripos", len(s), offset)
	return strrpos(strtolower(s), strtolower(needle), offset)
}

// strstr is strstr: the rest of a string from a text on, or what is before it.
//
//php:function strstr(haystack, needle, before_needle = false)
//php:function strchr(haystack, needle, before_needle = false)
func strstr(s, needle string, before bool) (string, bool) {
	return cutAt(s, strings.Index(s, needle), before)
}

// stristr is stristr: strstr for ASCII letters of both cases.
//
//php:function stristr(haystack, needle, before_needle = false)
func stristr(s, needle string, before bool) (string, bool) {
	return cutAt(s, strings.Index(strtolower(s), strtolower(needle)), before)
}

// cutAt returns the rest of a string from i on, or what is before it. i < 0 is false.
func cutAt(s string, i int, before bool) (string, bool) {
	switch {
	case i < 0:
		return "", false
	case before:
		return s[:i], true
	}
	return s[i:], true
}

// strrchr is strrchr: the rest of a string from the last place on of a text's first byte.
//
//php:function strrchr(haystack, needle)
func strrchr(s, needle string) (string, bool) {
	return cutAt(s, strings.LastIndexByte(s, (needle + "\x00")[0]), false)
}

// substrCount is substr_count.
//
//php:function substr_count(haystack, needle)
func substrCount(s, needle string) int {
	if needle == "" {
		throw("ValueError", "substr_count(): Argument #2 ($needle) cannot be empty")
	}
	return strings.Count(s, needle)
}

// substrReplace is substr_replace of one string.
//
//php:function substr_replace(string, replace, offset)
func substrReplace(s, replace string, offset int) string {
	return s[:len(s)-len(substr(s, offset))] + replace
}

// substrReplaceLength is substr_replace of one string with a length.
//
//php:function substr_replace(string, replace, offset, length)
func substrReplaceLength(s, replace string, offset, length int) string {
	start := len(s) - len(substr(s, offset))
	return s[:start] + replace + s[start+len(substrLength(s, offset, length)):]
}

// substrCompare is substr_compare of the rest of a string.
//
//php:function substr_compare(haystack, needle, offset)
func substrCompare(s, other string, offset int) int {
	if offset > len(s) {
		throw("ValueError", "substr_compare(): Argument #3 ($offset) must be contained in argument #1 ($haystack)")
	}
	return strcmp(substr(s, offset), other)
}

// strtolower is strtolower: ASCII letters only.
//
//php:function strtolower(string)
func strtolower(s string) string {
	return mapBytes(s, func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	})
}

// strtoupper is strtoupper: ASCII letters only.
//
//php:function strtoupper(string)
func strtoupper(s string) string {
	return mapBytes(s, func(c byte) byte {
		if c >= 'a' && c <= 'z' {
			return c - 'a' + 'A'
		}
		return c
	})
}

func mapBytes(s string, f func(byte) byte) string {
	out := []byte(s)
	for i, c := range out {
		out[i] = f(c)
	}
	return string(out)
}

// ucfirst is ucfirst: the first letter in upper case.
//
//php:function ucfirst(string)
func ucfirst(s string) string {
	n := min(1, len(s))
	return strtoupper(s[:n]) + s[n:]
}

// lcfirst is lcfirst: the first letter in lower case.
//
//php:function lcfirst(string)
func lcfirst(s string) string {
	n := min(1, len(s))
	return strtolower(s[:n]) + s[n:]
}

// ucwords is ucwords: the first letter of each word in upper case.
//
//php:function ucwords(string, separators = " \t\r\n\f\v")
func ucwords(s, separators string) string {
	separator := charMask(separators)
	first := true
	return mapBytes(s, func(c byte) byte {
		if first {
			c = strtoupper(string([]byte{c}))[0]
		}
		first = separator[c]
		return c
	})
}

// charMask returns which bytes a list of characters has. "a..z" is a range.
func charMask(chars string) (mask [256]bool) {
	for i := 0; i < len(chars); i++ {
		switch rest := chars[i:]; {
		case len(rest) > 3 && rest[1:3] == ".." && rest[3] >= rest[0]:
			for c := int(rest[0]); c <= int(rest[3]); c++ {
				mask[c] = true
			}
			i += 3
		case strings.HasPrefix(rest, ".."):
			warnText("Invalid '..'-range")
		default:
			mask[rest[0]] = true
		}
	}
	return mask
}

// trim is trim: without white space and NUL at both ends.
//
//php:function trim(string)
func trim(s string) string { return strings.Trim(s, " \t\n\r\x00\v") }

// ltrim is ltrim: without white space and NUL at the beginning.
//
//php:function ltrim(string)
func ltrim(s string) string { return strings.TrimLeft(s, " \t\n\r\x00\v") }

// rtrim is rtrim: without white space and NUL at the end.
//
//php:function rtrim(string)
//php:function chop(string)
func rtrim(s string) string { return strings.TrimRight(s, " \t\n\r\x00\v") }

// trimChars is trim with a list of characters. "a..z" is a range.
//
//php:function trim(string, characters)
func trimChars(s, chars string) string { return ltrimChars(rtrimChars(s, chars), chars) }

// ltrimChars is ltrim with a list of characters.
//
//php:function ltrim(string, characters)
func ltrimChars(s, chars string) string {
	mask := charMask(chars)
	for s != "" && mask[s[0]] {
		s = s[1:]
	}
	return s
}

// rtrimChars is rtrim with a list of characters.
//
//php:function rtrim(string, characters)
//php:function chop(string, characters)
func rtrimChars(s, chars string) string {
	mask := charMask(chars)
	for s != "" && mask[s[len(s)-1]] {
		s = s[:len(s)-1]
	}
	return s
}

// explode is explode.
//
//php:function explode(separator, string)
func explode(separator, s string) []string {
	if separator == "" {
		throw("ValueError", "explode(): Argument #1 ($separator) cannot be empty")
	}
	return strings.Split(s, separator)
}

// explodeLimit is explode with a limit: the last part has the rest. A negative limit leaves out
// so many parts at the end.
//
//php:function explode(separator, string, limit)
func explodeLimit(separator, s string, limit int) []string {
	parts := explode(separator, s)
	switch {
	case limit < 0:
		return parts[:max(0, len(parts)+limit)]
	case limit <= 1:
		return []string{s}
	}
	return strings.SplitN(s, separator, limit)
}

// implode is implode of values of any type.
//
//php:function implode(separator, array)
//php:function join(separator, array)
func implode(separator string, a *Array[any]) string {
	parts := make([]string, 0, a.Len())
	for _, v := range a.All() {
		parts = append(parts, toString(v))
	}
	return strings.Join(parts, separator)
}

// strReplace is str_replace of one text by another.
//
//php:function str_replace(search, replace, subject)
func strReplace(search, replace, s string) string {
	if search == "" {
		return s
	}
	return strings.ReplaceAll(s, search, replace)
}

// strReplaceList is str_replace of several texts, one after the other, by the replacements in
// the same places, or by "".
//
//php:function str_replace(search, replace, subject)
func strReplaceList(search, replace []string, s string) string {
	for i, text := range search {
		by := ""
		if i < len(replace) {
			by = replace[i]
		}
		s = strReplace(text, by, s)
	}
	return s
}

// strReplaceEach is str_replace of several texts by the same one.
//
//php:function str_replace(search, replace, subject)
func strReplaceEach(search []string, replace, s string) string {
	for _, text := range search {
		s = strReplace(text, replace, s)
	}
	return s
}

// strReplaceAny is str_replace where it is not known which arguments are arrays.
//
//php:function str_replace(search, replace, subject)
func strReplaceAny(search, replace, subject any) any {
	return replaceAny(search, replace, subject, strReplace)
}

// strIreplace is str_ireplace of one text: ASCII letters of both cases.
//
//php:function str_ireplace(search, replace, subject)
func strIreplace(search, replace, s string) string {
	if search == "" {
		return s
	}
	var out strings.Builder
	lower, search := strtolower(s), strtolower(search)
	for {
		i := strings.Index(lower, search)
		if i < 0 {
			return out.String() + s
		}
		out.WriteString(s[:i] + replace)
		s, lower = s[i+len(search):], lower[i+len(search):]
	}
}

// strIreplaceAny is str_ireplace where it is not known which arguments are arrays.
//
//php:function str_ireplace(search, replace, subject)
func strIreplaceAny(search, replace, subject any) any {
	return replaceAny(search, replace, subject, strIreplace)
}

// replaceAny calls f for each text to search, in each subject.
func replaceAny(search, replace, subject any, f func(search, replace, s string) string) any {
	if subjects, ok := subject.(*Array[any]); ok {
		out := newArray[any]()
		for k, v := range subjects.All() {
			if _, ok := v.(*Array[any]); ok {
				out.Set(k, cloneValue(v))
			} else {
				out.Set(k, replaceAny(search, replace, v, f))
			}
		}
		return out
	}
	s := toString(subject)
	list, ok := search.(*Array[any])
	if !ok {
		if _, ok := replace.(*Array[any]); ok {
			throw("TypeError", "str_replace(): Argument #2 ($replace) must be of type string when argument #1 ($search) is a string")
		}
		return f(toString(search), toString(replace), s)
	}
	replacements, several := replace.(*Array[any])
	values := replacements.Values()
	for i, text := range list.Values() {
		by := toString(replace)
		if several {
			by = ""
			if i < len(values) {
				by = toString(values[i])
			}
		}
		s = f(toString(text), by, s)
	}
	return s
}

// strtr is strtr of single bytes: those of from become those of to.
//
//php:function strtr(string, from, to)
func strtr(s, from, to string) string {
	var table [256]byte
	for i := range table {
		table[i] = byte(i)
	}
	for i := range min(len(from), len(to)) {
		table[from[i]] = to[i]
	}
	return mapBytes(s, func(c byte) byte { return table[c] })
}

// strtrPairs is strtr of texts, the longest first. What was replaced is not replaced again.
//
//php:function strtr(string, from)
func strtrPairs(s string, pairs *Array[string]) string {
	texts := map[string]string{}
	longest, shortest := 0, len(s)
	for k, v := range pairs.All() {
		from := toString(k)
		if from == "" {
			warnText("strtr(): Ignoring replacement of empty string")
			continue
		}
		texts[from] = v
		longest, shortest = max(longest, len(from)), min(shortest, len(from))
	}
	var out strings.Builder
next:
	for i := 0; i < len(s); {
		for n := min(longest, len(s)-i); n >= shortest && n > 0; n-- {
			if to, ok := texts[s[i:i+n]]; ok {
				out.WriteString(to)
				i += n
				continue next
			}
		}
		out.WriteByte(s[i])
		i++
	}
	return out.String()
}

// strRepeat is str_repeat.
//
//php:function str_repeat(string, times)
func strRepeat(s string, times int) string {
	if times < 0 {
		throw("ValueError", "str_repeat(): Argument #2 ($times) must be greater than or equal to 0")
	}
	return strings.Repeat(s, times)
}

// strrev is strrev: the bytes in the opposite order.
//
//php:function strrev(string)
func strrev(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// strSplit is str_split: parts of so many bytes.
//
//php:function str_split(string, length = 1)
func strSplit(s string, length int) []string {
	if length < 1 {
		throw("ValueError", "str_split(): Argument #2 ($length) must be greater than 0")
	}
	var parts []string
	for s != "" {
		n := min(length, len(s))
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return parts
}

// chunkSplit is chunk_split: an end after each so many bytes.
//
//php:function chunk_split(string, length = 76, separator = "\r\n")
func chunkSplit(s string, length int, end string) string {
	if length < 1 {
		throw("ValueError", "chunk_split(): Argument #2 ($length) must be greater than 0")
	}
	if length > len(s) {
		return s + end
	}
	return strings.Join(strSplit(s, length), end) + end
}

// nl2br is nl2br: "<br />" before each end of line.
//
//php:function nl2br(string)
func nl2br(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\r' || c == '\n' {
			out.WriteString("<br />")
			if i+1 < len(s) && s[i+1] == '\r'+'\n'-c {
				out.WriteByte(c)
				i++
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// wordwrap is wordwrap: lines of so many bytes, broken at spaces. Longer words are broken if cut.
//
//php:function wordwrap(string, width = 75, break = "\n", cut_long_words = false)
func wordwrap(s string, width int, end string, cut bool) string {
	if s == "" {
		return ""
	}
	if end == "" {
		throw("ValueError", "wordwrap(): Argument #3 ($break) cannot be empty")
	}
	if width == 0 && cut {
		throw("ValueError", "wordwrap(): Argument #4 ($cut_long_words) cannot be true when argument #2 ($width) is 0")
	}
	var out strings.Builder
	line, space := 0, 0 // where the line and its last space begin
	breakAt := func(to, next int) {
		out.WriteString(s[line:to] + end)
		line, space = next, next
	}
	for i := 0; i < len(s); i++ {
		long := i-line >= width
		switch {
		case strings.HasPrefix(s[i:], end) && (i+len(end) < len(s) || len(end) == 1 && !cut):
			breakAt(i, i+len(end))
			i += len(end) - 1
		case s[i] == ' ':
			if long {
				breakAt(i, i+1)
			}
			space = i
		case long && cut && line >= space:
			breakAt(i, i)
		case long && line < space:
			breakAt(space, space+1)
		}
	}
	return out.String() + s[line:]
}

// ord is ord: the first byte, 0 of "".
//
//php:function ord(character)
func ord(s string) int {
	if s == "" {
		return 0
	}
	return int(s[0])
}

// chr is chr: the byte with a number modulo 256.
//
//php:function chr(codepoint)
func chr(n int) string { return string([]byte{byte(n)}) }

// addslashes is addslashes.
//
//php:function addslashes(string)
func addslashes(s string) string {
	return strings.NewReplacer(`'`, `\'`, `"`, `\"`, `\`, `\\`, "\x00", `\0`).Replace(s)
}

// stripslashes is stripslashes.
//
//php:function stripslashes(string)
func stripslashes(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if i++; i == len(s) {
				break
			}
			if s[i] == '0' {
				out.WriteByte(0)
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// quotemeta is quotemeta.
//
//php:function quotemeta(string)
func quotemeta(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`.\+*?[^]$()`, s[i]) >= 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// strcmp is strcmp. The result is the difference of two bytes, or -1 or 1 for the lengths. In
// PHP its size depends on the processor, and only the sign is the same everywhere.
//
//php:function strcmp(string1, string2)
func strcmp(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return threeWay(len(a), len(b))
}

// strcasecmp is strcasecmp: strcmp for ASCII letters of both cases.
//
//php:function strcasecmp(string1, string2)
func strcasecmp(a, b string) int { return strcmp(strtolower(a), strtolower(b)) }

// strncmp is strncmp: strcmp of the first bytes.
//
//php:function strncmp(string1, string2, length)
func strncmp(a, b string, length int) int {
	if length < 0 {
		throw("ValueError", "strncmp(): Argument #3 ($length) must be greater than or equal to 0")
	}
	return strcmp(a[:min(length, len(a))], b[:min(length, len(b))])
}

// strncasecmp is strncasecmp: strcasecmp of the first bytes.
//
//php:function strncasecmp(string1, string2, length)
func strncasecmp(a, b string, length int) int {
	if length < 0 {
		throw("ValueError", "strncasecmp(): Argument #3 ($length) must be greater than or equal to 0")
	}
	return strcasecmp(a[:min(length, len(a))], b[:min(length, len(b))])
}

// strspn is strspn: how many bytes at the beginning are among the characters.
//
//php:function strspn(string, characters)
func strspn(s, chars string) int {
	for i := range len(s) {
		if strings.IndexByte(chars, s[i]) < 0 {
			return i
		}
	}
	return len(s)
}

// strcspn is strcspn: how many bytes at the beginning are not among the characters.
//
//php:function strcspn(string, characters)
func strcspn(s, chars string) int {
	for i := range len(s) {
		if strings.IndexByte(chars, s[i]) >= 0 {
			return i
		}
	}
	return len(s)
}

// strpbrk is strpbrk: the rest of a string from the first of the characters on.
//
//php:function strpbrk(string, characters)
func strpbrk(s, chars string) (string, bool) {
	if chars == "" {
		throw("ValueError", "strpbrk(): Argument #2 ($characters) must be a non-empty string")
	}
	n := strcspn(s, chars)
	return s[n:], n < len(s)
}

// strWordCount is str_word_count: runs of letters, with "'" in them and "-" before their end.
//
//php:function str_word_count(string)
func strWordCount(s string) int {
	if s != "" && (s[0] == '\'' || s[0] == '-') {
		s = s[1:]
	}
	s = strings.TrimSuffix(s, "-")
	words := strings.FieldsFunc(asciiOnly(s), func(r rune) bool {
		return r != '\'' && r != '-' && (r < 'A' || r > 'z' || r > 'Z' && r < 'a')
	})
	return len(words)
}

// asciiOnly returns a string with spaces in the places of bytes that are not ASCII.
func asciiOnly(s string) string {
	return mapBytes(s, func(c byte) byte {
		if c >= 0x80 {
			return ' '
		}
		return c
	})
}

// similarText is similar_text without the percentage.
//
//php:function similar_text(string1, string2)
func similarText(a, b string) int {
	best, x, y := 0, 0, 0
	for i := range len(a) {
		for j := range len(b) {
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			if n > best {
				best, x, y = n, i, j
			}
		}
	}
	if best == 0 {
		return 0
	}
	return best + similarText(a[:x], b[:y]) + similarText(a[x+best:], b[y+best:])
}

// levenshtein is levenshtein with all costs 1.
//
//php:function levenshtein(string1, string2)
func levenshtein(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal + boolInt(a[i] != b[j])
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// strReplaceCount is str_replace of one text that says how many it has replaced.
//
//php:function str_replace(search, replace, subject, &count)
func strReplaceCount(search, replace, s string, count *int) string {
	if *count = 0; search != "" {
		*count = strings.Count(s, search)
	}
	return strReplace(search, replace, s)
}

// strReplaceAnyCount is str_replace of texts or arrays that says how many it has replaced.
//
//php:function str_replace(search, replace, subject, &count)
func strReplaceAnyCount(search, replace, subject any, count *int) any {
	n := 0
	out := replaceAny(search, replace, subject, func(search, replace, s string) string {
		if search != "" {
			n += strings.Count(s, search)
		}
		return strReplace(search, replace, s)
	})
	*count = n
	return out
}

// strIreplaceCount is str_ireplace that says how many it has replaced.
//
//php:function str_ireplace(search, replace, subject, &count)
func strIreplaceCount(search, replace, s string, count *int) string {
	if *count = 0; search != "" {
		*count = strings.Count(strtolower(s), strtolower(search))
	}
	return strIreplace(search, replace, s)
}

// strIreplaceAnyCount is str_ireplace of texts or arrays that says how many it has replaced.
//
//php:function str_ireplace(search, replace, subject, &count)
func strIreplaceAnyCount(search, replace, subject any, count *int) any {
	n := 0
	out := replaceAny(search, replace, subject, func(search, replace, s string) string {
		var one int
		s = strIreplaceCount(search, replace, s, &one)
		n += one
		return s
	})
	*count = n
	return out
}

// similarTextPercent is similar_text that says how many percent of the texts are similar.
//
//php:function similar_text(string1, string2, &percent)
func similarTextPercent(a, b string, percent *float64) int {
	n := similarText(a, b)
	if *percent = 0; len(a)+len(b) > 0 {
		*percent = float64(n) * 2 * 100 / float64(len(a)+len(b))
	}
	return n
}

// soundex is soundex.
//
//php:function soundex(string)
func soundex(s string) string {
	const codes = "01230120022455012623010202" // of A to Z, 0 for vowels, H and W
	out := make([]byte, 0, 4)
	var last byte
	for i := 0; i < len(s) && len(out) < 4; i++ {
		c := strtoupper(s[i : i+1])[0]
		if c < 'A' || c > 'Z' {
			continue
		}
		code := codes[c-'A']
		switch {
		case len(out) == 0:
			out = append(out, c)
			last = code
		default:
			if code != last && code != '0' {
				out = append(out, code)
			}
			last = code
		}
	}
	return string(out) + strings.Repeat("0", 4-len(out))
}

// strRot13 is str_rot13.
//
//php:function str_rot13(string)
func strRot13(s string) string {
	return mapBytes(s, func(c byte) byte {
		switch {
		case c >= 'a' && c <= 'z':
			return 'a' + (c-'a'+13)%26
		case c >= 'A' && c <= 'Z':
			return 'A' + (c-'A'+13)%26
		}
		return c
	})
}

// substrCountFrom is substr_count of a text from an offset on.
//
//php:function substr_count(haystack, needle, offset)
func substrCountFrom(s, needle string, offset int) int {
	if needle == "" {
		return substrCount(s, needle) // throws
	}
	if offset < 0 {
		offset += len(s)
	}
	if offset < 0 || offset > len(s) {
		throw("ValueError", "substr_count(): Argument #3 ($offset) must be contained in argument #1 ($haystack)")
	}
	return substrCount(s[offset:], needle)
}
