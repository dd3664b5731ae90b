// Package php reads PHP files for the tools that port mail scripts. It never runs them.
//
// The parser is github.com/VKCOM/php-parser v0.8.2. It knows the syntax of PHP 8.1 and 7.4; types
// of 8.2 and 8.3 that it does not know are left out.
package php

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"sync"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/conf"
	parsererrors "github.com/VKCOM/php-parser/pkg/errors"
	"github.com/VKCOM/php-parser/pkg/parser"
	"github.com/VKCOM/php-parser/pkg/version"
)

const (
	// MaxSize is the largest file in octets that Parse reads. The tree takes some hundred
	// octets for each octet of the file.
	MaxSize = 2 << 20
	// maxDepth bounds the recursion of a walk, so that no file exhausts the stack.
	maxDepth = 5000
)

var (
	// ErrTooLarge means that a file has more than MaxSize octets.
	ErrTooLarge = errors.New("the file is larger than 2 MiB")
	// ErrTooDeep means that expressions or blocks are nested too deeply.
	ErrTooDeep = errors.New("the file is nested too deeply")
	// ErrNoPHP means that the parser made nothing of a file.
	ErrNoPHP = errors.New("the file does not parse as PHP")
)

// SyntaxError is a place that the parser does not understand.
type SyntaxError struct {
	Line int
	Text string
}

// File is a PHP file. Statements around a syntax error may be missing from Root.
type File struct {
	Source []byte
	Root   ast.Vertex
	Errors []SyntaxError
}

// Parse parses a file. Syntax errors are in File.Errors. The error matches ErrTooLarge,
// ErrTooDeep or ErrNoPHP.
func Parse(source []byte) (file *File, err error) {
	if len(source) > MaxSize {
		return nil, ErrTooLarge
	}
	if deep(source) {
		return nil, ErrTooDeep
	}
	// The parser panics on some octets that are not PHP.
	defer func() {
		if p := recover(); p != nil {
			file, err = nil, fmt.Errorf("%w: %v", ErrNoPHP, p)
		}
	}()
	// The scanner never returns on HTML that ends with "<".
	if bytes.HasSuffix(source, []byte("<")) {
		source = append(bytes.Clone(source), '\n')
	}
	text := withLineFeeds(source)
	file, err = parse(source, text, version8)
	if err != nil {
		return nil, err
	}
	changed := !bytes.Equal(text, source)
	if len(file.Errors) > 0 {
		changed = true
		file = fewestErrors(file, text)
	}
	if changed {
		file.restore()
	}
	return file, nil
}

// fewestErrors parses a text in the other versions of PHP. It returns the file with the fewest errors.
func fewestErrors(file *File, text []byte) *File {
	for _, other := range []struct {
		text    []byte
		version version.Version
	}{{withoutLaterTypes(text), version8}, {text, version7}} {
		if found, err := parse(file.Source, other.text, other.version); err == nil && len(found.Errors) < len(file.Errors) {
			file = found
		}
	}
	return file
}

// withLineFeeds is the source with a line feed for each carriage return without one, which ends a line
// for PHP and not for the parser.
func withLineFeeds(source []byte) []byte {
	text := bytes.Clone(source)
	for i, c := range text {
		if c == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			text[i] = '\n'
		}
	}
	return text
}

// restore gives literals the text of the source: what makes a text for the parser does not tell them from code.
func (f *File) restore() {
	// ErrTooDeep is for those who walk next.
	_ = f.Walk(func(node ast.Vertex, _ []ast.Vertex) {
		switch n := node.(type) {
		case *ast.ScalarString:
			n.Value = []byte(f.Text(n))
		case *ast.ScalarEncapsedStringPart:
			n.Value = []byte(f.Text(n))
		case *ast.StmtInlineHtml:
			n.Value = []byte(f.Text(n))
		}
	})
}

var (
	version8 = version.Version{Major: 8, Minor: 1} // the last one of the parser
	version7 = version.Version{Major: 7, Minor: 4} // still has $text{0}, as scripts for PHP 5 do
)

// parse parses a text that has the same length and lines as the source of the file.
func parse(source, text []byte, v version.Version) (*File, error) {
	file := &File{Source: source}
	root, err := parser.Parse(text, conf.Config{
		Version: &v,
		ErrorHandlerFunc: func(e *parsererrors.Error) {
			found := SyntaxError{Text: e.Msg}
			if e.Pos != nil {
				found.Line = e.Pos.StartLine
			}
			file.Errors = append(file.Errors, found)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoPHP, err)
	}
	if root == nil || reflect.ValueOf(root).IsNil() {
		if len(file.Errors) == 0 {
			return nil, ErrNoPHP
		}
		root = &ast.Root{}
	}
	file.Root = root
	return file, nil
}

var (
	// typedConstant is a constant of a class with a type (PHP 8.3).
	typedConstant = regexp.MustCompile(`(?i)\bconst[ \t]+([?\\\w|&()]+[ \t]+)\w+[ \t]*=`)
	// intersection is a part of a type in disjunctive normal form (PHP 8.2).
	intersection = regexp.MustCompile(`\(\s*\\?[a-zA-Z_][\\\w]*\s*(?:&\s*\\?[a-zA-Z_][\\\w]*\s*)+\)(\s*\|)|\|\s*(\(\s*\\?[a-zA-Z_][\\\w]*\s*(?:&\s*\\?[a-zA-Z_][\\\w]*\s*)+\))`)
)

// withoutLaterTypes is the source with blanks for types that the parser does not know.
func withoutLaterTypes(source []byte) []byte {
	text := bytes.Clone(source)
	blank := func(start, end int) {
		for i := start; i < end; i++ {
			if text[i] != '\n' && text[i] != '\r' {
				text[i] = ' '
			}
		}
	}
	for _, m := range typedConstant.FindAllSubmatchIndex(source, -1) {
		blank(m[2], m[3])
	}
	for _, m := range intersection.FindAllSubmatchIndex(source, -1) {
		blank(m[0], m[1])
	}
	return text
}

// deep reports whether more brackets are open at once than a walk descends. It counts those in
// strings and comments too.
func deep(source []byte) bool {
	depth := 0
	for _, c := range source {
		switch c {
		case '(', '[', '{':
			if depth++; depth > maxDepth {
				return true
			}
		case ')', ']', '}':
			depth = max(0, depth-1)
		}
	}
	return false
}

// Walk calls visit for each node, in the order of the source, with the nodes around it,
// outermost first. It returns ErrTooDeep, when it has not visited all.
func (f *File) Walk(visit func(node ast.Vertex, around []ast.Vertex)) error {
	return walk(f.Root, nil, visit)
}

func walk(node ast.Vertex, around []ast.Vertex, visit func(ast.Vertex, []ast.Vertex)) error {
	if len(around) > maxDepth {
		return ErrTooDeep
	}
	visit(node, around)
	around = append(around, node)
	value := reflect.ValueOf(node).Elem()
	for _, i := range fieldsOf(value.Type()) {
		switch field := value.Field(i).Interface().(type) {
		case ast.Vertex:
			if field != nil && !reflect.ValueOf(field).IsNil() {
				if err := walk(field, around, visit); err != nil {
					return err
				}
			}
		case []ast.Vertex:
			for _, child := range field {
				if child != nil && !reflect.ValueOf(child).IsNil() {
					if err := walk(child, around, visit); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

var (
	vertex   = reflect.TypeFor[ast.Vertex]()
	vertices = reflect.TypeFor[[]ast.Vertex]()
	fields   sync.Map // of the types of nodes: the fields with nodes
)

func fieldsOf(t reflect.Type) []int {
	if known, ok := fields.Load(t); ok {
		return known.([]int)
	}
	var list []int
	for i := range t.NumField() {
		if f := t.Field(i).Type; f == vertex || f == vertices {
			list = append(list, i)
		}
	}
	fields.Store(t, list)
	return list
}

// Text returns the source of a node.
func (f *File) Text(node ast.Vertex) string {
	if p := node.GetPosition(); p != nil && 0 <= p.StartPos && p.StartPos <= p.EndPos && p.EndPos <= len(f.Source) {
		return string(f.Source[p.StartPos:p.EndPos])
	}
	return ""
}

// Line returns the line of a node, from 1, or 0.
func Line(node ast.Vertex) int {
	if p := node.GetPosition(); p != nil {
		return p.StartLine
	}
	return 0
}
