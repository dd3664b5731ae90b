package functions

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"unicode/utf8"
)

func init() {
	patterns := []gen{either(mailPattern, randomPattern), subject}
	rows = append(rows, []row{
		{php: "preg_match", fn: func(p, s string) any { return orFail(pregMatch(compilePattern(p), s)) }, args: patterns, skip: refusedPattern},
		{php: "$r = preg_match($a[0], $a[1], $m); return [$r, $m];", fn: func(p, s string) []any {
			var m *Array[any]
			r := orFail(pregMatchArray(compilePattern(p), s, &m, 0, 0))
			return []any{r, m}
		}, args: patterns, skip: refusedPattern},
		{php: "$r = preg_match($a[0], $a[1], $m); return [$r, array_filter($m, 'is_int', 2)];", fn: func(p, s string) []any {
			var m []string
			r := orFail(pregMatchList(compilePattern(p), s, &m))
			return []any{r, anyList(m)}
		}, args: patterns, skip: refusedPattern},
		{php: "$r = preg_match($a[0], $a[1], $m, $a[2], $a[3]); return [$r, $m];", fn: func(p, s string, flags, offset int) []any {
			var m *Array[any]
			r := orFail(pregMatchArray(compilePattern(p), s, &m, flags, offset))
			return []any{r, m}
		}, args: append(patterns, oneOf(0, 256, 512, 768), small), skip: func(a []any) bool {
			_, isUTF8, err := TranslatePattern(a[0].(string))
			return err != nil || isUTF8 && !utf8.ValidString(a[1].(string))
		}},
		{php: "$r = preg_match_all($a[0], $a[1], $m, $a[2]); return [$r, $m];", fn: func(p, s string, flags int) []any {
			var m *Array[any]
			r := orFail(pregMatchAllArray(compilePattern(p), s, &m, flags))
			return []any{r, m}
		}, args: append(patterns, oneOf(0, 1, 2, 256+2, 512+1, 768+2)), skip: refusedPattern},
		{php: "$r = preg_match_all($a[0], $a[1], $m); return [$r, array_values(array_filter($m, 'is_int', 2))];", fn: func(p, s string) []any {
			var m [][]string
			r := orFail(pregMatchAllLists(compilePattern(p), s, &m))
			lists := newArray[any]()
			for _, l := range m {
				lists.Append(anyList(l))
			}
			return []any{r, lists}
		}, args: patterns, skip: refusedPattern},
		{php: "preg_match_all", fn: func(p, s string) any { return orFail(pregMatchAll(compilePattern(p), s)) }, args: patterns, skip: refusedPattern},
		{php: "return preg_replace($a[0], $a[2], $a[1], $a[3]);", fn: func(p, s, r string, limit int) any {
			return orNil(pregReplace(compilePattern(p), r, s, limit))
		}, args: append(patterns, from("x", "$1", "\\2", "${0}", "\\\\", "$", "\\", "3", "$12"), oneOf(-1, 1, 2)), skip: refusedPattern},
		{php: "return preg_replace([$a[0], '/b/'], ['x', '$0$0'], $a[1]);", fn: func(p, s string) any {
			return orNil(pregReplaceList([]*pattern{compilePattern(p), compilePattern("/b/")}, []string{"x", "$0$0"}, s))
		}, args: patterns, skip: refusedPattern},
		{php: "return preg_replace([$a[0], '/b/'], '-', $a[1]);", fn: func(p, s string) any {
			return orNil(pregReplaceEach([]*pattern{compilePattern(p), compilePattern("/b/")}, "-", s))
		}, args: patterns, skip: refusedPattern},
		{php: "return preg_replace_callback($a[0], fn($m) => '<' . implode('|', array_filter($m, 'is_int', 2)) . '>', $a[1]);", fn: func(p, s string) any {
			return orNil(pregReplaceCallback(compilePattern(p), func(m []string) string { return "<" + strings.Join(m, "|") + ">" }, s, -1))
		}, args: patterns, skip: refusedPattern},
		{php: "return preg_replace_callback($a[0], fn($m) => '<' . implode('|', $m) . '>', $a[1]);", fn: func(p, s string) any {
			return orNil(pregReplaceCallbackArray(compilePattern(p), func(m *Array[any]) string { return "<" + implode("|", m) + ">" }, s, -1))
		}, args: patterns, skip: refusedPattern},
		{php: "preg_split", fn: func(p, s string, limit, flags int) any {
			parts, ok := pregSplit(compilePattern(p), s, limit, flags)
			return orFail(anyList(parts), ok)
		}, args: append(patterns, oneOf(-1, 0, 1, 2, 3), oneOf(0, 1, 2, 3)), skip: refusedPattern},
		{php: "preg_quote", fn: pregQuote, args: []gen{text, oneOf("", "/", "#", "~x")}},
		{php: "preg_grep", fn: func(p string, a *Array[any], flags int) *Array[any] { return pregGrep(compilePattern(p), a, flags) },
			args: []gen{mailPattern, array(subject), oneOf(0, 1)}, skip: refusedPattern},
		{php: "preg_match($a[0], $a[1]); return [preg_last_error(), preg_last_error_msg()];", fn: func(p, s string) []any {
			pregMatch(compilePattern(p), s)
			return []any{pregLastError(), pregLastErrorMsg()}
		}, args: patterns, skip: refusedPattern},
	})
}

// refusedPattern excludes the patterns that package regexp cannot match exactly, and long texts,
// on which PCRE gives up with some patterns.
func refusedPattern(args []any) bool {
	if s, ok := args[1].(string); ok && (len(s) > 100 || len(s) > 16 && nestedQuantifier.MatchString(args[0].(string))) {
		return true
	}
	_, _, err := TranslatePattern(args[0].(string))
	return err != nil
}

var nestedQuantifier = regexp.MustCompile(`[*+?}]\)[*+{]`)

// mailPattern makes patterns as scripts of mail have them.
var mailPattern = oneOf(
	`/}(.+)$/`, `/[\x00-\x1F\x7F]/`, `/}([^\/]+)/`, `/over.*quota/i`, `/^[a-zA-Z0-9.\-]+$/`, `/\s+/`, `/\r?\n/`, `/=([a-f0-9]{2})/i`, `~[\\/]~`,
	`/\r\n\s+/m`, `/(=\?[^?]+\?(q|b)\?[^?]*\?=)(\s)+=\?/i`, `/(.*)\*[0-9]+(\**)$/`, `#{\w+}#`, `#_+#`, `#[^a-z0-9\-_\.]+#i`, `/^---.*$/mi`,
	`/^(On).*(wrote:).*$/sm`, `/<style(.*?)<\/style>(\r\n)?/i`, `/.*<(.*)>.*/`, `/(^\w.+:\n)?(^>.*(\n|$))+/mi`, `/ <(.*)>$/`, `/{.*?}/`,
	`/src="cid:(.*)"/Uims`, `/(\S+@\S+)/`, `/([^: ]+): (.+?(?:\r\n\s(?:.+?))*)\r\n/m`, `/^(.*?):/`, `/\b[A-Z]+\b/`, `/^Subject: (.*)$/mi`, `/^\s*$/m`, `/^/m`, `/$/m`, `/\z/`,
	`/(?P<user>[^@]+)@(?<host>[\w.]+)/`, `/^(?:Re|Fwd?): */i`, `/\d{1,2}:\d\d/`, `/[^[:print:]]/`, `/é+/u`, `/^\p{L}+$/u`, `/[äöü]/u`, `/./u`, `/\w+/u`, `/./s`, `/\R/`, `/a.c/s`,
	`/ a b # x
 c/x`, `/x*/`, `/(a|b)*?c/`, `/[\w.+-]+@[\w-]+\.[\w.-]+/`, `/[^a-z]/i`, `/\Aab?\Z/`, `/é/i`, `/(?i)AB(?-i)c/`, `/[\xe9-\xff]+/`, `/[^\n]*\n?/`, `/$/`, `/b*$/`, `/(b|$)/`,
)

// randomPattern makes patterns of the constructs that PCRE and package regexp share.
func randomPattern(r *rand.Rand) any {
	flags := ""
	for _, f := range []string{"i", "s", "m", "U", "D"} {
		if r.IntN(6) == 0 {
			flags += f
		}
	}
	if r.IntN(10) == 0 {
		flags += "u"
	}
	return "/" + randomExpr(r, 3) + "/" + flags
}

func randomExpr(r *rand.Rand, depth int) string {
	atoms := []string{"a", "b", "c", "\\n", ".", "[ab]", "[^a]", "\\w", "\\s", "\\S", "\\d", "A", " ", "\\b", "^", "$", "é", "[a-z]", "\\W", "[\\s\\d]", "\\x61", "[^\\W]", "\\xe9", "[\\x80-\\xff]", "\\Z", "\\."}
	quantifiers := []string{"", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{,2}"}
	var b strings.Builder
	for i := range 1 + r.IntN(4) {
		if i > 0 && r.IntN(5) == 0 {
			b.WriteByte('|')
		}
		atom := atoms[r.IntN(len(atoms))]
		if depth > 0 && r.IntN(4) == 0 {
			atom = []string{"(", "(?:", "(?i:", "(?<n" + string(rune('a'+r.IntN(26))) + ">", "(?s)("}[r.IntN(5)] + randomExpr(r, depth-1) + ")"
		}
		b.WriteString(atom + quantifiers[r.IntN(len(quantifiers))])
	}
	return b.String()
}

// subject makes texts in which the patterns match.
var subject = either(from("a", "b", "c", "ab", "\n", " ", "A", "é", "1"), from("a", "\n", "b"), from("a", "B", "\xe9", "\xff", "\r\n", "}", "/", "x@y.z", "_", "-"),
	oneOf("Subject: x\nFrom: a@b.c\n", "{imap.example.org:993/ssl}INBOX.Sent", "=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "On Monday x wrote:\n> quoted\n> more\n\ntext", "Re: Fwd: re:  Hello",
		"<style>a{}</style>\r\nText <b>x</b>", "a: b\r\n c\r\nd: e\r\n", "<img src=\"cid:abc@x\"> <img src=\"cid:def\">", "mailbox over the quota", "12:34", "filename*0*", "Jo <jo@example.org>", "été", "Äpfel\u00a0und Öl"), text)
