package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// texts returns the parts of a concatenation, from left to right.
func (e *emitter) texts(node ast.Vertex) []value {
	var nodes []ast.Vertex
	flatten(node, &nodes)
	return e.sequence(nodes)
}

// flatten lists the operands of nested concatenations and the parts of strings. The left operand
// is the long one: it is unrolled without recursion.
func flatten(node ast.Vertex, list *[]ast.Vertex) {
	var right []ast.Vertex
	for {
		c, ok := strip1(node).(*ast.ExprBinaryConcat)
		if !ok {
			break
		}
		right = append(right, c.Right)
		node = c.Left
	}
	flattenOne(node, list)
	for _, operand := range slices.Backward(right) {
		flattenOne(operand, list)
	}
}

func flattenOne(node ast.Vertex, list *[]ast.Vertex) {
	switch n := strip1(node).(type) {
	case *ast.ExprBinaryConcat:
		flatten(n, list)
	case *ast.ScalarEncapsed:
		*list = append(*list, n.Parts...)
	default:
		*list = append(*list, node)
	}
}

// sequence evaluates expressions from left to right. Those that have no side effect on the
// others stay expressions.
func (e *emitter) sequence(nodes []ast.Vertex) []value {
	var list []value
	for _, n := range nodes {
		var v value
		before := e.capture(func() { v = e.expr(n) })
		if before != "" {
			e.freeze(list, before)
			e.emit(before)
		}
		list = append(list, v)
	}
	return list
}

// freeze stores values in variables, if code that runs before they are used could change them.
func (e *emitter) freeze(list []value, before string) {
	for i, v := range list {
		if v.literal || v.code == "" || v.pure && !mentions(before, leading(v.code)) {
			continue // the code of a callback is written later
		}
		list[i] = e.hold(v)
	}
}

func leading(code string) string {
	for i := range len(code) {
		if !identByte(code[i]) {
			return code[:i]
		}
	}
	return code
}

// hold stores a value in a new variable.
func (e *emitter) hold(v value) value {
	v = e.one(v)
	name := e.temp("value")
	if v.typ.kind <= blank || v.typ.kind == mixed {
		e.line("var %s %s = %s", name, v.typ, v.code)
	} else {
		e.line("%s := %s", name, v.code)
	}
	v.code, v.prec, v.pure = name, precPrimary, true
	return v
}

// echo writes values. One whose evaluation writes something itself comes after those before it.
func (e *emitter) echo(exprs []ast.Vertex) {
	for i := len(exprs) - 1; i > 0; i-- {
		if e.p.prints(exprs[i]) {
			e.echo(exprs[:i])
			exprs = exprs[i:]
			break
		}
	}
	var nodes []ast.Vertex
	for _, x := range exprs {
		flatten(x, &nodes)
	}
	if len(nodes) == 1 {
		if t, ok := strip1(nodes[0]).(*ast.ExprTernary); ok && t.IfTrue != nil {
			e.echoTernary(t)
			return
		}
	}
	e.printTexts(e.sequence(nodes))
}

// echoTernary writes echo cond ? a : b as an if.
func (e *emitter) echoTernary(t *ast.ExprTernary) {
	e.line("if %s {", e.condition(t.Cond, false).code)
	e.conditional++
	e.echo([]ast.Vertex{t.IfTrue})
	other := e.capture(func() { e.echo([]ast.Vertex{t.IfFalse}) })
	e.conditional--
	if other != "" {
		e.line("} else {")
		e.emit(other)
	}
	e.line("}")
}

// printTexts writes values to standard output.
func (e *emitter) printTexts(list []value) {
	list = e.joinLiterals(list)
	if len(list) == 0 {
		return
	}
	e.use("fmt")
	out := ""
	name := "fmt.Print"
	if e.p.buffered {
		name, out = "fmt.Fprint", e.need("output")+", "
	}
	if len(list) == 1 {
		v := list[0]
		if text, ok := strings.CutSuffix(v.text, "\n"); ok && v.literal && !strings.HasSuffix(text, "\n") {
			if text == "" {
				e.line("%sln(%s)", name, strings.TrimSuffix(out, ", "))
				return
			}
			if !strings.Contains(text, "%") {
				e.line("%sln(%s%s)", name, out, quote(text))
				return
			}
		}
		e.line("%s(%s%s)", name, out, v.code)
		return
	}
	if len(list) == 2 && list[1].literal && list[1].text == "\n" {
		e.line("%sln(%s%s)", name, out, list[0].code)
		return
	}
	format, args := formatOf(list)
	if e.p.buffered {
		e.line("fmt.Fprintf(%s%s, %s)", out, format, args)
		return
	}
	e.line("fmt.Printf(%s, %s)", format, args)
}

// joinLiterals makes texts or integers of values, and one of literals side by side.
func (e *emitter) joinLiterals(list []value) []value {
	var out []value
	for _, v := range list {
		switch {
		case v.mayLackNumber():
			v = e.convert(v, textType)
		case v.typ.kind == integer && !v.literal && v.results == single:
			v = e.plainInt(v)
		case v.typ.kind == boolean && v.typ.digit && v.results == single:
			v = goCode(e.need("boolInt")+"("+v.code+")", intType)
		case v.typ.kind == integer && !v.literal:
			v = e.plainInt(e.one(v))
		default:
			v = e.convert(v, textType)
		}
		if v.literal && v.text == "" {
			continue
		}
		if n := len(out); n > 0 && v.literal && out[n-1].literal {
			out[n-1] = textValue(out[n-1].text + v.text)
			continue
		}
		out = append(out, v)
	}
	return out
}

// formatOf returns a format of fmt and its arguments.
func formatOf(list []value) (format, args string) {
	var f strings.Builder
	var a []string
	for _, v := range list {
		switch {
		case v.literal:
			f.WriteString(strings.ReplaceAll(v.text, "%", "%%"))
		case v.typ.kind == integer:
			f.WriteString("%d")
			a = append(a, v.code)
		default:
			f.WriteString("%s")
			a = append(a, v.code)
		}
	}
	return quote(f.String()), strings.Join(a, ", ")
}

// concat returns texts as one.
func (e *emitter) concat(list []value) value {
	list = e.joinLiterals(list)
	ints := 0
	for _, v := range list {
		if v.typ.kind == integer {
			ints++
		}
	}
	switch {
	case len(list) == 0:
		return textValue("")
	case len(list) == 1:
		v := e.convert(list[0], textType)
		v.present, v.slot = "", nil
		return v
	case ints > 1 || ints == 1 && len(list) > 3:
		e.use("fmt")
		format, args := formatOf(list)
		return goCode("fmt.Sprintf("+format+", "+args+")", textType)
	}
	var codes []string
	pure := true
	for _, v := range list {
		v = e.convert(v, textType)
		codes = append(codes, v.in(precAdd))
		pure = pure && v.pure
	}
	return value{code: strings.Join(codes, " + "), prec: precAdd, typ: textType, pure: pure}
}

// unescape returns the octets that a part of a string in double quotes stands for.
func unescape(s string, quoteChar byte) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'n':
			out.WriteByte('\n')
		case c == 'r':
			out.WriteByte('\r')
		case c == 't':
			out.WriteByte('\t')
		case c == 'v':
			out.WriteByte('\v')
		case c == 'e':
			out.WriteByte(0x1b)
		case c == 'f':
			out.WriteByte('\f')
		case c == '\\' || c == '$' || c == quoteChar && quoteChar != 0:
			out.WriteByte(c)
		case c >= '0' && c <= '7':
			end := i + 1
			for end < len(s) && end < i+3 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i:end], 8, 16)
			out.WriteByte(byte(n))
			i = end - 1
		case c == 'x' && i+1 < len(s) && hexDigit(s[i+1]):
			end := i + 2
			if end < len(s) && hexDigit(s[end]) {
				end++
			}
			n, _ := strconv.ParseUint(s[i+1:end], 16, 8)
			out.WriteByte(byte(n))
			i = end - 1
		case c == 'u' && i+1 < len(s) && s[i+1] == '{' && strings.IndexByte(s[i:], '}') > 2:
			end := i + strings.IndexByte(s[i:], '}')
			n, err := strconv.ParseUint(s[i+2:end], 16, 32)
			if err != nil {
				out.WriteString("\\u")
				continue
			}
			out.WriteRune(rune(n))
			i = end
		default:
			out.WriteByte('\\')
			out.WriteByte(c)
		}
	}
	return out.String()
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// single quotes know two escapes.
func unescapeSingle(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(s)
}
