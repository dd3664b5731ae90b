package readable_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/readable"
)

func TestHTML(t *testing.T) {
	for _, test := range []struct {
		name, html, want, doubts string
	}{
		{"plain", "a &lt; b &amp; c", "a < b & c", ""},
		{"blanks", "  a\n\tb&nbsp;&nbsp;c <b> d</b>e ", "a b c de", ""},
		{"paragraphs", "<p>a<p>b</p><div>c</div>d<br>e<br><br>f", "a\n\nb\n\nc\nd\ne\n\nf", ""},
		{"headings", "<h1>Menu</h1>soup<h2>Sweet</h2><p>pie", "Menu\n\nsoup\n\nSweet\n\npie", ""},
		{"not shown", "<title>t</title><style>p {}</style><script>alert('<p>')</script>a<!-- c --><template><p>x</template>", "a", ""},
		{"conditional comment", "<!--[if mso]><p>x</p><![endif]-->a<![if !mso]>b<![endif]>", "ab", ""},
		{"hidden", `<div style="color: red; DISPLAY : none">x<div>y</div></div><p hidden>z</p>a<img style="display:none" alt="w">`, "a", ""},
		{"hidden and not closed", `<p>a<p hidden>b`, "a\n\nb", string(readable.DoubtHidden)},
		{"preformatted", "<pre>a  b\n\n\tc</pre>d", "a  b\n\n\tc\n\nd", ""},
		{"link", `<a href="https://example.org/x?a=1&amp;b=2">there</a>, or <a href=https://example.org>https://example.org/</a>`,
			"there <https://example.org/x?a=1&b=2>, or https://example.org/", ""},
		{"mail", `<a href="mailto:ann@example.org?subject=x">Ann</a> <a href="mailto:bob@example.org">bob@example.org</a>`,
			"Ann <ann@example.org> bob@example.org", ""},
		{"link of an image", `<a href="https://example.org/"><img src="cid:1" alt="Shop"></a><a href="https://example.com/"><img src=x></a>`,
			"[Shop] <https://example.org/><https://example.com/>", ""},
		{"links that are not shown", `<a href="javascript:alert(1)">a</a><a href="#top">b</a><a href="data:text/html,x">c</a><a>d</a>`, "abcd", ""},
		{"links that are not closed", `<a href="https://a.example">a<a href="https://b.example">b`, "a <https://a.example>b <https://b.example>", ""},
		{"lists", "<ul><li>a<li>b<ol start=3><li>c<li>d</ol></ul><p>e", "* a\n* b\n  3. c\n  4. d\n\ne", ""},
		{"item with paragraphs", "<ul><li>a<p>b</ul>", "* a\n\n  b", ""},
		{"quotes", "a<blockquote>b<blockquote>c</blockquote><p>d</p><p>e</p></blockquote>f", "a\n\n> b\n>\n>> c\n>\n> d\n>\n> e\n\nf", ""},
		{"table", "<table><tr><th>Day</th><th>Soup</th></tr><tr><td>Mon<td>Leek</table>x", "Day | Soup\nMon | Leek\nx", ""},
		{"table of Word", "<table><tr><td><p>Mon</p></td><td><p>Leek</p></td></tr><tr><td><p>Tue</p></td><td></td></tr></table>", "Mon | Leek\nTue", ""},
		{"table for the layout", "<table><tr><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td><td><p>c<p>d</td></tr></table>", "a\nb\nc\n\nd", ""},
		{"rule", "a<hr>b", "a\n----\nb", ""},
		{"traps", "a&#27;[31m&#0;b\u202ec&zwnj;d&shy;e", "a[31m\ufffdbc\u200cde", join(control)},
		{"broken", "</p></ul></blockquote></table>a<p", "a", ""},
		{"empty", "", "", ""},
	} {
		got, doubts := readable.HTML(test.html)
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%s: %q, %v, want %q, %s", test.name, got, doubts, test.want, test.doubts)
		}
	}
}

func TestHTMLDeep(t *testing.T) {
	for _, element := range []string{"div", "blockquote", "ul", "table", "a href=#top", "pre"} {
		got, _ := readable.HTML(strings.Repeat("<"+element+">", 100_000) + "a<br>b")
		if !strings.Contains(got, "a\n") || len(got) > 100 {
			t.Errorf("%s: %d octets, %.200q", element, len(got), got)
		}
	}
}

// A block is on lines of its own, some with an empty line around.
func TestHTMLBlocks(t *testing.T) {
	for breaks, elements := range map[string]string{
		"":     "b i span em strong font abbr code unknown",
		"\n":   "address article aside center dd details div dt fieldset figcaption figure footer form header legend main nav option section summary table",
		"\n\n": "blockquote dl h1 h2 h3 h4 h5 h6 p pre",
	} {
		for _, e := range strings.Fields(elements) {
			want := "a" + breaks + "b" + breaks + "c"
			if e == "blockquote" {
				want = "a\n\n> b\n\nc"
			}
			if got, _ := readable.HTML("a<" + e + ">b</" + e + ">c"); got != want {
				t.Errorf("%s: %q, want %q", e, got, want)
			}
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("<p>a<p hidden>b<ul><li>c<ol start=-1><li>d<blockquote>e<pre>\nf\n<table><tr><td>g<td>h<a href=mailto:x>i&#0;")
	f.Add("<script><!--<script></script>-->x</script><plaintext>a<svg><![CDATA[<b>]]>")
	f.Fuzz(func(t *testing.T, document string) {
		got, _ := readable.HTML(document)
		if strings.ContainsAny(got, "\x00\x1b\r\u202e") || utf8.ValidString(document) && !utf8.ValidString(got) {
			t.Errorf("%q: %q", document, got)
		}
		if len(got) > 16*len(document)+16 {
			t.Errorf("%d octets from %d", len(got), len(document))
		}
	})
}
