package functions

import (
	"math/rand/v2"
	"regexp"
	"strings"
)

func init() {
	encoded := from("a", "%41", "%", "%zz", "+", " ", "&", "=", "é", "%C3%A9", "~", "-", "_", ".", "/", "\x00")
	query := from("a=1", "&", "b[]=2", "b[x]=3", "c[1][y]=é", "d", "=", "e.f=%20", "g%5B%5D=1", "h+i=+", "a[=", "b[x][]=7", "[x]=1", "j=1=2")
	urls := func() gen {
		parts := []gen{oneOf("http://", "https://", "ftp://", "imap://", "mailto:", "//", "file:///", ""), oneOf("example.org", "user@example.org", "u:p@h", "127.0.0.1", "[::1]", "", "localhost"),
			oneOf("", ":80", ":993"), oneOf("", "/", "/a/b.php", "/~x/%20", "/INBOX"), oneOf("", "?a=1&b=2", "?", "?x=http://y"), oneOf("", "#top", "#")}
		return joined(parts)
	}()
	known := regexp.MustCompile(`^(?:[a-z]+://[^:/]|mailto:|/[^/])`)
	plainURL := func(a []any) bool { return !known.MatchString(a[0].(string)) }
	rows = append(rows, []row{
		{php: "urlencode", fn: urlencode},
		{php: "rawurlencode", fn: rawurlencode},
		{php: "urldecode", fn: urldecode, args: []gen{encoded}},
		{php: "rawurldecode", fn: rawurldecode, args: []gen{encoded}},
		{php: "http_build_query", fn: httpBuildQuery, args: []gen{array(value), oneOf("", "p_"), oneOf("&", ";")}},
		{php: "parse_str($a[0], $r); return $r;", fn: func(s string) *Array[any] {
			var r *Array[any]
			parseStr(s, &r)
			return r
		}, args: []gen{query}},
		{php: "parse_url", fn: parseURL, args: []gen{urls}, skip: plainURL},
		{php: "parse_url", fn: parseURLComponent, args: []gen{urls, oneOf(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8)}, skip: plainURL},
	})
}

// joined makes strings of one piece of each generator.
func joined(gens []gen) gen {
	return func(r *rand.Rand) any {
		var b strings.Builder
		for _, g := range gens {
			b.WriteString(g(r).(string))
		}
		return b.String()
	}
}
