package idiomatic

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
)

const (
	imapcompatPath = "github.com/imapcompat/imapcompat"
	readablePath   = imapcompatPath + "/readable"
	inboxPath      = imapcompatPath + "/inbox"
	ledgerPath     = imapcompatPath + "/inbox/sqlledger"
)

// callee returns what an expression calls, nil if it is no call of a function that is known.
func (p *program) callee(e ast.Expr) (*types.Func, *ast.CallExpr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, nil
	}
	fun := ast.Unparen(call.Fun)
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	var obj types.Object
	switch fun := fun.(type) {
	case *ast.Ident:
		obj = p.info.Uses[fun]
	case *ast.SelectorExpr:
		obj = p.info.Uses[fun.Sel]
	}
	f, _ := obj.(*types.Func)
	return f, call
}

// helper returns the arguments of a call of a function of php.go.
func (p *program) helper(e ast.Expr, name string) []ast.Expr {
	f, call := p.callee(e)
	if f == nil || f.Name() != name || !p.isHelper(f) || f.Signature().Recv() != nil {
		return nil
	}
	return call.Args
}

// inside returns the one argument of a call of a function of php.go, nil if there is none.
func (p *program) inside(e ast.Expr, names ...string) ast.Expr {
	for _, name := range names {
		if args := p.helper(e, name); len(args) == 1 {
			return args[0]
		}
	}
	return nil
}

// function returns the arguments of a call of a function of imapcompat.
func (p *program) function(e ast.Expr, name string) []ast.Expr {
	if f, call := p.callee(e); f != nil && f.FullName() == imapcompatPath+"."+name {
		return call.Args
	}
	return nil
}

// method returns the connection and the arguments of a call of a method of a connection.
func (p *program) method(e ast.Expr, name string) (conn ast.Expr, args []ast.Expr) {
	f, call := p.callee(e)
	if f == nil || f.FullName() != connectionType+"."+name {
		return nil, nil
	}
	return ast.Unparen(call.Fun).(*ast.SelectorExpr).X, call.Args
}

const connectionType = "(*" + imapcompatPath + ".Connection)"

// isConnection reports whether an expression is a connection that has the same value each time: a variable,
// or a field of one.
func (p *program) isConnection(e ast.Expr) bool {
	return isPath(e) && p.hasConnection(e)
}

// hasConnection reports whether the value of an expression is a connection.
func (p *program) hasConnection(e ast.Expr) bool {
	t := p.info.TypeOf(e)
	return t != nil && t.String() == "*"+imapcompatPath+".Connection"
}

func isPath(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return isPath(e.X)
	}
	return false
}

// variable returns the local variable that an expression is.
func (p *program) variable(e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	obj := p.info.Uses[id]
	if obj == nil {
		obj = p.info.Defs[id]
	}
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Pkg() != p.pkg || v.Parent() == p.pkg.Scope() {
		return nil
	}
	return v
}

func (p *program) is(e ast.Expr, v *types.Var) bool {
	return v != nil && p.variable(ast.Unparen(e)) == v
}

// stringOf returns the value of a constant text.
func (p *program) stringOf(e ast.Expr) (string, bool) {
	v := p.info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// intOf returns the value of a constant number.
func (p *program) intOf(e ast.Expr) (int, bool) {
	v := p.info.Types[e].Value
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	n, err := strconv.Atoi(v.ExactString())
	return n, err == nil
}

// flags returns the constant flags at the end of a call's arguments: 0 if there are none, -1 if they are not known.
func (p *program) flags(args []ast.Expr) int {
	flags := 0
	for _, a := range args {
		n, ok := p.intOf(a)
		if !ok {
			return -1
		}
		flags |= n
	}
	return flags
}

// uses counts the places in nodes that name a variable.
func (p *program) uses(v *types.Var, nodes ...ast.Node) int {
	n := 0
	for _, node := range nodes {
		ast.Inspect(node, func(x ast.Node) bool {
			if id, ok := x.(*ast.Ident); ok && (p.info.Uses[id] == v || p.info.Defs[id] == v) {
				n++
			}
			return true
		})
	}
	return n
}

// assigned returns the one variable that a statement sets, and the value.
func (p *program) assigned(s ast.Stmt) (*types.Var, ast.Expr, token.Token) {
	a, ok := s.(*ast.AssignStmt)
	if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 {
		return nil, nil, token.ILLEGAL
	}
	return p.variable(a.Lhs[0]), a.Rhs[0], a.Tok
}

// contains reports whether a node or one in it is a T.
func contains[T ast.Node](n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		_, ok := n.(T)
		found = found || ok
		return !found
	})
	return found
}

// changesVariable reports whether code may change a variable: by an assignment, in place, or by its address.
func (p *program) changesVariable(n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.AssignStmt:
			found = found || slices.ContainsFunc(x.Lhs, func(e ast.Expr) bool { return p.is(root(e), v) })
		case *ast.IncDecStmt:
			found = found || p.is(root(x.X), v)
		case *ast.UnaryExpr:
			found = found || x.Op == token.AND && p.is(root(x.X), v)
		case *ast.RangeStmt:
			found = found || x.Key != nil && p.is(x.Key, v) || x.Value != nil && p.is(x.Value, v)
		}
		return !found
	})
	return found
}

// root returns the variable whose part an expression is.
func root(e ast.Expr) ast.Expr {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return root(x.X)
	case *ast.SelectorExpr:
		return root(x.X)
	case *ast.StarExpr:
		return root(x.X)
	case *ast.SliceExpr:
		return root(x.X)
	default:
		return x
	}
}

// body returns the body of the innermost function around a site.
func body(s site) *ast.BlockStmt {
	for i := len(s.stack) - 1; i >= 0; i-- {
		switch f := s.stack[i].(type) {
		case *ast.FuncDecl:
			return f.Body
		case *ast.FuncLit:
			return f.Body
		}
	}
	return nil
}

// definition returns the statement that gave a variable the value that it has at a site, nil if
// that is not sure.
func (p *program) definition(v *types.Var, s site) *ast.AssignStmt {
	if p.isShared(v, s) {
		return nil
	}
	chain := append(slices.Clone(s.stack), s.node)
	for i := len(chain) - 1; i > 0; i-- {
		around := list(chain[i-1])
		at := slices.IndexFunc(around, func(s ast.Stmt) bool { return s == chain[i] })
		for at--; at >= 0; at-- {
			if w, _, tok := p.assigned(around[at]); w == v && (tok == token.ASSIGN || tok == token.DEFINE) {
				return around[at].(*ast.AssignStmt)
			}
			if p.changesVariable(around[at], v) {
				return nil
			}
		}
		switch outer := chain[i-1].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return nil
		case *ast.ForStmt, *ast.RangeStmt:
			if p.changesVariable(outer, v) {
				return nil
			}
		case *ast.IfStmt:
			if outer.Init != nil && p.changesVariable(outer.Init, v) {
				return nil
			}
		case *ast.SwitchStmt:
			if outer.Init != nil && p.changesVariable(outer.Init, v) {
				return nil
			}
		}
	}
	return nil
}

// isShared reports whether a variable can change where no statement shows it: in a closure, or
// by its address.
func (p *program) isShared(v *types.Var, s site) bool {
	found := false
	ast.Inspect(body(s), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = found || p.changesVariable(n.Body, v)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && p.is(root(n.X), v)
		}
		return !found
	})
	return found
}

// isFilled reports whether a list that is nil or has elements has some at a site: it is in an if that says
// so, or behind one that ends the function otherwise.
func (p *program) isFilled(v *types.Var, since token.Pos, s site) bool {
	chain := append(slices.Clone(s.stack), s.node)
	for i := len(chain) - 1; i > 0; i-- {
		if outer, ok := chain[i-1].(*ast.IfStmt); ok && outer.Pos() > since && outer.Body == chain[i] && p.saysFilled(outer.Cond, v) {
			return true
		}
		around := list(chain[i-1])
		at := slices.IndexFunc(around, func(s ast.Stmt) bool { return s == chain[i] })
		for at--; at >= 0 && around[at].Pos() > since; at-- {
			if guard, ok := around[at].(*ast.IfStmt); ok && p.saysEmpty(guard.Cond, v) && p.ends(guard.Body) {
				return true
			}
		}
	}
	return false
}

func (p *program) saysFilled(e ast.Expr, v *types.Var) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	switch {
	case !ok:
		return false
	case b.Op == token.LAND:
		return p.saysFilled(b.X, v) || p.saysFilled(b.Y, v)
	case b.Op == token.NEQ:
		return p.is(b.X, v) && p.isNil(b.Y) || p.isLength(b.X, v) && p.isZero(b.Y)
	}
	return b.Op == token.GTR && p.isLength(b.X, v) && p.isZero(b.Y)
}

func (p *program) saysEmpty(e ast.Expr, v *types.Var) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	return ok && b.Op == token.EQL && (p.is(b.X, v) && p.isNil(b.Y) || p.isLength(b.X, v) && p.isZero(b.Y))
}

func (p *program) isNil(e ast.Expr) bool { return p.info.Types[e].IsNil() }

func (p *program) isZero(e ast.Expr) bool {
	n, ok := p.intOf(e)
	return ok && n == 0
}

// isLength reports whether an expression is the length of a list.
func (p *program) isLength(e ast.Expr, v *types.Var) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !p.is(call.Args[0], v) {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && p.info.Uses[id] == types.Universe.Lookup("len")
}

// ends reports whether a block leaves the function or the program at its end.
func (p *program) ends(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch last := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.ExprStmt:
		return p.helper(last.X, "exit") != nil || p.helper(last.X, "die") != nil
	}
	return false
}

// freeName returns a name that nothing in the function around a site has.
func freeName(s site, name string) string {
	taken := map[string]bool{}
	ast.Inspect(s.stack[0], func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	free := name
	for i := 2; taken[free]; i++ {
		free = name + strconv.Itoa(i)
	}
	return free
}
