package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mutant is one change.
type mutant struct {
	number int
	place  token.Position
	what   string
}

func (m mutant) String() string { return fmt.Sprintf("%d %v: %s", m.number, m.place, m.what) }

// mutator changes the files of a package.
type mutator struct {
	fset    *token.FileSet
	info    *types.Info
	pkg     *types.Package
	mutants []mutant

	// The fields below belong to the current file.
	text    []byte
	edits   []edit
	parents []ast.Node // parents of the current node, outermost first
}

// edit replaces the octets from at to end. At one place the edits of inner nodes are nearer to
// the node; level is the depth of the node.
type edit struct {
	at, end int
	text    string
	opens   bool
	level   int
}

// file returns the content of a file with all its mutants.
func (m *mutator) file(f *ast.File, text []byte) []byte {
	m.text, m.edits, m.parents = text, nil, nil
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			m.parents = m.parents[:len(m.parents)-1]
			return true
		}
		inside := m.node(n)
		if inside {
			m.parents = append(m.parents, n)
		}
		return inside
	})
	slices.SortStableFunc(m.edits, func(a, b edit) int {
		switch {
		case a.at != b.at:
			return cmp.Compare(a.at, b.at)
		case a.opens != b.opens: // ends come before begins
			if b.opens {
				return -1
			}
			return 1
		case a.opens:
			return cmp.Compare(a.level, b.level)
		}
		return cmp.Compare(b.level, a.level)
	})
	var out bytes.Buffer
	done := 0
	for _, e := range m.edits {
		out.Write(text[done:e.at])
		out.WriteString(e.text)
		done = e.end
	}
	out.Write(text[done:])
	return out.Bytes()
}

func (m *mutator) offset(p token.Pos) int { return m.fset.Position(p).Offset }

// mutant records a change and returns its number.
func (m *mutator) mutant(at token.Pos, format string, args ...any) int {
	place := m.fset.Position(at)
	number := len(m.mutants) + 1
	m.mutants = append(m.mutants, mutant{number, place, fmt.Sprintf(format, args...)})
	return number
}

// wrap puts text before and after a node. Of two around one node the later is the outer.
func (m *mutator) wrap(n ast.Node, before, after string) {
	level := 1000*len(m.parents) + 999
	for _, e := range m.edits {
		if e.opens && e.at == m.offset(n.Pos()) && e.level/1000 == level/1000 {
			level = min(level, e.level) // an outer edit of the same node comes first
		}
	}
	level--
	m.edits = append(m.edits,
		edit{at: m.offset(n.Pos()), end: m.offset(n.Pos()), text: before, opens: true, level: level},
		edit{at: m.offset(n.End()), end: m.offset(n.End()), text: after, level: level})
}

// operator replaces the operator of an expression.
func (m *mutator) operator(e *ast.BinaryExpr, text string) {
	at := m.offset(e.OpPos)
	m.edits = append(m.edits, edit{at: at, end: at + len(e.Op.String()), text: text, opens: true})
}

func (m *mutator) source(n ast.Node) string {
	text := string(m.text[m.offset(n.Pos()):m.offset(n.End())])
	if line, _, more := strings.Cut(text, "\n"); more {
		text = line + " …"
	}
	return text
}

// node makes the mutants of a node, and reports whether to visit its children.
func (m *mutator) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok == token.VAR
	case *ast.FuncDecl:
		return n.Body != nil
	case *ast.FieldList, *ast.ArrayType, *ast.StructType, *ast.InterfaceType, *ast.MapType, *ast.ChanType:
		return false
	case ast.Stmt:
		m.statement(n)
		return true
	case ast.Expr:
		return m.expression(n)
	}
	return true
}

func (m *mutator) parent() ast.Node { return m.parents[len(m.parents)-1] }

// statement makes the mutant without a statement.
func (m *mutator) statement(s ast.Stmt) {
	switch m.parent().(type) {
	case *ast.BlockStmt, *ast.CaseClause:
	default:
		return
	}
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok || m.spared(call) {
			return
		}
	case *ast.DeferStmt:
		if m.spared(s.Call) {
			return
		}
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE || blank(s.Lhs) {
			return
		}
	case *ast.IncDecStmt:
	case *ast.BranchStmt:
		if s.Tok == token.FALLTHROUGH || s.Tok == token.GOTO {
			return
		}
	default:
		return
	}
	number := m.mutant(s.Pos(), "left out: %s", m.source(s))
	m.wrap(s, fmt.Sprintf("if !mutationOn(%d) { ", number), " }")
}

// spared reports whether a call is kept: one that locks, or that does not return.
func (m *mutator) spared(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "panic" || f.Name == "recover"
	case *ast.SelectorExpr:
		return slices.Contains([]string{"Lock", "Unlock", "RLock", "RUnlock", "TryLock"}, f.Sel.Name)
	}
	return false
}

func blank(list []ast.Expr) bool {
	return slices.ContainsFunc(list, func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && id.Name == "_"
	})
}

// expression makes the mutants of an expression, and reports whether to visit its children.
func (m *mutator) expression(e ast.Expr) bool {
	value, ok := m.info.Types[e]
	if ok && value.IsType() {
		return false
	}
	if !m.isValue() {
		return true
	}
	if ok && value.Value != nil {
		m.constant(e, value)
		return false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		m.binary(e)
	case *ast.SelectorExpr:
		m.selector(e)
	}
	if isBool(value.Type) && m.isCondition(e) {
		m.wrap(e, "((", fmt.Sprintf(") != mutationOn(%d))", m.mutant(e.Pos(), "negated: %s", m.source(e))))
	}
	if _, returned := m.parent().(*ast.ReturnStmt); returned && value.Type != nil && value.Type.String() == "error" && !value.IsNil() {
		m.wrap(e, fmt.Sprintf("mutationNil(%d, ", m.mutant(e.Pos(), "nil in place of %s", m.source(e))), ")")
	}
	return true
}

// isValue reports whether any expression of the node's type may replace it.
func (m *mutator) isValue() bool {
	if len(m.parents) == 0 {
		return false
	}
	switch m.parent().(type) {
	case *ast.ValueSpec, *ast.ReturnStmt, *ast.CallExpr, *ast.BinaryExpr, *ast.ParenExpr, *ast.IfStmt, *ast.ForStmt, *ast.AssignStmt,
		*ast.KeyValueExpr, *ast.CompositeLit, *ast.UnaryExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.SwitchStmt, *ast.CaseClause, *ast.SendStmt, *ast.RangeStmt:
		return true
	}
	return false
}

// isCondition reports whether a bool expression has no operator of its own.
func (m *mutator) isCondition(e ast.Expr) bool {
	switch m.parent().(type) {
	case *ast.ParenExpr:
		return false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return e.Op != token.LAND && e.Op != token.LOR
	case *ast.CallExpr, *ast.Ident, *ast.SelectorExpr, *ast.UnaryExpr:
		return m.isRead(e)
	}
	return false
}

// isRead reports whether an expression is only read: nothing is assigned to it, and its address
// is not taken.
func (m *mutator) isRead(e ast.Expr) bool {
	switch p := m.parent().(type) {
	case *ast.AssignStmt:
		return !slices.Contains(p.Lhs, e) && len(p.Lhs) == len(p.Rhs)
	case *ast.UnaryExpr:
		return p.Op != token.AND
	case *ast.KeyValueExpr:
		return p.Value == e
	case *ast.RangeStmt:
		return p.X == e
	case *ast.CallExpr:
		return p.Fun != e
	case *ast.IndexExpr:
		return p.Index == e
	case *ast.SliceExpr:
		return p.X != e
	case *ast.ValueSpec:
		return len(p.Names) == len(p.Values)
	case *ast.ReturnStmt:
		return true
	case *ast.CaseClause, *ast.SwitchStmt, *ast.SendStmt, *ast.BinaryExpr, *ast.IfStmt, *ast.ForStmt, *ast.CompositeLit:
		return true
	}
	return false
}

func isBool(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.Bool || ok && b.Kind() == types.UntypedBool
}

// binary makes the mutants of an operator.
func (m *mutator) binary(e *ast.BinaryExpr) {
	wrap := func(helper, what string) {
		number := m.mutant(e.OpPos, "%s: %s", what, m.source(e))
		m.wrap(e, fmt.Sprintf("%s(%d, ", helper, number), ")")
		m.operator(e, ", ")
	}
	basic := func() *types.Basic {
		b, _ := m.info.TypeOf(e.X).Underlying().(*types.Basic)
		if b == nil || b.Info()&types.IsUntyped != 0 {
			b, _ = m.info.TypeOf(e.Y).Underlying().(*types.Basic)
		}
		return b
	}
	switch e.Op {
	case token.LAND, token.LOR:
		if !isBool(m.info.TypeOf(e.X)) || !isBool(m.info.TypeOf(e.Y)) {
			return
		}
		helper, to := "mutationAnd", "||"
		if e.Op == token.LOR {
			helper, to = "mutationOr", "&&"
		}
		swapped := m.mutant(e.OpPos, "%s in place of %s: %s", to, e.Op, m.source(e))
		first := m.mutant(e.OpPos, "without the second operand: %s", m.source(e))
		m.wrap(e, fmt.Sprintf("%s(%d, %d, ", helper, swapped, first), ") })")
		m.operator(e, ", func() bool { return (")
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
		if b := basic(); b == nil || b.Info()&types.IsOrdered == 0 {
			return
		}
		m.ordered(e)
	case token.ADD, token.SUB, token.MUL, token.QUO:
		b := basic()
		switch {
		case b == nil:
		case b.Info()&types.IsString != 0:
			wrap("mutationConcat", "only the first operand")
		case b.Info()&types.IsNumeric != 0:
			helper := map[token.Token]string{token.ADD: "mutationAdd", token.SUB: "mutationSubtract", token.MUL: "mutationMultiply", token.QUO: "mutationDivide"}
			wrap(helper[e.Op], "the other operator")
		}
	}
}

// ordered moves the boundary of a comparison. a > b is !(a <= b).
func (m *mutator) ordered(e *ast.BinaryExpr) {
	helper := map[token.Token]string{
		token.LSS: "mutationLess(%d, ", token.LEQ: "mutationLessEqual(%d, ", token.GTR: "!mutationLessEqual(%d, ", token.GEQ: "!mutationLess(%d, ",
	}
	number := m.mutant(e.OpPos, "the boundary: %s", m.source(e))
	m.wrap(e, fmt.Sprintf(helper[e.Op], number), ")")
	m.operator(e, ", ")
}

// selector makes the mutants of a field that is only read.
func (m *mutator) selector(e *ast.SelectorExpr) {
	s := m.info.Selections[e]
	if s == nil || s.Kind() != types.FieldVal || !m.isRead(e) {
		return
	}
	if other := m.other(s, e); other != "" {
		number := m.mutant(e.Pos(), "%s in place of %s", other, m.source(e))
		m.wrap(e, fmt.Sprintf("mutationField(%d, ", number), fmt.Sprintf(", %s.%s)", m.source(e.X), other))
	}
	if b, ok := s.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
		m.wrap(e, fmt.Sprintf("mutationMore(%d, ", m.mutant(e.Pos(), "one more: %s", m.source(e))), ")")
	}
}

// other returns the name of the field of the same type before, or otherwise after.
func (m *mutator) other(s *types.Selection, e *ast.SelectorExpr) string {
	if !pure(e.X) || len(s.Index()) != 1 {
		return ""
	}
	t := s.Recv()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	fields, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	var candidates []int
	for i := range fields.NumFields() {
		f := fields.Field(i)
		if types.Identical(f.Type(), s.Type()) && (f.Exported() || f.Pkg() == m.pkg) && !f.Embedded() {
			candidates = append(candidates, i)
		}
	}
	i := slices.Index(candidates, s.Index()[0])
	switch {
	case i < 0 || len(candidates) < 2:
		return ""
	case i == 0:
		return fields.Field(candidates[1]).Name()
	}
	return fields.Field(candidates[i-1]).Name()
}

// pure reports whether an expression consists of names and dots.
func pure(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return pure(e.X)
	}
	return false
}

// constant makes the mutants of a constant.
func (m *mutator) constant(e ast.Expr, value types.TypeAndValue) {
	if !m.isRead(e) || m.isFiller(e, value) {
		return
	}
	if call, ok := m.parent().(*ast.CallExpr); ok && m.info.Types[call.Fun].IsType() {
		return // the conversion determines its type
	}
	b, ok := value.Type.Underlying().(*types.Basic)
	if !ok {
		return
	}
	name := m.typeName(value.Type)
	if name == "" {
		return
	}
	switch value.Value.Kind() {
	case constant.Bool:
		m.wrap(e, "(", fmt.Sprintf(" != mutationOn(%d))", m.mutant(e.Pos(), "negated: %s", m.source(e))))
	case constant.Int:
		if b.Info()&types.IsInteger == 0 || !fits(value.Value, b) {
			return
		}
		m.wrap(e, fmt.Sprintf("mutationMore[%s](%d, ", name, m.mutant(e.Pos(), "one more: %s", m.source(e))), ")")
	case constant.String:
		m.wrap(e, fmt.Sprintf("mutationString[%s](%d, ", name, m.mutant(e.Pos(), "another text: %s", m.source(e))), ")")
	}
}

// isFiller reports whether a constant is the 0 of "return 0, err" or "return 0, false", which
// no caller reads.
func (m *mutator) isFiller(e ast.Expr, value types.TypeAndValue) bool {
	r, ok := m.parent().(*ast.ReturnStmt)
	if !ok || len(r.Results) < 2 || r.Results[len(r.Results)-1] == e {
		return false
	}
	last := m.info.Types[r.Results[len(r.Results)-1]]
	failed := last.Value != nil && last.Value.String() == "false" || last.Value == nil && !last.IsNil() && isError(last.Type)
	return failed && slices.Contains([]string{"0", `""`, "false"}, value.Value.String())
}

func isError(t types.Type) bool { return types.Implements(t, errorType) }

var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// fits reports whether one more than a constant fits its type, which 255 as a byte does not.
func fits(v constant.Value, b *types.Basic) bool {
	return b.Kind() != types.Uint8 || constant.Compare(v, token.LSS, constant.MakeInt64(255))
}

// typeName returns a type as a type argument, or "" for a type of another package.
func (m *mutator) typeName(t types.Type) string {
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UntypedInt, types.UntypedRune:
			return "int"
		case types.UntypedString:
			return "string"
		case types.UntypedBool:
			return "bool"
		}
		if t.Info()&types.IsUntyped != 0 {
			return ""
		}
		return t.Name()
	case *types.Named:
		if t.Obj().Pkg() == m.pkg && t.TypeArgs() == nil {
			return t.Obj().Name()
		}
	}
	return ""
}
