package translate

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/token"

	"github.com/imapcompat/imapcompat/port/php"
)

// comment is a comment of the source.
type comment struct {
	start, end int
	text       string
	line       int
}

// comments lists the comments of a file in their order.
func comments(f *php.File) []comment {
	var list []comment
	seen := map[int]bool{}
	add := func(t *token.Token) {
		if t == nil {
			return
		}
		for _, free := range t.FreeFloating {
			if (free.ID == token.T_COMMENT || free.ID == token.T_DOC_COMMENT) && free.Position != nil && !seen[free.Position.StartPos] {
				seen[free.Position.StartPos] = true
				list = append(list, comment{free.Position.StartPos, free.Position.EndPos, string(free.Value), free.Position.StartLine})
			}
		}
	}
	f.Walk(func(node ast.Vertex, _ []ast.Vertex) {
		v := reflect.ValueOf(node).Elem()
		for i := range v.NumField() {
			switch t := v.Field(i).Interface().(type) {
			case *token.Token:
				add(t)
			case []*token.Token:
				for _, one := range t {
					add(one)
				}
			}
		}
	})
	slices.SortFunc(list, func(a, b comment) int { return a.start - b.start })
	return list
}

func start(node ast.Vertex) int {
	if node == nil {
		return 0
	}
	if p := node.GetPosition(); p != nil {
		return max(0, p.StartPos)
	}
	return 0
}

func stop(node ast.Vertex) int {
	if node == nil {
		return 0
	}
	if p := node.GetPosition(); p != nil {
		return max(0, p.EndPos)
	}
	return 0
}

// comments writes the comments between two places of the source. A comment on the line of the
// code before it stays there. An empty line stays one.
func (e *emitter) comments(from, to int) {
	list := e.f.comments
	source := e.f.parsed.Source
	i, _ := slices.BinarySearchFunc(list, from, func(c comment, pos int) int { return c.start - pos })
	for ; i < len(list) && list[i].start < to; i++ {
		lines := goComment(list[i].text)
		between := source[min(from, list[i].start, len(source)):min(list[i].start, len(source))]
		if !bytes.ContainsRune(between, '\n') && len(lines) == 1 && e.trailing(lines[0]) {
			from = list[i].end
			continue
		}
		e.blank(between)
		for _, l := range lines {
			e.line("%s", l)
		}
		from = list[i].end
	}
	e.blank(source[min(from, to, len(source)):min(to, len(source))])
}

// trailing adds a comment to the last line, if that is a statement.
func (e *emitter) trailing(text string) bool {
	code := bytes.TrimSuffix(e.out, []byte("\n"))
	last := code[bytes.LastIndexByte(code, '\n')+1:]
	if len(last) == 0 || last[len(last)-1] == '{' || last[0] == '/' || bytes.Contains(last, []byte("//")) || bytes.ContainsRune(last, '`') {
		return false
	}
	e.out = append(code, " "+text+"\n"...)
	return true
}

// blank writes an empty line if there is one in the source.
func (e *emitter) blank(between []byte) {
	if bytes.Count(bytes.ReplaceAll(between, []byte("\r"), nil), []byte("\n")) > 1 && len(e.out) > 0 && !bytes.HasSuffix(e.out, []byte("{\n")) && emptyLine.Match(between) {
		e.line("")
	}
}

// emptyLine is an empty line between lines.
var emptyLine = regexp.MustCompile(`\n[ \t\r]*\n`)

// plain returns the text of a comment. What gofmt makes a build constraint, wherever it is in a
// file, and what would be a marker of a statement, is quoted.
func plain(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "+build") || strings.HasPrefix(text, "port:") {
		return strconv.Quote(text)
	}
	return text
}

// goComment returns the lines of a comment in Go.
func goComment(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r", ""))
	text = strings.Map(func(r rune) rune {
		if r == 0 || r == '\ufeff' {
			return -1
		}
		return r
	}, text)
	switch {
	case strings.HasPrefix(text, "#"):
		return []string{"// " + plain(strings.TrimLeft(text, "#"))}
	case strings.HasPrefix(text, "//"):
		return []string{"// " + plain(strings.TrimLeft(text, "/"))}
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "/*"), "*/")
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		l = plain(strings.TrimLeft(l, "*"))
		lines = append(lines, strings.TrimRight("// "+l, " "))
	}
	for len(lines) > 0 && lines[0] == "//" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "//" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// inspect visits a node and those below it as long as visit returns true.
func inspect(node ast.Vertex, visit func(ast.Vertex) bool) {
	if node == nil || reflect.ValueOf(node).IsNil() {
		return
	}
	if k, ok := node.(*known); ok {
		node = k.Vertex
	}
	if !visit(node) {
		return
	}
	v := reflect.ValueOf(node).Elem()
	for i := range v.NumField() {
		switch field := v.Field(i).Interface().(type) {
		case ast.Vertex:
			inspect(field, visit)
		case []ast.Vertex:
			for _, child := range field {
				inspect(child, visit)
			}
		}
	}
}
