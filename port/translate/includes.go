package translate

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// include loads a file that a statement includes, if its name can be told.
func (p *program) include(f *file, expr ast.Vertex, around []ast.Vertex) {
	p.findIncluded(f, expr)
	if found := p.includes[expr]; found != nil {
		found.sites++
		found.inFunction = found.inFunction || insideFunction(around)
	}
}

func insideFunction(around []ast.Vertex) bool {
	return slices.ContainsFunc(around, func(n ast.Vertex) bool {
		switch n.(type) {
		case *ast.StmtFunction, *ast.StmtClassMethod, *ast.ExprClosure, *ast.ExprArrowFunction:
			return true
		}
		return false
	})
}

// inlined reports whether the statements of a file are written where a function includes it, since they
// use the function's variables.
func (f *file) inlined() bool {
	return !f.pure && f.inFunction && f.sites == 1 && !slices.ContainsFunc(f.main.body, returns)
}

func (p *program) findIncluded(f *file, expr ast.Vertex) {
	path, ok := includePath(expr)
	if !ok || p.opts.Read == nil && p.byPath[filepath.Join(filepath.Dir(f.name), path)] == nil {
		return
	}
	for _, name := range []string{filepath.Join(filepath.Dir(f.name), path), filepath.Join(filepath.Dir(p.root(f)), path)} {
		name = filepath.Clean(name)
		if filepath.IsAbs(path) {
			name = filepath.Clean(path)
		}
		if found := p.byPath[name]; found != nil {
			p.includes[expr] = found
			found.included = true
			return
		}
		if p.opts.Read == nil || len(p.files) > 500 {
			continue
		}
		source, err := p.opts.Read(name)
		if err != nil || !p.ours(f, name, source) {
			continue
		}
		found, err := p.addFile(name, source)
		if err != nil {
			return
		}
		p.includes[expr] = found
		found.included = true
		return
	}
}

// ours reports whether an included file is of the program: PHP, or a file beside or below the scripts.
// The text of another one, like /etc/passwd, does not belong in a port.
func (p *program) ours(f *file, name string, source []byte) bool {
	if bytes.Contains(source, []byte("<?")) {
		return true
	}
	for _, script := range []string{f.name, p.root(f)} {
		if rel, err := filepath.Rel(filepath.Dir(script), name); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

func (p *program) root(f *file) string {
	if len(p.files) > 0 {
		return p.files[0].name
	}
	return f.name
}

// includePath returns the path in 'x.php', __DIR__ . '/x.php' and dirname(__FILE__) . '/x.php'.
func includePath(expr ast.Vertex) (string, bool) {
	switch n := strip1(expr).(type) {
	case *ast.ScalarString:
		raw := string(n.Value)
		if len(raw) < 2 {
			return "", false
		}
		return raw[1 : len(raw)-1], true
	case *ast.ExprBinaryConcat:
		left, ok := includePath(n.Left)
		if !ok {
			return "", false
		}
		right, ok := includePath(n.Right)
		return left + right, ok
	case *ast.ScalarMagicConstant:
		return ".", strings.EqualFold(string(n.Value), "__DIR__")
	case *ast.ExprConstFetch:
		return "/", identifier(n.Const) == "DIRECTORY_SEPARATOR"
	case *ast.ExprFunctionCall:
		args := argumentNodes(n)
		if !strings.EqualFold(identifier(n.Function), "dirname") || len(args) == 0 {
			return "", false
		}
		if m, ok := strip1(args[0]).(*ast.ScalarMagicConstant); ok {
			up := "."
			if strings.EqualFold(string(m.Value), "__DIR__") {
				up = ".."
			}
			return up, true
		}
	}
	return "", false
}

func includedExpr(node ast.Vertex) (expr ast.Vertex, once bool) {
	switch n := node.(type) {
	case *ast.ExprInclude:
		return n.Expr, false
	case *ast.ExprIncludeOnce:
		return n.Expr, true
	case *ast.ExprRequire:
		return n.Expr, false
	case *ast.ExprRequireOnce:
		return n.Expr, true
	}
	return nil, false
}

// includeStatement writes the call of an included file. One that only declares needs no call.
func (e *emitter) includeStatement(node ast.Vertex) {
	expr, once := includedExpr(node)
	f := e.p.includes[expr]
	if f == nil {
		refuse(node, "the included file is not known")
	}
	if f.pure {
		e.line("// %s: what it declares is in %s.", e.f.text(node), f.goFile)
		return
	}
	if f.inlined() {
		e.includeInline(f, node, once)
		return
	}
	if !e.fn.top {
		refuse(node, "a file that a function includes has the function's variables")
	}
	if once && len(e.loops) > 0 {
		refuse(node, "include_once in a loop is not translated")
	}
	switch name := quote(f.goFile); {
	case f.sites == 1:
		e.line("%s()", f.main.goName)
	case once:
		e.line("if %s(%s) {\n%s()\n}", e.need("once"), name, f.main.goName)
	default:
		e.line("%s(%s)", e.need("once"), name)
		e.line("%s()", f.main.goName)
	}
}

// includeInline writes the statements of a file in place of the include in a function.
func (e *emitter) includeInline(f *file, node ast.Vertex, once bool) {
	e.line("// %s", e.f.text(node))
	before := e.f
	e.f = f
	defer func() { e.f = before }()
	if !once {
		e.statements(f.main.node, f.main.body, false)
		return
	}
	e.line("if %s(%s) {", e.need("once"), quote(f.goFile))
	e.conditional++
	e.statements(f.main.node, f.main.body, false)
	e.conditional--
	e.line("}")
}

// includeValue returns what an included file returns.
func (e *emitter) includeValue(node ast.Vertex) value {
	expr, _ := includedExpr(node)
	f := e.p.includes[expr]
	if f == nil {
		refuse(node, "the included file is not known")
	}
	if f.main.returns {
		return e.routineResult(f.main, f.main.goName+"()")
	}
	e.includeStatement(node)
	return intValue(1)
}

func declareUse(f *file, n *ast.StmtUse, around []ast.Vertex) {
	name := identifier(n.Use)
	alias := name
	if n.Alias != nil {
		alias = identifier(n.Alias)
	}
	if name != "" && !strings.EqualFold(alias, name) {
		f.uses[strings.ToLower(alias)] = name
	}
}

func (p *program) declareConstant(name string, node ast.Vertex) {
	if name != "" && p.constants[name] == nil {
		p.constants[name] = &constant{name: name, typ: unknownType, node: node}
	}
}

// declareDefine notes define('NAME', …).
func (p *program) declareDefine(n *ast.ExprFunctionCall) {
	if !strings.EqualFold(identifier(n.Function), "define") || len(n.Args) < 2 {
		return
	}
	args := argumentNodes(n)
	if len(args) < 2 {
		return
	}
	if s, ok := strip1(args[0]).(*ast.ScalarString); ok && len(s.Value) > 2 {
		p.declareConstant(unescapeSingle(string(s.Value[1:len(s.Value)-1])), n)
	}
}

// defineConstant writes the assignment of a constant, which is a variable in Go: PHP sets it when
// the statement runs.
func (e *emitter) defineConstant(name string, v value, node ast.Vertex) {
	c := e.p.constants[name]
	if c == nil {
		refuse(node, "a constant with a variable name is not translated")
	}
	s := &slot{name: name, kind: globalSlot, typ: c.typ, goName: c.goName, noPair: true}
	e.p.grow(s, v.typ)
	c.typ = s.typ
	if s.effective().kind == mixed && s.typ.kind != mixed {
		c.typ = mixedType
	}
	e.line("%s = %s", c.goName, e.store(v, s).code)
	if c.asked {
		e.line("%s = true", c.defined)
	}
	e.assignDependents(name)
}

// linkGlobals finds the variables of the script that functions and other files use.
func (p *program) linkGlobals() {
	names := map[string]bool{}
	users := map[string]int{}
	for _, f := range p.files {
		f.parsed.Walk(func(node ast.Vertex, around []ast.Vertex) {
			if n, ok := node.(*ast.StmtGlobal); ok {
				for _, v := range n.Vars {
					names[variableName(v)] = true
				}
			}
			if n, ok := node.(*ast.ExprArrayDimFetch); ok && variableName(n.Var) == "GLOBALS" && n.Dim != nil {
				if s, ok := strip1(n.Dim).(*ast.ScalarString); ok && len(s.Value) > 2 {
					names[string(s.Value[1:len(s.Value)-1])] = true
				}
			}
		})
		if !f.pure && !f.inlined() {
			for name := range topVariables(f.parsed.Root) {
				users[name]++
			}
		}
	}
	for name, n := range users {
		if n > 1 {
			names[name] = true
		}
	}
	delete(names, "")
	delete(names, "this")
	for _, name := range sorted(names) {
		if superglobals[name] != "" {
			continue
		}
		s := &slot{name: name, kind: globalSlot, typ: unknownType}
		s.goName = p.taken.unique(p.public(name, ""))
		p.reserved[s.goName] = true
		p.globals[name] = s
	}
}

// topVariables are the variables of statements outside of functions.
func topVariables(root ast.Vertex) map[string]bool {
	names := map[string]bool{}
	inspect(root, func(n ast.Vertex) bool {
		switch n.(type) {
		case *ast.StmtFunction, *ast.StmtClass, *ast.StmtTrait, *ast.StmtInterface, *ast.ExprClosure:
			return false
		}
		if name := variableName(n); name != "" {
			names[name] = true
		}
		return true
	})
	return names
}
