package readable

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTML returns the text of an HTML document in UTF-8, such as [Body] returns, as people read
// it in a terminal. Nothing is fetched and no script is run. Lines end with LF and are not
// wrapped.
//
//   - Blanks collapse, and blocks are on lines of their own. Preformatted text keeps its lines.
//   - The target of a link follows its text, "text <https://example.org/>", unless it is the
//     same. Only http, https, ftp, mailto and tel are shown.
//   - The cells of a row are separated by " | ". Lists have "* " or numbers, and quotes ">"
//     before each line. An image is its alternative text in brackets.
//   - Scripts, styles, comments, the title, and elements with the attribute hidden, or the
//     style display:none or visibility:hidden, are left out. If such an element is not closed,
//     its text and that of the others is shown, with a doubt.
//   - Control characters, invisible ones, and those that override the writing direction are
//     left out.
//
// Elements may be nested to any depth: there is no tree. Past 10 levels of quotes or lists
// the indentation stays the same.
func HTML(document string) (string, Doubts) {
	text, doubts, closed := htmlText(document, true)
	if !closed {
		text, doubts, _ = htmlText(document, false)
		doubts.add(DoubtHidden, 0, "")
	}
	return text, doubts
}

// htmlText returns the text of a document, and whether all hidden elements are closed.
func htmlText(document string, hide bool) (string, Doubts, bool) {
	w := htmlWriter{hide: hide}
	z := html.NewTokenizer(strings.NewReader(document))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: the reader has no other error
			w.endLink()
			return string(bytes.TrimRight(w.out, " \n")), w.doubts, w.hidden == 0
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(string(name))
		}
	}
}

// An htmlWriter writes the text of the tokens of a document.
type htmlWriter struct {
	out    []byte
	doubts Doubts

	hide      bool
	hidden    int    // the depth within the element that is not shown
	hiddenTag string // its name
	raw       bool   // the next text is a script or the like

	breaks int  // line breaks before the next text
	blank  bool // a blank before the next text
	pre    int  // the depth of <pre>
	quote  int  // the depth of quotes
	quoted int  // that of the last line
	lists  []htmlList
	marker string // of a list's item, before the next text

	row       bool // in a row of a table
	cell      bool // a cell begins on the line of the one before it
	cellBegin bool // a cell begins, and has no text yet
	multiline bool // a cell of the row has several lines
	filled    bool // a cell of the row has text

	link      string // the target of the link
	linkText  bool   // the link has text
	linkBegin int    // where it begins in out
}

type htmlList struct {
	ordered bool
	number  int
}

// maxIndent is the greatest depth of quotes and of lists that shows.
const maxIndent = 10

// rawElements have text that is not shown.
var rawElements = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Title: true, atom.Iframe: true, atom.Noembed: true, atom.Noframes: true,
}

// voidElements have no end tag (HTML, section 13.1.2).
var voidElements = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// lineBreaks are the line breaks before and after blocks.
var lineBreaks = map[atom.Atom]int{
	atom.Address: 1, atom.Article: 1, atom.Aside: 1, atom.Blockquote: 2, atom.Body: 1, atom.Caption: 1, atom.Center: 1,
	atom.Dd: 1, atom.Details: 1, atom.Div: 1, atom.Dl: 2, atom.Dt: 1, atom.Fieldset: 1, atom.Figcaption: 1,
	atom.Figure: 1, atom.Footer: 1, atom.Form: 1, atom.H1: 2, atom.H2: 2, atom.H3: 2, atom.H4: 2, atom.H5: 2,
	atom.H6: 2, atom.Header: 1, atom.Legend: 1, atom.Li: 1, atom.Main: 1, atom.Nav: 1, atom.Ol: 1, atom.Option: 1,
	atom.P: 2, atom.Pre: 2, atom.Section: 1, atom.Summary: 1, atom.Table: 1, atom.Tbody: 1, atom.Tfoot: 1,
	atom.Thead: 1, atom.Tr: 1, atom.Ul: 1,
}

// start handles a start tag.
func (w *htmlWriter) start(z *html.Tokenizer) {
	tag, more := z.TagName()
	name, element := string(tag), atom.Lookup(tag)
	w.raw = rawElements[element]
	if w.hidden > 0 {
		if name == w.hiddenTag {
			w.hidden++
		}
		return
	}
	attributes := make(map[string]string)
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if wanted[string(key)] {
			attributes[string(key)] = string(value)
		}
	}
	if w.hide && isHidden(element, attributes) {
		if !voidElements[element] {
			w.hidden, w.hiddenTag = 1, name
		}
		return
	}
	w.block(lineBreaks[element])
	switch element {
	case atom.Br:
		w.breaks = min(w.breaks+1, 2)
	case atom.Hr:
		w.block(1)
		w.write("----")
		w.block(1)
	case atom.Img:
		if alt := strings.TrimSpace(attributes["alt"]); alt != "" {
			w.text("[" + alt + "]")
		}
	case atom.A:
		w.endLink()
		w.link, w.linkText = target(attributes["href"]), false
	case atom.Pre:
		w.pre++
	case atom.Blockquote:
		w.quote++
	case atom.Ul, atom.Ol:
		first, err := strconv.Atoi(attributes["start"])
		if err != nil {
			first = 1
		}
		w.lists = append(w.lists, htmlList{element == atom.Ol, first})
	case atom.Li:
		w.item()
	case atom.Tr:
		w.row, w.cell, w.multiline, w.filled = true, false, false, false
	case atom.Td, atom.Th:
		w.beginCell()
	}
}

// wanted are the attributes that matter.
var wanted = map[string]bool{"href": true, "alt": true, "start": true, "hidden": true, "style": true}

// isHidden reports whether an element is not shown.
func isHidden(element atom.Atom, attributes map[string]string) bool {
	if element == atom.Template {
		return true
	}
	if _, ok := attributes["hidden"]; ok {
		return true
	}
	style := strings.ToLower(strings.Join(strings.Fields(attributes["style"]), ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// end handles an end tag.
func (w *htmlWriter) end(name string) {
	w.raw = false
	if w.hidden > 0 {
		if name == w.hiddenTag {
			w.hidden--
		}
		return
	}
	element := atom.Lookup([]byte(name))
	switch element {
	case atom.A:
		w.endLink()
	case atom.Pre:
		w.pre = max(0, w.pre-1)
	case atom.Blockquote:
		w.quote = max(0, w.quote-1)
	case atom.Ul, atom.Ol:
		w.lists = w.lists[:max(0, len(w.lists)-1)]
	case atom.Table, atom.Tr:
		w.row, w.cell, w.cellBegin = false, false, false
		w.breaks = min(w.breaks, 1)
	}
	w.block(lineBreaks[element])
}

// block begins a new line, after an empty one if n is 2.
func (w *htmlWriter) block(n int) {
	switch {
	case w.cell:
		return // a block at the beginning of a cell stays in the row
	case w.cellBegin:
		n = min(n, 1)
	}
	w.breaks = max(w.breaks, n)
}

// beginCell separates a cell from the one before it, if both may be on one line.
func (w *htmlWriter) beginCell() {
	if w.row && w.filled && !w.multiline {
		w.breaks, w.cell = 0, true
	}
	w.cellBegin = true
	w.block(1)
}

// item begins an item of a list.
func (w *htmlWriter) item() {
	w.marker = "* "
	if n := len(w.lists); n > 0 && w.lists[n-1].ordered {
		w.marker = strconv.Itoa(w.lists[n-1].number) + ". "
		w.lists[n-1].number++
	}
}

// text writes text.
func (w *htmlWriter) text(s string) {
	if w.hidden > 0 || w.raw {
		w.raw = false
		return
	}
	if w.pre > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.breaks++
			}
			if line = strings.TrimSuffix(line, "\r"); line != "" {
				w.write(line)
			}
		}
		return
	}
	// A word begins where blanks end.
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return !isBlank(r) })
		if n != 0 {
			w.blank = true
		}
		if n < 0 {
			return
		}
		s = s[n:]
		end := strings.IndexFunc(s, isBlank)
		if end < 0 {
			end = len(s)
		}
		w.write(s[:end])
		s = s[end:]
	}
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\r\n\f\u00a0\u2007\u202f", r) }

// write writes text without blanks at its ends, after the breaks and the blank before it.
func (w *htmlWriter) write(s string) {
	if s = w.clean(s); s == "" {
		return
	}
	switch {
	case w.breaks > 0 || len(w.out) == 0:
		w.newLine()
	case w.cell:
		w.out = append(w.out, " | "...)
	case w.blank:
		w.out = append(w.out, ' ')
	}
	if !w.linkText {
		w.linkText, w.linkBegin = true, len(w.out)
	}
	w.breaks, w.blank, w.cell, w.cellBegin, w.filled = 0, false, false, false, true
	w.out = append(w.out, s...)
}

// newLine ends the line, and writes what the next one begins with.
func (w *htmlWriter) newLine() {
	quote := min(w.quote, maxIndent)
	if len(w.out) > 0 {
		w.multiline = w.multiline || w.filled
		w.out = append(w.out, '\n')
		for range w.breaks - 1 {
			w.out = append(w.out, strings.Repeat(">", min(quote, w.quoted))...)
			w.out = append(w.out, '\n')
		}
	}
	if w.quoted = quote; quote > 0 {
		w.out = append(w.out, strings.Repeat(">", quote)+" "...)
	}
	indent := len(w.lists)
	if w.marker != "" {
		indent--
	}
	w.out = append(w.out, strings.Repeat("  ", max(0, min(indent, maxIndent)))+w.marker...)
	w.marker = ""
}

// clean removes characters that are not seen.
func (w *htmlWriter) clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case isControl(r), isOverride(r):
			w.doubts.add(DoubtControl, len(w.out), string(r))
			return -1
		case strings.ContainsRune("\u00ad\u034f\u200b\u2060\ufeff", r):
			return -1
		}
		return r
	}, s)
}

// endLink writes the target of a link after its text.
func (w *htmlWriter) endLink() {
	link := w.link
	w.link = ""
	if link == "" {
		return
	}
	if w.linkText && sameTarget(string(w.out[w.linkBegin:]), link) {
		return
	}
	w.blank = w.blank || w.linkText
	w.write("<" + link + ">")
}

// target returns the target of a link that is shown, or "".
func target(href string) string {
	href = strings.Join(strings.Fields(href), "")
	scheme, rest, ok := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp":
		if ok {
			return href
		}
	case "mailto", "tel":
		if rest, _, _ = strings.Cut(rest, "?"); ok {
			return rest
		}
	}
	return ""
}

// sameTarget reports whether the text of a link is its target.
func sameTarget(text, link string) bool {
	bare := func(s string) string {
		if _, rest, ok := strings.Cut(s, "://"); ok {
			s = rest
		}
		return strings.TrimSuffix(strings.ToLower(s), "/")
	}
	return bare(text) == bare(link)
}
