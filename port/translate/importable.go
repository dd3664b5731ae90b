package translate

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// declaresOnly reports whether the files declare classes or functions and do nothing else, so that the port
// is a package to import: they may include each other and define constants.
func (p *program) declaresOnly() bool {
	declares := len(p.functions) > 0
	for _, c := range p.classList {
		declares = declares || !c.isInterface && !c.isTrait
	}
	return declares && !slices.ContainsFunc(p.files, func(f *file) bool {
		root, ok := f.parsed.Root.(*ast.Root)
		return !ok || len(f.parsed.Errors) > 0 || !p.onlyDeclarations(root.Stmts)
	})
}

func (p *program) onlyDeclarations(list []ast.Vertex) bool {
	return !slices.ContainsFunc(list, func(s ast.Vertex) bool {
		switch n := s.(type) {
		case *ast.StmtNamespace:
			return !p.onlyDeclarations(n.Stmts)
		case *ast.StmtConstList:
			return false
		case *ast.StmtExpression:
			return !p.declaration(n.Expr)
		}
		return hasStatements([]ast.Vertex{s})
	})
}

// declaration reports whether an expression defines a constant or includes a file of the program.
func (p *program) declaration(expr ast.Vertex) bool {
	if call, ok := expr.(*ast.ExprFunctionCall); ok {
		return strings.EqualFold(identifier(call.Function), "define")
	}
	name, _ := includedExpr(expr)
	return name != nil && p.includes[name] != nil
}

// packageName is the name of the Go package.
func (p *program) packageName() string {
	if !p.importable {
		return "main"
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(p.name()))
	if name == "" || !unicode.IsLetter(rune(name[0])) || token.IsKeyword(name) {
		return "php" + name
	}
	return name
}

// packageComment is the doc comment of the package.
func (p *program) packageComment() string {
	script := baseName(p.files[0].name)
	if !p.importable {
		return fmt.Sprintf("// Command %s is a port of %s by imapcompat port.\n", p.name(), script)
	}
	doc := fmt.Sprintf("// Package %s is a port of %s by imapcompat port.\n", p.packageName(), script)
	if p.catchable() {
		doc += "//\n// What PHP throws is a panic here. Try makes an error of it.\n"
	}
	if p.ends() {
		doc += "//\n// What PHP does when a script ends is left to End.\n"
	}
	return doc
}

// catchable reports whether code of the port may throw something.
func (p *program) catchable() bool { return p.needs["try"] || p.needs["newException"] || p.throws }

// importableCode returns what the users of a package need beside its classes and functions.
func (p *program) importableCode() string {
	if !p.importable {
		return ""
	}
	e := p.emitter(p.files[0].main)
	var out strings.Builder
	if p.catchable() {
		fmt.Fprintf(&out, "// Try calls f and returns what code of PHP throws in it: an *Exception, or an error of a type that\n"+
			"// embeds one. It returns nil if nothing is thrown. Other panics go on.\nfunc %s(f func()) error {\n"+
			"if thrown := %s(f); thrown != nil {\nreturn thrown\n}\nreturn nil\n}\n\n", p.tryName, e.need("try"))
	}
	if p.ends() {
		fmt.Fprintf(&out, "// End does what PHP does when a script ends: it closes connections, destroys objects, and writes what is in\n"+
			"// buffers. A program defers it in main.\nfunc %s() { %s() }\n\n", p.endName, e.need("runAtExit"))
	}
	return out.String()
}

// doc returns the doc comment of a function. That of a package says what PHP passes where a call leaves out an
// argument: Go has no default values.
func (e *emitter) doc(r *routine) string {
	doc := e.p.docOf(r.file, r.node)
	if !e.p.importable {
		return doc
	}
	var list []string
	for _, q := range r.params {
		if q.def != nil {
			list = append(list, e.nameOf(q.slot)+" is "+r.file.text(q.def))
		}
	}
	if len(list) == 0 {
		return doc
	}
	if doc != "" {
		doc += "//\n"
	}
	return doc + "// Where PHP leaves out arguments, " + plain(strings.Join(list, ", ")) + ".\n"
}

// documented is a parameter in a doc comment of PHP.
var documented = regexp.MustCompile(`@param\s+([\w\\]+)\s+&?\$(\w+)`)

// documentedTypes are the types of doc comments that say what a value is in Go.
var documentedTypes = map[string]*Type{
	"string": textType, "int": intType, "integer": intType, "bool": boolType, "boolean": boolType, "float": floatType, "double": floatType,
}

// assumeForCallers gives the parameters of a package's functions that nothing in it gives a type those of their
// doc comments and default values: Go's compiler holds the callers to them.
func (p *program) assumeForCallers(r *routine) {
	if !p.importable {
		return
	}
	types := map[string]*Type{}
	for _, m := range documented.FindAllStringSubmatch(p.docOf(r.file, r.node), -1) {
		types[m[2]] = documentedTypes[strings.ToLower(m[1])]
	}
	for _, q := range r.params {
		t := types[q.name]
		if t == nil {
			t = p.literalType(r, q.def)
		}
		if t != nil && q.slot.typ.kind == unknown && q.slot.declared == nil && !q.byRef && !q.variadic {
			p.grow(q.slot, t)
		}
	}
}

// assumeStored gives a parameter of a package that nothing in it gives a type that of a place where it is stored.
func (p *program) assumeStored(v value, s *slot) {
	if p.importable && p.pass >= firstAssumed && v.typ.kind == unknown && v.slot != nil && v.slot.kind == paramSlot && v.slot.declared == nil &&
		s.typ.kind > blank && s.typ.kind != mixed && s.typ.kind != unknown {
		p.grow(v.slot, s.typ)
	}
}

// assumeRest leaves parameters of a package that have no type to its users: values of any type. It reports
// whether there are any.
func (p *program) assumeRest() bool {
	p.changed = false
	for _, r := range p.order {
		for _, q := range r.params {
			if p.importable && q.slot.typ.kind == unknown && !q.variadic {
				p.grow(q.slot, mixedType)
			}
		}
	}
	return p.changed
}

// literalType returns the type of a default value that says which type its parameter has, nil of others: false
// and null say that there is no value.
func (p *program) literalType(r *routine, node ast.Vertex) *Type {
	switch n := node.(type) {
	case *ast.ScalarString:
		return textType
	case *ast.ScalarLnumber:
		return intType
	case *ast.ScalarDnumber:
		return floatType
	case *ast.ExprConstFetch:
		if strings.EqualFold(identifier(n.Const), "true") {
			return boolType
		}
	case *ast.ExprClassConstFetch:
		c := p.classes[strings.ToLower(identifier(n.Class))]
		if strings.EqualFold(identifier(n.Class), "self") {
			c = r.class
		}
		if c == nil {
			break
		}
		if k := p.constantOf(c, identifier(n.Const)); k != nil && k.typ.scalar() && k.typ.opt == present {
			return k.typ
		}
	}
	return nil
}
