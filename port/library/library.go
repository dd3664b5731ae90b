// Package library has PHP's functions as Go source, for programs that were ported from PHP.
//
// A port imports no runtime library. It gets copies of the functions that it calls. Source
// returns such copies as one file of a package, with all that they need and nothing else.
// Functions and Constants say which functions and constants of PHP there are, and how Go code
// calls them. The functions themselves are in port/library/functions. They are compiled and
// tested there against PHP.
package library

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Function is a function of PHP, or a method of one of PHP's classes.
type Function struct {
	Name string // PHP's, in lower case: "str_pad", "datetime::format"

	// Forms are the ways to call it in Go, the one to prefer first. A form whose Template is
	// set is for arguments of exactly its types. The last form is the most general one.
	Forms []*Form
}

// A Form is one way to call a function in Go.
type Form struct {
	// Go names a function of Source. For a method it is the type and the method,
	// "dateTime.format", and the first parameter is the receiver.
	Go string

	// Template is Go code in which $1 stands for the first argument. A form has either
	// a Template or Go.
	Template string
	Imports  []string // of the Template

	// Needs are the names to pass to Source: that of Go, or those in the Template.
	Needs []string

	Params  []Param
	Results []Result

	// TypeParams are the type parameters that Params and Results mention. Bind finds them.
	TypeParams []string
}

// A Param is a parameter of a Form.
type Param struct {
	Name     string // PHP's, without "$"
	Type     string // Go's; the element's type if Variadic, the variable's if ByRef
	Default  string // Go code, "" for a parameter that must be given
	ByRef    bool   // the argument is the address of a variable
	InPlace  bool   // the argument is the *Array that a variable holds, and changes
	Variadic bool
}

// A Result is a result of a Form. The first one is the value. A second one is of type bool or
// error and says whether there is a value.
type Result struct {
	Type string

	// Null says of a second result: PHP's function returns null where there is no value.
	// Otherwise it returns false.
	Null bool
}

// A Constant is a constant of PHP.
type Constant struct {
	Go      string // Go code
	Type    string // Go's
	Imports []string
	Needs   []string // the names in Go to pass to Source
}

//go:embed functions/*.go
var files embed.FS

//go:embed inline.tsv
var inlineTable string

//go:embed constants.tsv
var constantTable string

// load reads the embedded files and tables once.
var load = sync.OnceValues(func() (*source, error) {
	s := &source{fset: token.NewFileSet(), text: map[string]string{}, decls: map[string]*decl{}, functions: map[string]*Function{}}
	names, err := fs.Glob(files, "functions/*.go")
	if err != nil {
		return nil, err
	}
	if err := s.addInlines(inlineTable); err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.text[name] = string(text)
		s.files = append(s.files, file)
	}
	s.resolve()
	for _, file := range s.files {
		if err := s.addFile(file); err != nil {
			return nil, err
		}
	}
	s.constants, err = readConstants(constantTable)
	s.addNeeds()
	return s, err
})

// addNeeds notes the names that functions and constants need.
func (s *source) addNeeds() {
	for _, f := range s.functions {
		for _, form := range f.Forms {
			form.Needs = s.namesIn(form.Template)
			if form.Go != "" {
				form.Needs = []string{form.Go}
			}
		}
	}
	for name, c := range s.constants {
		c.Needs = s.namesIn(c.Go)
		s.constants[name] = c
	}
}

// namesIn returns the names in Go code that are declared here, and methods by their names.
func (s *source) namesIn(code string) []string {
	var names []string
	for _, word := range strings.FieldsFunc(code, func(r rune) bool { return r != '.' && (r > 127 || !isLetter(byte(r))) }) {
		name, method, _ := strings.Cut(word, ".")
		if s.decls[name] != nil {
			names = append(names, name)
		}
		for known := range s.decls {
			if _, m, ok := strings.Cut(known, "."); ok && m == method && (name == "" || isDigits(name)) {
				names = append(names, known)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// must returns what load read. The files are part of the program, so that an error is one of
// this package's, which its tests find.
func must() *source {
	s, err := load()
	if err != nil {
		panic(err)
	}
	return s
}

// Functions returns PHP's functions that Go code can call, by their names in lower case. Methods
// are listed as "class::method", constructors as "class::__construct".
func Functions() map[string]*Function { return maps.Clone(must().functions) }

// Constants returns PHP's constants by their names, those of classes as "class::NAME".
func Constants() map[string]Constant { return maps.Clone(must().constants) }

// Names returns the names that Source knows: functions, types, constants, variables, and methods
// as "Type.method". A port declares none of the names without a dot itself.
func Names() []string { return slices.Sorted(maps.Keys(must().decls)) }

// addFile notes the directives of a file's functions:
//
//	//php:function str_pad(string, length, pad = " ", type = strPadRight)
//	//php:function array_pop(array) null
//	//php:method DateTime::format(format)
//
// The names are those of PHP's parameters, the default values are Go code. The types are those
// of the Go function. "null" says that a second result stands for null instead of false.
func (s *source) addFile(file *ast.File) error {
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Doc == nil {
			continue
		}
		for _, c := range fn.Doc.List {
			directive, ok := cutDirective(c.Text)
			if !ok {
				continue
			}
			name, form, err := s.form(directive, fn)
			if err != nil {
				return fmt.Errorf("%s: %w", s.fset.Position(c.Pos()), err)
			}
			s.addForm(name, form)
		}
	}
	return nil
}

func cutDirective(comment string) (string, bool) {
	for _, prefix := range []string{"//php:function ", "//php:method "} {
		if rest, ok := strings.CutPrefix(comment, prefix); ok {
			return rest, true
		}
	}
	return "", false
}

func (s *source) addForm(name string, form *Form) {
	name = strings.ToLower(name)
	f := s.functions[name]
	if f == nil {
		f = &Function{Name: name}
		s.functions[name] = f
	}
	f.Forms = append(f.Forms, form)
}

// form reads a directive of a Go function.
func (s *source) form(directive string, fn *ast.FuncDecl) (string, *Form, error) {
	name, rest, ok := strings.Cut(directive, "(")
	end := strings.LastIndex(rest, ")")
	if !ok || end < 0 {
		return "", nil, fmt.Errorf("no parameters in %q", directive)
	}
	form := &Form{Go: funcName(fn)}
	if fn.Type.TypeParams != nil {
		for _, field := range fn.Type.TypeParams.List {
			for _, n := range field.Names {
				form.TypeParams = append(form.TypeParams, n.Name)
			}
		}
	}
	if fn.Recv != nil {
		form.Params = append(form.Params, Param{Name: "this", Type: exprText(fn.Recv.List[0].Type)})
	}
	form.Params = append(form.Params, params(fn.Type.Params)...)
	form.Results = results(fn.Type.Results, strings.TrimSpace(rest[end+1:]) == "null")
	return name, form, form.name(rest[:end], fn.Recv != nil)
}

// name gives the parameters PHP's names and default values.
func (f *Form) name(list string, method bool) error {
	to := f.Params
	if method {
		to = to[1:]
	}
	named := splitTop(list)
	if len(named) != len(to) {
		return fmt.Errorf("%s: %d parameters in the directive, %d in Go", f.Go, len(named), len(to))
	}
	for i, text := range named {
		name, value, optional := strings.Cut(text, "=")
		to[i].Name = strings.TrimSpace(name)
		if rest, ok := strings.CutPrefix(to[i].Name, "&"); ok {
			to[i].Name = rest
			if err := to[i].byReference(); err != nil {
				return fmt.Errorf("%s: %w", f.Go, err)
			}
		}
		if optional {
			to[i].Default = strings.TrimSpace(value)
		}
	}
	return nil
}

// byReference notes that PHP's parameter is a reference.
func (p *Param) byReference() error {
	if p.Type == "any" { // the address of a variable of any type
		p.ByRef = true
		return nil
	}
	elem, ok := strings.CutPrefix(p.Type, "*")
	if !ok {
		return fmt.Errorf("%s is no pointer", p.Name)
	}
	if strings.HasPrefix(elem, "Array[") {
		p.InPlace = true
		return nil
	}
	p.ByRef, p.Type = true, elem
	return nil
}

// splitTop splits a list at its commas, but not in parentheses, brackets, braces and quotes.
func splitTop(list string) []string {
	var parts []string
	depth, start := 0, 0
	var quote byte
	for i := range len(list) {
		switch c := list[i]; {
		case quote != 0:
			if c == quote && list[i-1] != '\\' {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, strings.TrimSpace(list[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(list[start:]); last != "" || len(parts) > 0 {
		parts = append(parts, last)
	}
	return parts
}

func params(list *ast.FieldList) []Param {
	var out []Param
	for _, field := range list.List {
		p := Param{Type: exprText(field.Type)}
		if e, ok := field.Type.(*ast.Ellipsis); ok {
			p.Type, p.Variadic = exprText(e.Elt), true
		}
		for range max(1, len(field.Names)) {
			out = append(out, p)
		}
	}
	return out
}

func results(list *ast.FieldList, null bool) []Result {
	if list == nil {
		return nil
	}
	var out []Result
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			out = append(out, Result{Type: exprText(field.Type)})
		}
	}
	if len(out) > 1 {
		out[len(out)-1].Null = null
	}
	return out
}

// addInlines reads the table of templates. A line has PHP's name, the Go types of the
// parameters and of the result, the template, and packages to import. The word "null" after the
// types says that a second result stands for null instead of false.
func (s *source) addInlines(table string) error {
	for n, line := range strings.Split(table, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) < 3 {
			return fmt.Errorf("inline.tsv:%d: %d fields", n+1, len(fields))
		}
		types, null := strings.CutSuffix(fields[1], " null")
		expr, err := parser.ParseExpr("func" + types)
		if err != nil {
			return fmt.Errorf("inline.tsv:%d: %w", n+1, err)
		}
		fn := expr.(*ast.FuncType)
		form := &Form{Template: fields[2], Params: params(fn.Params), Results: results(fn.Results, null)}
		form.TypeParams = typeParams(fn)
		if len(fields) > 3 {
			form.Imports = strings.Fields(fields[3])
		}
		s.addForm(fields[0], form)
	}
	return nil
}

// typeParams returns the names of one capital letter in a template's type.
func typeParams(fn *ast.FuncType) []string {
	found := map[string]bool{}
	ast.Inspect(fn, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && len(id.Name) == 1 && ast.IsExported(id.Name) {
			found[id.Name] = true
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

// readConstants reads the table of constants: PHP's name, Go code, its type, packages.
func readConstants(table string) (map[string]Constant, error) {
	out := map[string]Constant{}
	for n, line := range strings.Split(table, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) < 3 || out[fields[0]].Go != "" {
			return nil, fmt.Errorf("constants.tsv:%d: %q", n+1, line)
		}
		c := Constant{Go: fields[1], Type: fields[2]}
		if len(fields) > 3 {
			c.Imports = strings.Fields(fields[3])
		}
		out[fields[0]] = c
	}
	return out, nil
}
