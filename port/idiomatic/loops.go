package idiomatic

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

func loopRules() []rule {
	return []rule{
		{Rule: Rule{"Header objects from an iterator", loopEffect}, find: (*program).headerLoop},
		{Rule: Rule{"Overviews from an iterator", loopEffect}, find: (*program).overviewLoop},
		{Rule: Rule{"Messages from an iterator", messageEffect}, find: (*program).messageLoop},
		{Rule: Rule{"A list of overviews from an iterator", listEffect}, find: (*program).listLoop},
	}
}

const (
	loopEffect = "The messages are those at the start of the loop: new ones that come while it runs are not in it. They come in " +
		"the order of the mailbox, and are fetched together where it was one command for each. A message that is gone is " +
		"passed over, and so is one that the server refuses, with a warning; before, the loop went on with empty values. " +
		"When the connection is lost the loop ends with one warning. Warnings name the iterator."

	messageEffect = loopEffect + " Header and text come with one command, and the text is the message as it is on the server."

	listEffect = "The overviews come as the loop needs them, and not all before it: memory does not grow with the mailbox. A " +
		"message that the server refuses is passed over with a warning; if PHP warns of it, the loop of before had no messages " +
		"at all. Warnings name the iterator, and an empty mailbox leaves no \"Sequence out of range\" on the list of imap_errors."
)

// A messageLoop is a loop over numbers or UIDs of messages that only reads, or marks the message that it is at.
type messageLoop struct {
	stmt     ast.Stmt
	body     *ast.BlockStmt
	id       *types.Var // the number or UID
	uid      bool
	conn     string
	sequence string
	filled   string // the condition without which the sequence would be empty, "" if there is none
	unused   []edit // that remove what only the loop's head needs
}

// loopOf recognizes
//
//	for i := 1; i <= orWarn(mbox.NumMsg()); i++ {
//	for _, uid := range uids { // the result of mbox.Search
func (p *program) loopOf(s site) *messageLoop {
	var l *messageLoop
	switch stmt := s.node.(type) {
	case *ast.ForStmt:
		l = p.countingLoop(stmt, s)
	case *ast.RangeStmt:
		l = p.foundLoop(stmt, s)
	}
	if l == nil || p.changesVariable(l.body, l.id) || p.usesOuterError(l.body) {
		return nil
	}
	if !p.reader(func(c *ast.CallExpr) bool { return p.marks(c, l) }).reads(l.body) {
		return nil
	}
	return l
}

// countingLoop is a loop over all message numbers.
func (p *program) countingLoop(stmt *ast.ForStmt, s site) *messageLoop {
	if stmt.Init == nil || stmt.Cond == nil {
		return nil
	}
	v, from, tok := p.assigned(stmt.Init)
	one, ok := p.intOf(from)
	cond, isBinary := stmt.Cond.(*ast.BinaryExpr)
	post, isInc := stmt.Post.(*ast.IncDecStmt)
	if v == nil || tok != token.DEFINE || !ok || one != 1 || !isBinary || cond.Op != token.LEQ || !p.is(cond.X, v) ||
		!isInc || post.Tok != token.INC || !p.is(post.X, v) {
		return nil
	}
	conn := p.count(cond.Y, s)
	if conn == nil {
		return nil
	}
	l := &messageLoop{stmt: stmt, body: stmt.Body, id: v, conn: p.text(conn), sequence: `"1:*"`}
	if n := p.variable(cond.Y); n != nil {
		if def := p.definition(n, s); def.Tok == token.DEFINE && p.uses(n, body(s)) == 2 {
			l.unused = []edit{{def.Pos(), def.End(), ""}}
		}
	}
	return l
}

// count returns the connection whose number of messages an expression is, when the loop begins.
func (p *program) count(e ast.Expr, s site) ast.Expr {
	if v := p.variable(e); v != nil {
		loop := s.node.(*ast.ForStmt)
		def := p.definition(v, s)
		if def == nil || p.changesVariable(loop, v) || !p.onlyReadsBetween(def, s) {
			return nil
		}
		e = def.Rhs[0]
	}
	conn, args := p.method(p.inside(e, "orWarn"), "NumMsg")
	if conn == nil || len(args) > 0 || !p.isConnection(conn) {
		return nil
	}
	return conn
}

// onlyReadsBetween reports whether the code between a statement and a site only reads. The statement
// is in a block around the site.
func (p *program) onlyReadsBetween(from ast.Stmt, s site) bool {
	chain := append(s.stack[:len(s.stack):len(s.stack)], s.node)
	var between []ast.Node
	for i := len(chain) - 1; i > 0; i-- {
		if f, ok := chain[i-1].(*ast.ForStmt); ok && f.Pos() > from.Pos() {
			return false // what is behind the site may run before it
		}
		if f, ok := chain[i-1].(*ast.RangeStmt); ok && f.Pos() > from.Pos() {
			return false
		}
		for _, stmt := range list(chain[i-1]) {
			if stmt.Pos() > from.Pos() && stmt.End() <= chain[i].Pos() {
				between = append(between, stmt)
			}
		}
	}
	return p.reader(func(c *ast.CallExpr) bool { return false }).reads(between...) && !p.appends(between)
}

// appends reports whether code may add messages.
func (p *program) appends(nodes []ast.Node) bool {
	found := false
	for _, n := range nodes {
		ast.Inspect(n, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				conn, _ := p.method(e, "Append")
				f, _ := p.callee(e)
				found = found || conn != nil || f != nil && f.Pkg() == p.pkg && !p.isHelper(f)
			}
			return !found
		})
	}
	return found
}

// foundLoop is a loop over the result of a search.
func (p *program) foundLoop(stmt *ast.RangeStmt, s site) *messageLoop {
	ids, v := p.variable(stmt.X), (*types.Var)(nil)
	if stmt.Value != nil && stmt.Tok == token.DEFINE && isBlank(stmt.Key) {
		v = p.variable(stmt.Value)
	}
	if ids == nil || v == nil || p.changesVariable(stmt.Body, ids) {
		return nil
	}
	def := p.definition(ids, s)
	if def == nil {
		return nil
	}
	conn, args := p.method(p.inside(def.Rhs[0], "imapFound"), "Search")
	if conn == nil || len(args) == 0 || !p.isConnection(conn) {
		return nil
	}
	flags := p.flags(args[1:])
	if flags != 0 && flags != 1 { // SE_UID
		return nil
	}
	l := &messageLoop{
		stmt: stmt, body: stmt.Body, id: v, uid: flags == 1, conn: p.text(conn),
		sequence: fmt.Sprintf("imapcompat.SequenceOf(%s...)", ids.Name()),
	}
	if !p.isFilled(ids, def.Pos(), s) {
		l.filled = fmt.Sprintf("len(%s) > 0", ids.Name())
	}
	return l
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// usesOuterError reports whether a loop's body names a variable err from outside, which the loop would hide.
func (p *program) usesOuterError(b *ast.BlockStmt) bool {
	found := false
	ast.Inspect(b, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "err" {
			obj := p.info.Uses[id]
			found = found || obj != nil && (obj.Pos() < b.Pos() || obj.Pos() > b.End())
		}
		return !found
	})
	return found
}

// marks reports whether a call marks the message that a loop is at, and no other one.
func (p *program) marks(c *ast.CallExpr, l *messageLoop) bool {
	f, _ := p.callee(c)
	if f == nil || !marking[f.Name()] {
		return false
	}
	conn, args := p.method(c, f.Name())
	if conn == nil || p.text(conn) != l.conn || len(args) == 0 {
		return false
	}
	one := p.function(args[0], "SequenceOf")
	if len(one) != 1 || !p.is(one[0], l.id) || c.Ellipsis.IsValid() {
		return false
	}
	flags := 0
	for _, a := range args[1:] {
		if n, ok := p.intOf(a); ok {
			flags |= n
		} else if _, ok := p.stringOf(a); !ok && !types.Identical(p.info.TypeOf(a), types.Typ[types.String]) {
			return false
		}
	}
	return (flags&1 != 0) == l.uid // FT_UID, ST_UID and CP_UID are 1
}

// headerLoop has a loop that first asks for the header object of its message range over
// Connection.HeaderInfos. What changes is loopEffect.
func (p *program) headerLoop(s site) *match {
	return p.iterate(s, iterator{"HeaderInfos", "header", func(l *messageLoop, e ast.Expr) bool {
		conn, args := p.method(p.inside(p.present(e), "orEmpty"), "HeaderInfo")
		if conn == nil || len(args) != 1 || p.text(conn) != l.conn {
			return false
		}
		if !l.uid {
			return p.is(args[0], l.id)
		}
		conn, args = p.method(p.inside(args[0], "orWarn"), "MsgNo")
		return conn != nil && len(args) == 1 && p.text(conn) == l.conn && p.is(args[0], l.id)
	}})
}

// present returns what orNew is called with, or the expression.
func (p *program) present(e ast.Expr) ast.Expr {
	if inner := p.inside(e, "orNew"); inner != nil {
		return inner
	}
	return e
}

// messageLoop has a loop that first asks for the header and the text of its message, joined, range
// over Connection.Messages. What changes is loopEffect; the header and the text come with one command.
func (p *program) messageLoop(s site) *match {
	peek := 0
	m := p.iterate(s, iterator{"Messages", "message", func(l *messageLoop, e ast.Expr) bool {
		sum, ok := ast.Unparen(e).(*ast.BinaryExpr)
		if !ok || sum.Op != token.ADD {
			return false
		}
		conn, args := p.method(p.inside(sum.X, "orWarn"), "FetchHeader")
		if conn == nil || p.text(conn) != l.conn || !p.is(args[0], l.id) || (p.flags(args[1:]) == 1) != l.uid || p.flags(args[1:])&^1 != 0 {
			return false
		}
		conn, args = p.method(p.inside(sum.Y, "orWarn"), "Body")
		if conn == nil || p.text(conn) != l.conn || !p.is(args[0], l.id) {
			return false
		}
		flags := p.flags(args[1:])
		peek = flags & 2
		return (flags&1 != 0) == l.uid && flags&^3 == 0
	}})
	if m != nil && peek != 0 {
		head := &m.edits[0].text
		line, rest, _ := strings.Cut(*head, "\n")
		if strings.Contains(line, "imapcompat.FT_UID)") {
			line = strings.Replace(line, "imapcompat.FT_UID)", "imapcompat.FT_UID|imapcompat.FT_PEEK)", 1)
		} else {
			line = strings.TrimSuffix(line, ") {") + ", imapcompat.FT_PEEK) {"
		}
		*head = line + "\n" + rest
	}
	return m
}

// An iterator is one of the connection's, for loops that ask for the same with a call for each message.
type iterator struct {
	method string
	name   string // of its variable, where the script has none
	// fetches reports whether an expression asks for what the iterator yields.
	fetches func(l *messageLoop, e ast.Expr) bool
}

// iterate has a loop range over an iterator if its first statement asks for what that yields.
func (p *program) iterate(s site, it iterator) *match {
	l := p.loopOf(s)
	if l == nil || len(l.body.List) == 0 {
		return nil
	}
	first := l.body.List[0]
	fetches := p.fetches(first, l, it)
	if len(fetches) == 0 {
		return nil
	}
	name, edits := it.name, []edit{}
	if v, value, tok := p.assigned(first); v != nil && tok == token.DEFINE && value == fetches[0] && it.name != "message" {
		name = v.Name()
		edits = append(edits, edit{first.Pos(), first.End(), ""})
	} else {
		name = freeName(s, name)
		for _, e := range fetches {
			edits = append(edits, edit{e.Pos(), e.End(), it.value(name)})
		}
	}
	return p.loopMatch(s, l, it, name, edits, fetches)
}

// value is what stands for the call.
func (it iterator) value(name string) string {
	if it.name == "message" {
		return "string(" + name + ".Raw)"
	}
	return name
}

// fetches returns the expressions of a statement that ask for what an iterator yields, if all are
// evaluated in each case.
func (p *program) fetches(first ast.Stmt, l *messageLoop, it iterator) []ast.Expr {
	switch first.(type) {
	case *ast.AssignStmt, *ast.ExprStmt:
	default:
		return nil
	}
	var found []ast.Expr
	ast.Inspect(first, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
			return false
		}
		if e, ok := n.(ast.Expr); ok && it.fetches(l, e) {
			found = append(found, e)
			return false
		}
		return true
	})
	return found
}

// loopMatch writes the head of a loop over an iterator. Where the loop still needs the number or UID, the
// iterator's value has it.
func (p *program) loopMatch(s site, l *messageLoop, it iterator, name string, edits []edit, fetches []ast.Expr) *match {
	left := p.uses(l.id, l.body)
	for _, e := range fetches {
		left -= p.uses(l.id, e)
	}
	id := ""
	if left > 0 {
		field := map[bool]string{false: "Msgno", true: "UID"}[l.uid]
		if l.uid && it.method == "HeaderInfos" {
			return nil // a header object has no UID
		}
		id = fmt.Sprintf("%s := %s.%s\n", l.id.Name(), name, field)
	}
	flags := ""
	if l.uid {
		flags = ", imapcompat.FT_UID"
	}
	head := fmt.Sprintf("for %s, err := range %s.%s(%s%s) {\nif err != nil {\nwarn(err)\ncontinue\n}\n%s", name, l.conn, it.method, l.sequence, flags, id)
	tail := []edit{}
	if l.filled != "" {
		if _, ok := s.stack[len(s.stack)-1].(*ast.LabeledStmt); ok {
			return nil
		}
		head = "if " + l.filled + " {\n" + head
		tail = append(tail, edit{l.stmt.End(), l.stmt.End(), "\n}"})
	}
	edits = slices.Concat([]edit{{l.stmt.Pos(), l.body.Lbrace + 1, head}}, edits, tail, l.unused)
	return &match{edits: edits, imports: []string{imapcompatPath}, helpers: []string{"warn"}}
}

// overviewLoop has a loop that first asks for the overview of its message range over
// Connection.Overviews. What changes is loopEffect.
func (p *program) overviewLoop(s site) *match {
	l := p.loopOf(s)
	if l == nil || len(l.body.List) == 0 {
		return nil
	}
	first := l.body.List[0]
	v, value, tok := p.assigned(first)
	if v == nil || tok != token.DEFINE {
		return nil
	}
	conn, args := p.method(p.inside(value, "imapListed"), "FetchOverview")
	if conn == nil || p.text(conn) != l.conn || (p.flags(args[1:]) == 1) != l.uid || p.flags(args[1:])&^1 != 0 {
		return nil
	}
	if one := p.function(args[0], "SequenceOf"); len(one) != 1 || !p.is(one[0], l.id) {
		return nil
	}
	elements := p.firstElements(v, l.body)
	if len(elements) == 0 || len(elements) != p.uses(v, l.body)-1 {
		return nil
	}
	edits := []edit{{first.Pos(), first.End(), ""}}
	for _, e := range elements {
		edits = append(edits, edit{e.Pos(), e.End(), v.Name()})
	}
	it := iterator{method: "Overviews", name: "overview"}
	return p.loopMatch(s, l, it, v.Name(), edits, []ast.Expr{value})
}

// firstElements returns the expressions that are the first element of a list.
func (p *program) firstElements(v *types.Var, b *ast.BlockStmt) []ast.Expr {
	var found []ast.Expr
	ast.Inspect(b, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		args := p.helper(p.present(e), "at")
		if len(args) == 2 && p.is(args[0], v) && p.isZero(args[1]) {
			found = append(found, e)
			return false
		}
		return true
	})
	return found
}

// listLoop has a loop over the overviews of a sequence range over Connection.Overviews. The overviews
// come as the loop needs them. A message that the server refuses is passed over with a warning, and
// an empty mailbox leaves nothing on the list of imap_errors.
func (p *program) listLoop(s site) *match {
	stmt, ok := s.node.(*ast.RangeStmt)
	if !ok || stmt.Tok != token.DEFINE || stmt.Value == nil || !isBlank(stmt.Key) || isBlank(stmt.Value) {
		return nil
	}
	x, edits := stmt.X, []edit{}
	if list := p.variable(x); list != nil {
		around, at := siblings(s)
		if at < 1 || p.uses(list, body(s)) != 2 {
			return nil
		}
		v, value, tok := p.assigned(around[at-1])
		if v != list || tok != token.DEFINE {
			return nil
		}
		x, edits = value, []edit{{around[at-1].Pos(), around[at-1].End(), ""}}
	}
	conn, args := p.method(p.inside(x, "imapListed"), "FetchOverview")
	if conn == nil || !p.isConnection(conn) || p.flags(args[1:])&^1 != 0 || p.usesOuterError(stmt.Body) || !p.reader(nil).reads(stmt.Body) {
		return nil
	}
	if one := p.function(args[0], "SequenceOf"); len(one) == 1 && !args[0].(*ast.CallExpr).Ellipsis.IsValid() {
		return nil // the iterator would ask for the UID first
	}
	var list []string
	for _, a := range args {
		list = append(list, p.text(a))
	}
	head := fmt.Sprintf("for %s, err := range %s.Overviews(%s) {\nif err != nil {\nwarn(err)\ncontinue\n}\n",
		p.text(stmt.Value), p.text(conn), strings.Join(list, ", "))
	return &match{edits: append(edits, edit{stmt.Pos(), stmt.Body.Lbrace + 1, head}), helpers: []string{"warn"}}
}
