package idiomatic

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

func decodeRules() []rule {
	return []rule{
		{Rule: Rule{"The text of a header field by readable.Header", headerEffect}, find: (*program).pieces},
		{Rule: Rule{"A decoded header field by readable.Header", headerEffect}, find: (*program).decodedField},
		{Rule: Rule{"The decoding of a body by readable.Decode", decodeEffect}, find: (*program).transferEncoding},
		{Rule: Rule{"The charset of a text by readable.UTF8", charsetEffect}, find: (*program).charset},
	}
}

const (
	headerEffect = "The text is UTF-8, whatever the charset of the field; before, it was in that charset, unless the script " +
		"converted it. It is one line without control characters, without blanks at both ends, and composed (NFC). Encoded " +
		"words that break the rules are read too, where PHP's functions fail or leave them, and nothing is put on the list of imap_errors."

	decodeEffect = "Broken base64 and quoted-printable are read as far as possible, where imap_base64 and imap_qprint give up " +
		"or leave entries on the list of imap_errors."

	charsetEffect = "A text is UTF-8 also if its charset is unknown, wrong or not named: it is read in the most likely one. " +
		"Octets that are not valid stand as U+FFFD; before, iconv gave up."
)

// pieces replaces the loop that joins the pieces of imap_mime_header_decode, converted to UTF-8 or
// not, by readable.Header. The text is UTF-8 then, on one line.
func (p *program) pieces(s site) *match {
	around, at := siblings(s)
	d := p.pieceLoop(s)
	if d == nil || at < 1 {
		return nil
	}
	start := at - 1
	var decoded *ast.AssignStmt // elements := imap_mime_header_decode($text)
	if d.list != nil {
		i := start
		if v, _, _ := p.assigned(around[i]); v != d.list {
			i--
		}
		if i < 0 || i > start {
			return nil
		}
		v, value, tok := p.assigned(around[i])
		if v != d.list || tok != token.DEFINE || p.uses(v, body(s)) != 1+p.uses(v, s.node) {
			return nil
		}
		decoded, d.source = around[i].(*ast.AssignStmt), value
		start--
	}
	field := p.decodeCall(d.source)
	if field == nil || start < 0 {
		return nil
	}
	first := around[start]
	if first == ast.Stmt(decoded) {
		first = around[start+1]
	}
	v, value, tok := p.assigned(first)
	if text, ok := p.stringOf(value); v == nil || v != d.sum || !ok || text != "" || p.uses(v, field) > 0 {
		return nil
	}
	if basic, ok := v.Type().(*types.Basic); !ok || basic.Kind() != types.String {
		return nil
	}
	if tok != token.ASSIGN && tok != token.DEFINE {
		return nil
	}
	edits := []edit{{around[start].Pos(), s.node.End(), fmt.Sprintf("%s, _ %s readable.Header(%s)", v.Name(), tok, p.text(field))}}
	if at+1 < len(around) {
		edits = append(edits, p.withoutTrim(around[at+1], v)...)
	}
	return &match{edits: edits, imports: []string{readablePath}}
}

// withoutTrim removes trim from "return trim(text)": the text has no blanks at its ends.
func (p *program) withoutTrim(stmt ast.Stmt, v *types.Var) []edit {
	ret, ok := stmt.(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 || !p.is(p.inside(ret.Results[0], "trim"), v) {
		return nil
	}
	return []edit{{ret.Results[0].Pos(), ret.Results[0].End(), v.Name()}}
}

// decodeCall returns the argument of imap_mime_header_decode.
func (p *program) decodeCall(e ast.Expr) ast.Expr {
	if e == nil {
		return nil
	}
	args := p.function(p.inside(p.inside(e, "orWarn"), "imapDecoded"), "MIMEHeaderDecode")
	if len(args) != 1 {
		return nil
	}
	return args[0]
}

// A pieceLoop joins pieces of a decoded field.
type pieceLoop struct {
	source ast.Expr   // what is ranged over
	list   *types.Var // or the variable that has it
	sum    *types.Var // the text
}

// pieceLoop recognizes a loop that adds the text of each piece to a variable, once, and does nothing else.
func (p *program) pieceLoop(s site) *pieceLoop {
	var block *ast.BlockStmt
	var isPiece func(e ast.Expr) bool
	d := &pieceLoop{}
	switch loop := s.node.(type) {
	case *ast.RangeStmt:
		if loop.Tok != token.DEFINE || loop.Value == nil || !isBlank(loop.Key) {
			return nil
		}
		piece := p.variable(loop.Value)
		isPiece = func(e ast.Expr) bool { return p.is(e, piece) }
		if d.list = p.variable(loop.X); d.list == nil {
			d.source = loop.X
		}
		block = loop.Body
	case *ast.ForStmt:
		i, list := p.indexLoop(loop)
		if i == nil {
			return nil
		}
		isPiece = func(e ast.Expr) bool { return p.isElement(e, list, i) }
		d.list, block = list, loop.Body
	default:
		return nil
	}
	j := &joiner{p: p, isPiece: isPiece, body: block}
	if once, ok := j.adds(block.List); !ok || !once || j.sum == nil {
		return nil
	}
	d.sum = j.sum
	return d
}

// indexLoop recognizes "for i := 0; i < len(list); i++".
func (p *program) indexLoop(loop *ast.ForStmt) (i, list *types.Var) {
	if loop.Init == nil || loop.Cond == nil {
		return nil, nil
	}
	i, from, tok := p.assigned(loop.Init)
	cond, ok := loop.Cond.(*ast.BinaryExpr)
	post, isInc := loop.Post.(*ast.IncDecStmt)
	if i == nil || tok != token.DEFINE || !p.isZero(from) || !ok || cond.Op != token.LSS || !p.is(cond.X, i) || !isInc || post.Tok != token.INC {
		return nil, nil
	}
	call, ok := cond.Y.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, nil
	}
	list = p.variable(call.Args[0])
	if list == nil || !p.isLength(call, list) {
		return nil, nil
	}
	return i, list
}

// isElement reports whether an expression is the element of a list under an index.
func (p *program) isElement(e ast.Expr, list, i *types.Var) bool {
	if index, ok := ast.Unparen(e).(*ast.IndexExpr); ok {
		return p.is(index.X, list) && p.is(index.Index, i)
	}
	args := p.helper(e, "at")
	return len(args) == 2 && p.is(args[0], list) && p.is(args[1], i)
}

// A joiner looks whether each way through a loop's body adds the text of the piece once.
type joiner struct {
	p       *program
	isPiece func(ast.Expr) bool
	body    *ast.BlockStmt
	sum     *types.Var
}

// adds looks at statements: ok if nothing else happens in them, and whether they add the text.
func (j *joiner) adds(stmts []ast.Stmt) (once, ok bool) {
	for _, s := range stmts {
		added, fine := j.statement(s)
		if !fine || added && once {
			return false, false
		}
		once = once || added
	}
	return once, true
}

func (j *joiner) statement(s ast.Stmt) (added, ok bool) {
	switch s := s.(type) {
	case *ast.DeclStmt:
		spec, ok := s.Decl.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
		return false, ok && len(spec.Values) == 0
	case *ast.AssignStmt:
		v, value, tok := j.p.assigned(s)
		switch {
		case v == nil:
			return false, false
		case tok == token.ADD_ASSIGN:
			if j.sum != nil && j.sum != v || j.isLocal(v) || !j.isText(value) {
				return false, false
			}
			j.sum = v
			return true, true
		}
		return false, j.isLocal(v) && (j.isText(value) || j.isCharset(value))
	case *ast.IfStmt:
		return j.branches(s)
	}
	return false, false
}

func (j *joiner) branches(s *ast.IfStmt) (added, ok bool) {
	if s.Init != nil || !j.isCharset(s.Cond) {
		return false, false
	}
	one, ok := j.adds(s.Body.List)
	if !ok || s.Else == nil {
		return false, ok && !one
	}
	var other bool
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		other, ok = j.adds(e.List)
	default:
		other, ok = j.statement(e)
	}
	return one, ok && one == other
}

// isLocal reports whether a variable is declared in the loop.
func (j *joiner) isLocal(v *types.Var) bool { return v.Pos() > j.body.Pos() && v.Pos() < j.body.End() }

func (j *joiner) isField(e ast.Expr, name string) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name && j.isPiece(sel.X)
}

// isText reports whether an expression is the text of the piece, as it stands or in UTF-8.
func (j *joiner) isText(e ast.Expr) bool {
	p := j.p
	if j.isField(e, "Text") {
		return true
	}
	if inner := p.inside(e, "orWarn", "first"); inner != nil {
		return j.isText(inner)
	}
	if v := p.variable(ast.Unparen(e)); v != nil {
		return j.isLocal(v) && j.isTextVariable(v)
	}
	if text := p.inUTF8(e); text != nil {
		return j.isText(text)
	}
	return false
}

// isTextVariable reports whether only the piece's text, and the variable itself in UTF-8, are assigned to a
// variable of the loop.
func (j *joiner) isTextVariable(v *types.Var) bool {
	texts, all := 0, 0
	ast.Inspect(j.body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		w, value, _ := j.p.assigned(a)
		if w != v {
			return true
		}
		all++
		if inner := j.p.inside(value, "orWarn", "first"); inner != nil {
			value = inner
		}
		itself := j.p.inUTF8(value)
		if itself != nil && j.p.is(itself, v) || j.p.uses(v, value) == 0 && j.isText(value) {
			texts++
		}
		return true
	})
	return all > 0 && texts == all
}

// inUTF8 returns the text that an expression converts to UTF-8.
func (p *program) inUTF8(e ast.Expr) ast.Expr {
	if args := p.helper(e, "iconv"); len(args) == 3 && p.isUTF8(args[1]) {
		return args[2]
	}
	if args := p.helper(e, "mbConvertEncoding"); len(args) == 3 && p.isUTF8(args[1]) {
		return args[0]
	}
	return p.inside(e, "utf8Encode")
}

// isUTF8 reports whether an expression names UTF-8, with or without what iconv is to do with other characters.
func (p *program) isUTF8(e ast.Expr) bool {
	name, ok := p.stringOf(e)
	name, _, _ = strings.Cut(name, "//")
	return ok && strings.EqualFold(name, "UTF-8")
}

// isCharset reports whether an expression is about the charset of the piece only.
func (j *joiner) isCharset(e ast.Expr) bool {
	p := j.p
	if j.isField(e, "Charset") || p.info.Types[e].Value != nil {
		return true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v := p.variable(e)
		return v != nil && j.isLocal(v)
	case *ast.BinaryExpr:
		return j.isCharset(e.X) && j.isCharset(e.Y)
	case *ast.UnaryExpr:
		return e.Op == token.NOT && j.isCharset(e.X)
	case *ast.CallExpr:
		for _, name := range []string{"strtolower", "strtoupper", "looseEqual", "strictEqual", "trim"} {
			if args := p.helper(e, name); args != nil {
				for _, a := range args {
					if !j.isCharset(a) {
						return false
					}
				}
				return true
			}
		}
	}
	return false
}

// headerText is the declaration of a function for expressions, which have one value.
const headerText = `// %s returns the text of a header field as people read it.
func %[1]s(field string) string {
	text, _ := readable.Header(field)
	return text
}
`

// headerFunction returns the name of that function in the port, and the declaration if it is not there.
func (p *program) headerFunction() (name, decl string) {
	for i := 1; ; i++ {
		if name = "headerText"; i > 1 {
			name += strconv.Itoa(i)
		}
		decl = fmt.Sprintf(headerText, name)
		obj := p.pkg.Scope().Lookup(name)
		if obj == nil {
			return name, decl
		}
		if d, ok := p.decls[obj].(*ast.FuncDecl); ok && strings.HasSuffix(decl, p.text(d)+"\n") {
			return name, ""
		}
	}
}

// decodedField replaces imap_utf8, iconv_mime_decode to UTF-8 and mb_decode_mimeheader by
// readable.Header. The text is UTF-8 then, on one line.
func (p *program) decodedField(s site) *match {
	e, ok := s.node.(ast.Expr)
	if !ok {
		return nil
	}
	field := p.fieldOf(e)
	if field == nil {
		return nil
	}
	m := &match{imports: []string{readablePath}}
	a, ok := s.stack[len(s.stack)-1].(*ast.AssignStmt)
	if ok && len(a.Lhs) == 1 && len(a.Rhs) == 1 && (a.Tok == token.DEFINE || a.Tok == token.ASSIGN) && p.inBlock(s) {
		m.edits = []edit{{a.Pos(), a.End(), fmt.Sprintf("%s, _ %s readable.Header(%s)", p.text(a.Lhs[0]), a.Tok, p.text(field))}}
		return m
	}
	name, decl := p.headerFunction()
	m.edits, m.decl = []edit{{e.Pos(), e.End(), fmt.Sprintf("%s(%s)", name, p.text(field))}}, decl
	return m
}

// inBlock reports whether the statement around an expression is in a block, and not in the head of an if or for.
func (p *program) inBlock(s site) bool {
	return len(s.stack) > 1 && list(s.stack[len(s.stack)-2]) != nil
}

// fieldOf returns the header field that an expression decodes.
func (p *program) fieldOf(e ast.Expr) ast.Expr {
	if args := p.function(p.inside(e, "imapNoted"), "UTF8"); len(args) == 1 {
		return args[0]
	}
	if args := p.helper(p.inside(e, "orWarn"), "iconvMimeDecode"); len(args) == 3 && p.isUTF8(args[2]) {
		return args[0]
	}
	return p.inside(e, "mbDecodeMimeheader")
}

// transferEncoding replaces an if or switch that decodes a text by the encoding of its part with
// readable.Decode:
//
//	if part.Encoding == imapcompat.ENCBASE64 { text = base64Decode(text) } else if …
//
// Broken texts are read as far as possible.
func (p *program) transferEncoding(s site) *match {
	around, at := siblings(s)
	if at < 0 {
		return nil
	}
	d := &transferDecoding{p: p}
	last := s.node
	switch stmt := s.node.(type) {
	case *ast.IfStmt:
		if !d.test(stmt) {
			return nil
		}
		if next := at + 1; next < len(around) && len(d.done) == 1 && stmt.Else == nil {
			if second, ok := around[next].(*ast.IfStmt); ok && d.test(second) {
				last, at = second, next
			}
		}
	case *ast.SwitchStmt:
		if !d.cases(stmt) {
			return nil
		}
	default:
		return nil
	}
	if len(d.done) != 2 {
		return nil
	}
	code := fmt.Sprintf("%s, _ = readable.Decode(%s, %s.Encoding)", d.text.Name(), d.text.Name(), d.part)
	if d.returns {
		if !d.fallsToReturn(around, at) {
			return nil
		}
		if d.rest {
			code += "\nreturn " + d.text.Name()
		}
	}
	return &match{edits: []edit{{s.node.Pos(), last.End(), code}}, imports: []string{readablePath}}
}

// transferDecoding is what the branches of an if or a switch decode.
type transferDecoding struct {
	p       *program
	part    string
	text    *types.Var
	done    map[int]bool // the encodings: 3 is base64, 4 is quoted-printable
	returns bool         // the branches return the decoded text
	rest    bool         // and the last one returns it as it is
}

// test looks at an if and those in its else.
func (d *transferDecoding) test(s *ast.IfStmt) bool {
	cond, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if s.Init != nil || !ok || cond.Op != token.EQL || !d.isEncoding(cond.X) {
		return false
	}
	n, ok := d.p.intOf(cond.Y)
	if !ok || !d.branch(n, s.Body.List) {
		return false
	}
	switch e := s.Else.(type) {
	case nil:
		return true
	case *ast.IfStmt:
		return d.test(e)
	case *ast.BlockStmt:
		return d.other(e.List)
	}
	return false
}

func (d *transferDecoding) cases(s *ast.SwitchStmt) bool {
	if s.Init != nil || s.Tag == nil || !d.isEncoding(s.Tag) {
		return false
	}
	for _, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		switch len(clause.List) {
		case 0:
			if c != s.Body.List[len(s.Body.List)-1] || !d.other(clause.Body) {
				return false
			}
		case 1:
			if n, ok := d.p.intOf(clause.List[0]); !ok || !d.branch(n, clause.Body) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isEncoding reports whether an expression is the encoding of the part.
func (d *transferDecoding) isEncoding(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Encoding" || !isPath(sel.X) || d.p.info.TypeOf(sel).String() != imapcompatPath+".BodyEncoding" {
		return false
	}
	part := d.p.text(sel.X)
	if d.part == "" {
		d.part = part
	}
	return d.part == part
}

// branch looks at what is done for an encoding.
func (d *transferDecoding) branch(encoding int, stmts []ast.Stmt) bool {
	if len(stmts) != 1 || d.done[encoding] || encoding != 3 && encoding != 4 {
		return false
	}
	var value ast.Expr
	var into *types.Var
	returns := false
	switch s := stmts[0].(type) {
	case *ast.AssignStmt:
		v, e, tok := d.p.assigned(s)
		if v == nil || tok != token.ASSIGN {
			return false
		}
		value, into = e, v
	case *ast.ReturnStmt:
		if len(s.Results) != 1 {
			return false
		}
		value, returns = s.Results[0], true
	default:
		return false
	}
	text := d.p.variable(d.decoded(encoding, value))
	if text == nil || into != nil && into != text || d.text != nil && d.text != text || len(d.done) > 0 && d.returns != returns || !isString(text) {
		return false
	}
	if d.done == nil {
		d.done = map[int]bool{}
	}
	d.text, d.returns, d.done[encoding] = text, returns, true
	return true
}

func isString(v *types.Var) bool { return types.Identical(v.Type(), types.Typ[types.String]) }

// decoded returns the text that an expression decodes.
func (d *transferDecoding) decoded(encoding int, e ast.Expr) ast.Expr {
	p := d.p
	if encoding == 3 {
		if args := p.function(p.inside(p.inside(e, "orWarn"), "imapDecoded"), "Base64"); len(args) == 1 {
			return args[0]
		}
		return p.inside(e, "base64Decode")
	}
	if args := p.function(p.inside(e, "imapNoted"), "QPrint"); len(args) == 1 {
		return args[0]
	}
	return p.inside(e, "quotedPrintableDecode")
}

// other looks at what is done for other encodings: nothing, or the text is returned.
func (d *transferDecoding) other(stmts []ast.Stmt) bool {
	if len(stmts) == 0 {
		return true
	}
	ret, ok := stmts[0].(*ast.ReturnStmt)
	d.rest = ok && len(stmts) == 1 && len(ret.Results) == 1 && d.p.is(ret.Results[0], d.text)
	return d.rest && d.returns
}

// fallsToReturn reports whether the text is returned as it is where no branch returns it: in the
// last branch, or by the next statement.
func (d *transferDecoding) fallsToReturn(around []ast.Stmt, at int) bool {
	if d.rest {
		return true
	}
	if at+1 >= len(around) {
		return false
	}
	ret, ok := around[at+1].(*ast.ReturnStmt)
	return ok && len(ret.Results) == 1 && d.p.is(ret.Results[0], d.text)
}

// charset replaces the loop over the parameters of a part that converts a text from the charset that
// one of them names. The text is UTF-8 also without one.
//
//	for _, p := range part.Parameters { if strtolower(p.Attribute) == "charset" { text = iconv(p.Value, "UTF-8", text) } }
func (p *program) charset(s site) *match {
	loop, ok := s.node.(*ast.RangeStmt)
	if !ok || loop.Tok != token.DEFINE || loop.Value == nil || !isBlank(loop.Key) || len(loop.Body.List) != 1 {
		return nil
	}
	if _, at := siblings(s); at < 0 {
		return nil
	}
	item := p.variable(loop.Value)
	list, ok := loop.X.(*ast.SelectorExpr)
	if !ok || list.Sel.Name != "Parameters" || !isPath(list.X) || !p.isFieldOf(list, "Structure") {
		return nil
	}
	test, ok := loop.Body.List[0].(*ast.IfStmt)
	if !ok || test.Init != nil || test.Else != nil || !p.isCharsetTest(test.Cond, item) {
		return nil
	}
	if len(test.Body.List) != 1 {
		return nil
	}
	v, value, tok := p.assigned(test.Body.List[0])
	if v == nil || tok != token.ASSIGN || !isString(v) {
		return nil
	}
	if inner := p.inside(value, "orWarn", "first"); inner != nil {
		value = inner
	}
	if text := p.inUTF8(value); text == nil || !p.is(text, v) || p.uses(item, value) != 1 {
		return nil
	}
	name := freeName(s, "charset")
	code := fmt.Sprintf("%s, _ := readable.Parameter(%s, \"charset\")\n%s, _ = readable.UTF8(%s, %s)", name, p.text(list), v.Name(), v.Name(), name)
	return &match{edits: []edit{{loop.Pos(), loop.End(), code}}, imports: []string{readablePath}}
}

// isFieldOf reports whether an expression is a field of a type of imapcompat.
func (p *program) isFieldOf(e *ast.SelectorExpr, name string) bool {
	t := p.info.TypeOf(e.X)
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	return t.String() == imapcompatPath+"."+name
}

// isCharsetTest reports whether a condition is that a parameter is the charset.
func (p *program) isCharsetTest(e ast.Expr, item *types.Var) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || b.Op != token.EQL {
		return false
	}
	text, ok := p.stringOf(b.Y)
	left := b.X
	if inner := p.inside(left, "strtolower", "strtoupper"); inner != nil {
		left = inner
	}
	sel, isField := left.(*ast.SelectorExpr)
	return ok && strings.EqualFold(text, "charset") && isField && sel.Sel.Name == "Attribute" && p.is(sel.X, item)
}
