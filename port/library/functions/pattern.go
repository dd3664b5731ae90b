package functions

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TranslatePattern returns a regular expression of package regexp that matches what a pattern of
// PHP, with its delimiters and modifiers, matches. utf8 says that the pattern has the modifier u.
// Without it the expression is for texts whose bytes are the characters U+0000 to U+00FF. The
// group "__end" has the newline before which "$" matches.
//
// The error says what package regexp cannot do exactly: back references, assertions, possessive
// quantifiers and atomic groups, and patterns that prefer the empty match although there is
// another one.
func TranslatePattern(php string) (expr string, utf8 bool, err error) {
	body, modifiers, err := splitPattern(php)
	if err != nil {
		return "", false, err
	}
	t := &patternTranslator{rest: body}
	if err := t.modify(modifiers); err != nil {
		return "", false, err
	}
	prefix := t.flagText()
	n, err := t.alternatives()
	switch {
	case err != nil:
		return "", false, err
	case t.rest != "":
		return "", false, errors.New("unmatched parenthesis")
	case n.min == 0 && n.reluctant:
		return "", false, errors.New("the pattern prefers an empty match")
	case t.lineStart && !(n.lineStart && t.lineStarts == 1):
		return "", false, errors.New("^ before what may be empty")
	}
	expr = prefix + n.text
	if _, err := regexp.Compile(expr); err != nil {
		return "", false, err
	}
	return expr, t.utf8, nil
}

// splitPattern returns the pattern between its delimiters, and the modifiers.
func splitPattern(php string) (body, modifiers string, err error) {
	php = strings.TrimLeft(php, whiteSpace)
	if php == "" || php[0] == '\\' || php[0] == 0 || isAlnum(php[0]) {
		return "", "", errors.New("no delimiter")
	}
	end := php[0]
	if i := strings.IndexByte("([{<", php[0]); i >= 0 {
		end = ")]}>"[i]
	}
	depth := 1
	for i := 1; i < len(php); i++ {
		switch php[i] {
		case '\\':
			i++
		case end:
			if depth--; depth == 0 {
				return php[1:i], php[i+1:], nil
			}
		case php[0]:
			depth++
		}
	}
	return "", "", errors.New("no ending delimiter")
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

type patternTranslator struct {
	rest                          string
	fold, dotAll, lines, extended bool // i, s, m, x
	ungreedy, dollarEnd, utf8     bool // U, D, u
	ends                          int  // groups "__end"
	names                         []string
	lineStart                     bool // there is a ^ of a line before what may be empty
	lineStarts                    int
}

// A patternNode is a translated part of a pattern.
type patternNode struct {
	text      string
	min       int  // the length of the shortest match
	reluctant bool // the empty match is not the last choice
	end       bool // "$", after which nothing may follow
	lineStart bool // begins with ^ of a line
	assertion bool // matches a place
}

func (t *patternTranslator) modify(modifiers string) error {
	for _, m := range modifiers {
		switch m {
		case 'i':
			t.fold = true
		case 's':
			t.dotAll = true
		case 'm':
			t.lines = true
		case 'x':
			t.extended = true
		case 'U':
			t.ungreedy = true
		case 'D':
			t.dollarEnd = true
		case 'u':
			t.utf8 = true
		case 'S', 'X', ' ', '\n', '\r':
		default:
			return fmt.Errorf("modifier %q", m)
		}
	}
	return nil
}

// flagText returns the modifiers that package regexp has too.
func (t *patternTranslator) flagText() string {
	flags := ""
	for _, f := range []struct {
		on   bool
		name string
	}{{t.fold, "i"}, {t.lines, "m"}, {t.dotAll, "s"}, {t.ungreedy, "U"}} {
		if f.on {
			flags += f.name
		}
	}
	if flags == "" {
		return ""
	}
	return "(?" + flags + ")"
}

// alternatives translates up to a closing parenthesis or the end.
func (t *patternTranslator) alternatives() (patternNode, error) {
	all, err := t.sequence()
	if err != nil {
		return all, err
	}
	for strings.HasPrefix(t.rest, "|") {
		t.rest = t.rest[1:]
		next, err := t.sequence()
		if err != nil {
			return all, err
		}
		all = patternNode{
			text:      all.text + "|" + next.text,
			min:       min(all.min, next.min),
			reluctant: all.reluctant || next.reluctant || all.min == 0,
			end:       all.end || next.end,
		}
	}
	return all, nil
}

func (t *patternTranslator) sequence() (patternNode, error) {
	var all patternNode
	lineStart := false // a ^ of a line before which nothing was matched and after which all may be empty
	for first := true; ; {
		t.skipExtended()
		if t.rest == "" || t.rest[0] == '|' || t.rest[0] == ')' {
			t.lineStart = t.lineStart || lineStart
			return all, nil
		}
		n, err := t.quantified()
		if err != nil {
			return all, err
		}
		if n.text == "" {
			continue
		}
		if all.end {
			return all, errors.New("$ before something")
		}
		if n.lineStart && first {
			all.lineStart = true
		}
		lineStart = (lineStart || n.lineStart) && n.min == 0
		all.text += n.text
		all.min += n.min
		all.reluctant = all.reluctant || n.reluctant
		all.end = n.end
		first = false
	}
}

// skipExtended skips what the modifier x allows between the parts.
func (t *patternTranslator) skipExtended() {
	for t.extended && t.rest != "" {
		switch {
		case strings.IndexByte(whiteSpace, t.rest[0]) >= 0:
			t.rest = t.rest[1:]
		case t.rest[0] == '#':
			_, t.rest, _ = strings.Cut(t.rest, "\n")
		default:
			return
		}
	}
}

var quantifier = regexp.MustCompile(`^(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})`)

func (t *patternTranslator) quantified() (patternNode, error) {
	n, err := t.atom()
	if err != nil {
		return n, err
	}
	t.skipExtended()
	q := quantifier.FindString(t.rest)
	if q == "" {
		return n, nil
	}
	t.rest = t.rest[len(q):]
	least, most := quantity(q)
	switch {
	case n.text == "":
		return n, errors.New("quantifier of nothing")
	case n.assertion || n.end || n.lineStart:
		return n, errors.New("quantifier of an assertion")
	case n.min == 0 && most != 1:
		return n, errors.New("quantifier of what may be empty")
	case strings.HasPrefix(t.rest, "+"):
		return n, errors.New("possessive quantifier")
	}
	lazy := t.ungreedy
	if strings.HasPrefix(t.rest, "?") {
		t.rest = t.rest[1:]
		lazy = !lazy
		q += "?"
	}
	t.skipExtended()
	if quantifier.MatchString(t.rest) {
		return n, errors.New("quantifier of a quantifier")
	}
	n.text += q
	n.min *= least
	n.reluctant = n.reluctant || lazy
	return n, nil
}

// quantity returns how often a quantifier repeats, at least and at most. -1 is without end.
func quantity(q string) (least, most int) {
	switch q {
	case "*":
		return 0, -1
	case "+":
		return 1, -1
	case "?":
		return 0, 1
	}
	low, high, isRange := strings.Cut(strings.Trim(q, "{}"), ",")
	least, _ = strconv.Atoi(low)
	if !isRange {
		return least, least
	}
	most, err := strconv.Atoi(high)
	if err != nil {
		most = -1
	}
	return least, most
}

func (t *patternTranslator) atom() (patternNode, error) {
	c := t.rest[0]
	switch c {
	case '(':
		return t.group()
	case '[':
		return t.class()
	case '\\':
		return t.escape()
	case '.':
		t.rest = t.rest[1:]
		return patternNode{text: ".", min: 1}, nil
	case '^':
		t.rest = t.rest[1:]
		if t.lines {
			t.lineStarts++
		}
		return patternNode{text: "^", assertion: true, lineStart: t.lines}, nil
	case '$':
		t.rest = t.rest[1:]
		return t.dollar(), nil
	case '*', '+', '?':
		return patternNode{}, errors.New("quantifier of nothing")
	}
	if c == '{' && quantifier.MatchString(t.rest) {
		return patternNode{}, errors.New("quantifier of nothing")
	}
	return t.literal()
}

// dollar translates $: the end of a line with m, the end of the text with D, and otherwise also
// the place before a newline at the end.
func (t *patternTranslator) dollar() patternNode {
	switch {
	case t.lines:
		return patternNode{text: "$", assertion: true}
	case t.dollarEnd:
		return patternNode{text: `\z`, assertion: true}
	}
	return t.endOrNewline()
}

func (t *patternTranslator) endOrNewline() patternNode {
	t.ends++
	return patternNode{text: fmt.Sprintf(`(?P<__end%d>\n?)\z`, t.ends), end: true}
}

// literal translates one character.
func (t *patternTranslator) literal() (patternNode, error) {
	if t.utf8 {
		r, size := utf8.DecodeRuneInString(t.rest)
		if r == utf8.RuneError && size <= 1 {
			return patternNode{}, errors.New("not UTF-8")
		}
		t.rest = t.rest[size:]
		return t.char(r), nil
	}
	c := t.rest[0]
	t.rest = t.rest[1:]
	return t.char(rune(c)), nil
}

// char translates a character. Without u, PCRE knows the letters of ASCII only.
func (t *patternTranslator) char(r rune) patternNode {
	text := charText(r)
	if t.fold && !t.utf8 && r >= 0x80 {
		text = "(?-i:" + text + ")"
	}
	return patternNode{text: text, min: 1}
}

func charText(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < ' ' || r >= 0x7F && r <= 0xFF:
		return fmt.Sprintf(`\x%02X`, r)
	case r > 0x7F:
		return fmt.Sprintf(`\x{%X}`, r)
	}
	return regexp.QuoteMeta(string(r))
}

// group translates what begins with a parenthesis.
func (t *patternTranslator) group() (patternNode, error) {
	open, err := t.opening()
	if err != nil || open == "" || strings.HasSuffix(open, ")") {
		return patternNode{text: open, assertion: true}, err
	}
	saved := *t
	if strings.HasPrefix(open, "(?") && open[2] != 'P' {
		t.inlineFlags(open[2 : len(open)-1])
	}
	n, err := t.alternatives()
	if err != nil {
		return n, err
	}
	if !strings.HasPrefix(t.rest, ")") {
		return n, errors.New("missing parenthesis")
	}
	t.rest = t.rest[1:]
	t.fold, t.dotAll, t.lines, t.extended, t.ungreedy = saved.fold, saved.dotAll, saved.lines, saved.extended, saved.ungreedy
	n.text = open + n.text + ")"
	n.assertion = n.min == 0 && n.lineStart
	n.lineStart = false
	return n, nil
}

var (
	inlineOption = regexp.MustCompile(`^\(\?([imsxU]*)(-[imsxU]+)?([:)])`)
	groupName    = regexp.MustCompile(`^\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')`)
)

// opening returns the beginning of a group, or all of an option as "(?i)".
func (t *patternTranslator) opening() (string, error) {
	if strings.HasPrefix(t.rest, "(?#") {
		var found bool
		if _, t.rest, found = strings.Cut(t.rest, ")"); !found {
			return "", errors.New("missing parenthesis")
		}
		return "", nil
	}
	if m := groupName.FindStringSubmatch(t.rest); m != nil {
		t.rest = t.rest[len(m[0]):]
		if slices.Contains(t.names, m[1]+m[2]) {
			return "", errors.New("two groups of the same name")
		}
		t.names = append(t.names, m[1]+m[2])
		return "(?P<" + m[1] + m[2] + ">", nil
	}
	if m := inlineOption.FindStringSubmatch(t.rest); m != nil {
		t.rest = t.rest[len(m[0]):]
		if m[3] == ":" && strings.Contains(m[0], "x") {
			return "", errors.New("option x of a group")
		}
		if m[3] == ")" {
			t.inlineFlags(m[1] + m[2])
		}
		text := strings.ReplaceAll(m[0], "x", "")
		text = strings.Replace(strings.Replace(text, "-)", ")", 1), "-:", ":", 1)
		if text == "(?)" {
			text = ""
		}
		return text, nil
	}
	if len(t.rest) > 1 && (t.rest[1] == '?' || t.rest[1] == '*') {
		return "", fmt.Errorf("%.4s", t.rest)
	}
	t.rest = t.rest[1:]
	return "(", nil
}

func (t *patternTranslator) inlineFlags(flags string) {
	on := true
	for _, f := range flags {
		switch f {
		case '-':
			on = false
		case 'i':
			t.fold = on
		case 's':
			t.dotAll = on
		case 'm':
			t.lines = on
		case 'x':
			t.extended = on
		case 'U':
			t.ungreedy = on
		}
	}
}

// escape translates what begins with a backslash.
func (t *patternTranslator) escape() (patternNode, error) {
	if len(t.rest) < 2 {
		return patternNode{}, errors.New("backslash at the end")
	}
	c := t.rest[1]
	if set := t.shorthand(c); set != "" {
		t.rest = t.rest[2:]
		return patternNode{text: set, min: 1}, nil
	}
	switch c {
	case 'b', 'B':
		if t.utf8 {
			return patternNode{}, errors.New("word boundaries of UTF-8")
		}
		t.rest = t.rest[2:]
		return patternNode{text: `\` + string(c), assertion: true}, nil
	case 'A', 'z':
		t.rest = t.rest[2:]
		return patternNode{text: `\` + string(c), assertion: true}, nil
	case 'Z':
		t.rest = t.rest[2:]
		return t.endOrNewline(), nil
	case 'Q':
		quoted, rest, _ := strings.Cut(t.rest[2:], `\E`)
		t.rest = rest
		var n patternNode
		inner := *t
		for inner.rest = quoted; inner.rest != ""; {
			char, err := inner.literal()
			if err != nil {
				return n, err
			}
			n.text += char.text
			n.min++
		}
		if n.min > 1 && quantifier.MatchString(rest) {
			return n, errors.New(`quantifier after \E`)
		}
		return n, nil
	case 'E':
		t.rest = t.rest[2:]
		return patternNode{}, nil
	case 'R':
		t.rest = t.rest[2:]
		return patternNode{text: `(?:\r\n|[\n-\r\x85])`, min: 1, end: true}, nil
	}
	r, err := t.escapedChar()
	if err != nil {
		return patternNode{}, err
	}
	return t.char(r), nil
}

// shorthand returns the class that \w and the like stand for, "" for other escapes.
func (t *patternTranslator) shorthand(c byte) string {
	if t.utf8 {
		return map[byte]string{
			'd': `\p{Nd}`, 'D': `\P{Nd}`, 'w': `[\p{L}\p{N}_]`, 'W': `[^\p{L}\p{N}_]`, 's': `[\s\v\x85\p{Z}]`, 'S': `[^\s\v\x85\p{Z}]`, 'N': `[^\n]`,
		}[c]
	}
	return map[byte]string{
		'd': `\d`, 'D': `\D`, 'w': `\w`, 'W': `\W`, 's': `[\s\v]`, 'S': `[^\s\v]`, 'h': `[\t \xA0]`, 'H': `[^\t \xA0]`,
		'v': `[\n-\r\x85]`, 'V': `[^\n-\r\x85]`, 'N': `[^\n]`,
	}[c]
}

var (
	hexEscape  = regexp.MustCompile(`^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{0,2}))`)
	octalZero  = regexp.MustCompile(`^\\0[0-7]{0,2}`)
	singleChar = map[byte]rune{'a': 7, 'e': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9}
)

// escapedChar returns the character of an escape.
func (t *patternTranslator) escapedChar() (rune, error) {
	if m := hexEscape.FindStringSubmatch(t.rest); m != nil {
		t.rest = t.rest[len(m[0]):]
		n, err := strconv.ParseUint("0"+m[1]+m[2], 16, 32)
		if err != nil || n > 0xFF && !t.utf8 || n > unicode.MaxRune || n >= 0xD800 && n <= 0xDFFF {
			return 0, fmt.Errorf("character %s", m[0])
		}
		return rune(n), nil
	}
	if m := octalZero.FindString(t.rest); m != "" {
		t.rest = t.rest[len(m):]
		n, err := strconv.ParseUint(m[1:], 8, 8)
		return rune(n), err
	}
	c := t.rest[1]
	if r, ok := singleChar[c]; ok {
		t.rest = t.rest[2:]
		return r, nil
	}
	if isAlnum(c) || c >= 0x80 {
		return 0, fmt.Errorf(`\%c`, c)
	}
	t.rest = t.rest[2:]
	return rune(c), nil
}

// class translates a class in brackets.
func (t *patternTranslator) class() (patternNode, error) {
	t.rest = t.rest[1:]
	negated := strings.HasPrefix(t.rest, "^")
	if negated {
		t.rest = t.rest[1:]
	}
	var set patternSet
	for first := true; ; first = false {
		if t.rest == "" {
			return patternNode{}, errors.New("missing bracket")
		}
		if t.rest[0] == ']' && !first {
			t.rest = t.rest[1:]
			break
		}
		if err := t.classItem(&set); err != nil {
			return patternNode{}, err
		}
	}
	text := ""
	if t.utf8 {
		text = set.runes
	} else {
		text = set.text(t.fold)
	}
	switch {
	case text == "" && negated:
		return patternNode{text: `(?s:.)`, min: 1}, nil
	case text == "":
		return patternNode{}, errors.New("empty class")
	case negated:
		text = "[^" + text + "]"
	default:
		text = "[" + text + "]"
	}
	if t.fold && !t.utf8 && set.high() {
		text = "(?-i:" + text + ")"
	}
	return patternNode{text: text, min: 1}, nil
}

// A patternSet is the characters of a class: bytes, or, with u, the text of a class.
type patternSet struct {
	bytes [256]bool
	runes string
}

func (set *patternSet) add(low, high rune) {
	for r := low; r <= high && r < 256; r++ {
		set.bytes[r] = true
	}
	set.runes += classText(low)
	if high > low {
		set.runes += "-" + classText(high)
	}
}

func (set *patternSet) high() bool {
	for _, in := range set.bytes[128:] {
		if in {
			return true
		}
	}
	return false
}

// text returns the bytes as a class, with the lower case of letters that fold.
func (set *patternSet) text(fold bool) string {
	in := set.bytes
	if fold {
		for c := 'a'; c <= 'z'; c++ {
			upper := c + 'A' - 'a'
			in[c] = in[c] || in[upper]
			in[upper] = in[c] && set.high()
		}
	}
	out := ""
	for c := 0; c < 256; c++ {
		low := c
		for c < 256 && in[c] {
			c++
		}
		switch {
		case c-low == 1:
			out += classText(rune(low))
		case c-low == 2:
			out += classText(rune(low)) + classText(rune(low+1))
		case c > low:
			out += classText(rune(low)) + "-" + classText(rune(c-1))
		}
	}
	return strings.NewReplacer(`0-9A-Z_a-z`, `\w`, `0-9`, `\d`).Replace(out)
}

func classText(r rune) string {
	switch {
	case strings.ContainsRune(`\]^[-`, r):
		return `\` + string(r)
	case r > ' ' && r < 0x7F:
		return string(r)
	}
	return charText(r)
}

var posixClasses = map[string]string{
	"alpha": "AZaz", "digit": "09", "alnum": "09AZaz", "upper": "AZ", "lower": "az", "space": "\t\r  ", "blank": "\t\t  ", "xdigit": "09AFaf",
	"punct": "!/:@[`{~", "cntrl": "\x00\x1f\x7f\x7f", "print": " ~", "graph": "!~", "word": "09AZ__az", "ascii": "\x00\x7f",
}

var posixClass = regexp.MustCompile(`^\[:(\w+):\]`)

// classItem adds a character, a range, or a class in the class.
func (t *patternTranslator) classItem(set *patternSet) error {
	if m := posixClass.FindStringSubmatch(t.rest); m != nil {
		ranges := posixClasses[m[1]]
		if ranges == "" || t.utf8 {
			return errors.New(m[0])
		}
		t.rest = t.rest[len(m[0]):]
		for i := 0; i < len(ranges); i += 2 {
			set.add(rune(ranges[i]), rune(ranges[i+1]))
		}
		return nil
	}
	if len(t.rest) > 1 && t.rest[0] == '[' && strings.IndexByte(":.=", t.rest[1]) >= 0 {
		return errors.New("[" + t.rest[1:2] + " in a class")
	}
	if len(t.rest) > 1 && t.rest[0] == '\\' {
		if text := t.shorthand(t.rest[1]); text != "" && t.rest[1] != 'N' {
			return t.classShorthand(set, text)
		}
	}
	low, err := t.classChar()
	if err != nil {
		return err
	}
	high := low
	if len(t.rest) > 1 && t.rest[0] == '-' && t.rest[1] != ']' {
		t.rest = t.rest[1:]
		if len(t.rest) > 1 && t.rest[0] == '\\' && t.shorthand(t.rest[1]) != "" {
			return errors.New("range to a class")
		}
		if high, err = t.classChar(); err != nil {
			return err
		}
		if high < low {
			return errors.New("range out of order")
		}
	}
	set.add(low, high)
	return nil
}

// classShorthand adds \w and the like.
func (t *patternTranslator) classShorthand(set *patternSet, text string) error {
	t.rest = t.rest[2:]
	if len(t.rest) > 1 && t.rest[0] == '-' && t.rest[1] != ']' {
		return errors.New("range from a class")
	}
	if t.utf8 {
		if strings.HasPrefix(text, "[^") {
			return errors.New("negated class in a class")
		}
		set.runes += strings.Trim(text, "[]")
		return nil
	}
	class := regexp.MustCompile("^" + text + "$")
	for c := range rune(256) {
		if class.MatchString(string(c)) {
			set.add(c, c)
		}
	}
	return nil
}

// classChar returns a character of a class.
func (t *patternTranslator) classChar() (rune, error) {
	if t.rest[0] == '\\' && len(t.rest) > 1 {
		if t.rest[1] == 'b' {
			t.rest = t.rest[2:]
			return '\b', nil
		}
		return t.escapedChar()
	}
	if !t.utf8 {
		c := t.rest[0]
		t.rest = t.rest[1:]
		return rune(c), nil
	}
	r, size := utf8.DecodeRuneInString(t.rest)
	if r == utf8.RuneError && size <= 1 {
		return 0, errors.New("not UTF-8")
	}
	t.rest = t.rest[size:]
	return r, nil
}
