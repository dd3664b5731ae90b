package translate

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// pair evaluates two operands from left to right.
func (e *emitter) pair(left, right ast.Vertex) (value, value) {
	list := e.sequence([]ast.Vertex{left, right})
	return list[0], list[1]
}

// operator returns an operator's value.
func (e *emitter) operator(node ast.Vertex) (value, bool) {
	switch n := node.(type) {
	case *ast.ExprBinaryConcat:
		return e.concat(e.texts(n)), true
	case *ast.ExprBinaryPlus:
		return e.arithmeticOf(n, n.Left, n.Right, "+"), true
	case *ast.ExprBinaryMinus:
		return e.arithmeticOf(n, n.Left, n.Right, "-"), true
	case *ast.ExprBinaryMul:
		return e.arithmeticOf(n, n.Left, n.Right, "*"), true
	case *ast.ExprBinaryDiv:
		return e.arithmeticOf(n, n.Left, n.Right, "/"), true
	case *ast.ExprBinaryMod:
		return e.arithmeticOf(n, n.Left, n.Right, "%"), true
	case *ast.ExprBinaryPow:
		return e.arithmeticOf(n, n.Left, n.Right, "**"), true
	case *ast.ExprBinaryBitwiseAnd:
		return e.arithmeticOf(n, n.Left, n.Right, "&"), true
	case *ast.ExprBinaryBitwiseOr:
		return e.arithmeticOf(n, n.Left, n.Right, "|"), true
	case *ast.ExprBinaryBitwiseXor:
		return e.arithmeticOf(n, n.Left, n.Right, "^"), true
	case *ast.ExprBinaryShiftLeft:
		return e.arithmeticOf(n, n.Left, n.Right, "<<"), true
	case *ast.ExprBinaryShiftRight:
		return e.arithmeticOf(n, n.Left, n.Right, ">>"), true
	case *ast.ExprBinaryCoalesce:
		return e.coalesce(n, n.Left, n.Right), true
	case *ast.ExprBinarySpaceship:
		return e.spaceship(n), true
	case *ast.ExprBinaryLogicalXor:
		l, r := e.pair(n.Left, n.Right)
		return binary(e.truth(l, false).in(precCompare+1)+" != "+e.truth(r, false).in(precCompare+1), precCompare, boolType), true
	case *ast.ExprUnaryMinus:
		return e.minus(n), true
	case *ast.ExprUnaryPlus:
		return e.minus1(e.expr(n.Expr), ""), true
	case *ast.ExprBitwiseNot:
		v := e.convert(e.expr(n.Expr), intType)
		return value{code: "^" + v.in(precUnary), prec: precUnary, typ: intType, pure: v.pure}, true
	case *ast.ExprBooleanNot, *ast.ExprBinaryBooleanAnd, *ast.ExprBinaryBooleanOr, *ast.ExprBinaryLogicalAnd, *ast.ExprBinaryLogicalOr:
		return e.condition(node, false), true
	}
	if c, ok := e.comparison(node, false); ok {
		return c, true
	}
	if op, ok := compoundAssign(node); ok {
		e.compoundAssign(op)
		return e.expr(op.target), true
	}
	return value{}, false
}

func (e *emitter) minus(n *ast.ExprUnaryMinus) value {
	v := e.expr(n.Expr)
	if v.literal && v.typ.kind == integer {
		i, _ := strconv.ParseInt(v.text, 10, 64)
		out := intValue(int(-i))
		out.code = "-" + v.code
		return out
	}
	return e.minus1(v, "-")
}

func (e *emitter) minus1(v value, sign string) value {
	v = e.one(v)
	switch v.typ.kind {
	case integer, float:
		v = e.plainInt(v)
		if sign == "-" && v.code == "0.0" { // Go's constants have no -0.0
			e.use("math")
			return goCode("math.Copysign(0, -1)", floatType)
		}
		return value{code: sign + v.in(precUnary), prec: precUnary, typ: v.typ.with(present), pure: v.pure}
	}
	if sign == "" {
		return goCode(e.need("mul")+"("+e.toMixed(v).code+", 1)", mixedType)
	}
	return goCode(e.need("mul")+"("+e.toMixed(v).code+", -1)", mixedType)
}

func (e *emitter) arithmeticOf(n, left, right ast.Vertex, op string) value {
	l, r := e.pair(left, right)
	return e.arithmetic(n, l, r, op)
}

// number reports whether a value is surely a number where PHP calculates: null and false are 0.
func calculable(t *Type) bool {
	return t.kind == integer || t.kind == float || t.kind == boolean || t.kind == null || t.kind == falsehood
}

// arithmetic returns l op r. It is Go's operator where PHP's does the same for these types.
func (e *emitter) arithmetic(n ast.Vertex, l, r value, op string) value {
	l, r = e.one(l), e.one(r)
	if op == "+" && l.typ.array() && r.typ.array() {
		return e.union(l, r)
	}
	switch op {
	case "&", "|", "^", "<<", ">>":
		return e.bitwise(n, l, r, op)
	case "%":
		return e.modulo(l, r)
	case "**":
		if l.typ.kind == float || r.typ.kind == float {
			if calculable(l.typ) && calculable(r.typ) {
				e.use("math")
				return goCode("math.Pow("+e.toFloat(l).code+", "+e.toFloat(r).code+")", floatType)
			}
		}
		return goCode(e.need("pow")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", mixedType)
	}
	if !calculable(l.typ) || !calculable(r.typ) || e.outgrows(l, r, op) {
		name := map[string]string{"+": "add", "-": "sub", "*": "mul", "/": "div"}[op]
		return goCode(e.need(name)+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", unknownOr(mixedType, l, r))
	}
	prec := precAdd
	if op == "*" || op == "/" {
		prec = precMul
	}
	if op == "/" {
		return e.quotient(l, r)
	}
	pure := l.pure && r.pure
	if l.typ.kind != float && r.typ.kind != float {
		l, r = e.toInteger2(l), e.toInteger2(r)
		return value{code: l.in(prec) + " " + op + " " + r.in(prec+1), prec: prec, typ: intType, pure: pure}
	}
	l, r = e.toFloat(l), e.toFloat(r)
	if v, ok := folded(l, r, op); ok {
		return v
	}
	return value{code: l.in(prec) + " " + op + " " + r.in(prec+1), prec: prec, typ: floatType, pure: pure}
}

// outgrows reports whether the result of an operation on integers may be a float in PHP: that of the
// largest integers, and of a variable that a loop multiplies.
func (e *emitter) outgrows(l, r value, op string) bool {
	if l.typ.kind == float || r.typ.kind == float || op == "/" {
		return false
	}
	for _, v := range []value{l, r} {
		if mentions(v.code, "math.MaxInt") || mentions(v.code, "math.MinInt") {
			return true
		}
		if op == "*" && e.multiplied != nil && mentions(v.code, e.multiplied.goName) {
			return true
		}
	}
	return false
}

// folded calculates with two numbers that stand in the code. Go would do so exactly, and PHP does it
// with float64.
func folded(l, r value, op string) (value, bool) {
	a, err := strconv.ParseFloat(l.code, 64)
	if err != nil {
		return value{}, false
	}
	b, err := strconv.ParseFloat(r.code, 64)
	if err != nil || op == "/" && b == 0 {
		return value{}, false
	}
	var f float64
	switch op {
	case "+":
		f = a + b
	case "-":
		f = a - b
	case "*":
		f = a * b
	case "/":
		f = a / b
	}
	if math.IsInf(f, 0) {
		return value{}, false
	}
	return floatValue(f), true
}

// toInteger2 returns a number or boolean as an int.
func (e *emitter) toInteger2(v value) value {
	if v.typ.kind == integer && v.typ.goName == "" {
		return v
	}
	return e.toInteger(v, intType)
}

func (e *emitter) quotient(l, r value) value {
	typ := floatType
	if l.typ.kind != float && r.typ.kind != float {
		typ = numberType
	}
	pure := l.pure && r.pure
	if r.literal && !zeroNumber(r) || r.typ.kind == float && r.pure && r.prec == precPrimary && r.code[0] >= '1' && r.code[0] <= '9' {
		l, r = e.toFloat(l), e.toFloat(r)
		if v, ok := folded(l, r, "/"); ok {
			v.typ = typ
			return v
		}
		return value{code: l.in(precMul) + " / " + r.in(precUnary), prec: precMul, typ: typ, pure: pure}
	}
	return goCode(e.need("divide")+"("+e.toFloat(l).code+", "+e.toFloat(r).code+")", typ)
}

// zeroNumber reports whether a literal is a kind of zero, by which nobody divides.
func zeroNumber(v value) bool {
	switch v.typ.kind {
	case integer, float:
		f, err := strconv.ParseFloat(v.text, 64)
		return err != nil || f == 0
	}
	return true
}

func (e *emitter) modulo(l, r value) value {
	if calculable(l.typ) && r.literal && r.typ.kind == integer && !zeroNumber(r) && r.text != "-1" {
		l = e.convert(l, intType)
		return value{code: l.in(precMul) + " % " + r.in(precUnary), prec: precMul, typ: intType, pure: l.pure}
	}
	return goCode(e.need("mod")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", intType)
}

func (e *emitter) bitwise(n ast.Vertex, l, r value, op string) value {
	if l.typ.kind == text && r.typ.kind == text {
		refuse(n, "bit operations on strings are not translated")
	}
	prec := precMul
	if op == "|" || op == "^" {
		prec = precAdd
	}
	typ := intType
	switch {
	case op != "<<" && op != ">>" && l.typ.kind == integer && r.typ.kind == integer && l.typ.goName != "" &&
		(l.typ.goName == r.typ.goName || r.literal):
		typ = l.typ.with(present)
	case op != "<<" && op != ">>" && l.typ.kind == integer && r.typ.kind == integer && r.typ.goName != "" && l.literal:
		typ = r.typ.with(present)
	default:
		l, r = e.convert(l, intType), e.convert(r, intType)
	}
	return value{code: l.in(prec) + op + r.in(prec+1), prec: prec, typ: typ, pure: l.pure && r.pure}
}

func (e *emitter) union(l, r value) value {
	t := join(l.typ.with(present), r.typ.with(present))
	d := dictOf(t.elem)
	return value{code: e.need("union") + "(" + e.convert(l, d).code + ", " + e.convert(r, d).code + ")", prec: precPrimary, typ: d, fresh: true}
}

// comparison returns a comparison, or its opposite.
func (e *emitter) comparison(node ast.Vertex, negate bool) (value, bool) {
	var left, right ast.Vertex
	op, strict := "", false
	switch n := strip1(node).(type) {
	case *ast.ExprBinaryEqual:
		left, right, op = n.Left, n.Right, "=="
	case *ast.ExprBinaryNotEqual:
		left, right, op = n.Left, n.Right, "!="
	case *ast.ExprBinaryIdentical:
		left, right, op, strict = n.Left, n.Right, "==", true
	case *ast.ExprBinaryNotIdentical:
		left, right, op, strict = n.Left, n.Right, "!=", true
	case *ast.ExprBinarySmaller:
		left, right, op = n.Left, n.Right, "<"
	case *ast.ExprBinarySmallerOrEqual:
		left, right, op = n.Left, n.Right, "<="
	case *ast.ExprBinaryGreater:
		left, right, op = n.Left, n.Right, ">"
	case *ast.ExprBinaryGreaterOrEqual:
		left, right, op = n.Left, n.Right, ">="
	default:
		return value{}, false
	}
	if op == "==" || op == "!=" {
		if v, ok := e.contains(left, right, (op == "==") != negate, strict); ok {
			return v, true
		}
	}
	l, r := e.pair(left, right)
	equal := (op == "==") != negate
	var out value
	switch {
	case op != "==" && op != "!=":
		return e.ordered(l, r, op, negate), true
	case strict:
		out = e.identical(l, r, equal)
	default:
		out = e.equal(l, r, equal)
	}
	if out.literal {
		e.evaluate(l)
		e.evaluate(r)
	}
	return out, true
}

// contains translates strpos($a, $b) === false.
func (e *emitter) contains(left, right ast.Vertex, equal, strict bool) (value, bool) {
	if isFalse(left) {
		left, right = right, left
	}
	call, ok := strip1(left).(*ast.ExprFunctionCall)
	if !ok || !strict || !isFalse(right) || len(call.Args) != 2 {
		return value{}, false
	}
	if strings.ToLower(identifier(call.Function)) != "strpos" || e.p.functions["strpos"] != nil {
		return value{}, false
	}
	args := e.sequence(argumentNodes(call))
	for i, a := range args {
		if a = e.one(a); a.typ.kind == mixed || a.typ.array() {
			return value{}, false
		}
		args[i] = e.convert(a, textType)
	}
	e.use("strings")
	v := goCode("strings.Contains("+args[0].code+", "+args[1].code+")", boolType)
	if equal {
		v = value{code: "!" + v.code, prec: precUnary, typ: boolType}
	}
	return v, true
}

func argumentNodes(call *ast.ExprFunctionCall) []ast.Vertex {
	var list []ast.Vertex
	for _, a := range call.Args {
		if arg, ok := a.(*ast.Argument); ok {
			list = append(list, arg.Expr)
		}
	}
	return list
}

func compareCode(l, r value, equal bool) value {
	op := " != "
	if equal {
		op = " == "
	}
	return value{code: l.in(precCompare+1) + op + r.in(precCompare+1), prec: precCompare, typ: boolType, pure: l.pure && r.pure}
}

func not(v value, negate bool) value {
	if !negate {
		return v
	}
	if v.literal {
		return boolValue(v.text != "true")
	}
	return value{code: "!" + v.in(precUnary), prec: precUnary, typ: boolType, pure: v.pure}
}

// identical returns l === r, or its opposite.
func (e *emitter) identical(l, r value, equal bool) value {
	if l.typ.kind == null || l.typ.kind == falsehood && r.typ.kind != falsehood {
		l, r = r, l
	}
	if r.typ.kind == null || r.typ.kind == falsehood {
		return e.identicalAbsent(l, r, equal)
	}
	if r.literal && r.typ.kind == boolean {
		if l.results == errorOnly || l.results == single && l.typ.kind == boolean && !l.typ.digit && l.typ.opt == present {
			return e.truth(l, !equal)
		}
	}
	if l.literal && !r.literal {
		l, r = r, l
	}
	if l.typ.digit && l.results == single && l.typ.opt == present && r.literal && r.typ.kind == integer && (r.text == "0" || r.text == "1") {
		return e.truth(l, (r.text == "1") != equal)
	}
	// An absent value is identical to no literal but the one that it stands for.
	if r.literal && r.results == single && l.results == single && l.typ.kind == r.typ.kind && l.typ.opt != present {
		if r.text != "" && r.text != "0" {
			l = l.as(l.typ.with(present))
		}
	}
	if l.results == single && r.results == single && l.typ.opt == present && r.typ.opt == present {
		switch {
		case l.typ.kind == text && (r.typ.kind == text || r.typ.kind == blank), l.typ.kind == boolean && r.typ.kind == boolean && l.typ.digit == r.typ.digit,
			l.typ.kind == integer && r.typ.kind == integer:
			return e.compareInts(l, r, equal)
		case l.typ.kind == object && r.typ.kind == object && l.typ.String() == r.typ.String():
			return compareCode(l, r, equal)
		case l.typ.scalar() && r.typ.scalar() && l.typ.kind != r.typ.kind && !l.typ.digit && !r.typ.digit && l.typ.kind != float && r.typ.kind != float:
			return boolValue(!equal)
		}
	}
	return not(goCode(e.need("strictEqual")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", boolType), !equal)
}

func (e *emitter) compareInts(l, r value, equal bool) value {
	if l.typ.kind == integer && l.typ.goName != r.typ.goName && !l.literal && !r.literal {
		l, r = e.plainInt(l), e.plainInt(r)
	}
	return compareCode(l, r, equal)
}

// identicalAbsent returns l === null or l === false.
func (e *emitter) identicalAbsent(l, r value, equal bool) value {
	t := l.typ
	isNull := r.typ.kind == null
	switch {
	case l.results == withError || l.results == errorOnly || l.results == withOK:
		if isNull == (l.results == withOK && t.opt == asNull) {
			return e.isAbsent(l, !equal)
		}
		if l.results == withOK || isNull {
			return boolValue(!equal)
		}
	case t.kind == mixed || t.kind == unknown:
		return not(goCode(e.need("strictEqual")+"("+l.code+", "+r.code+")", boolType), !equal).nilCompare(isNull, l, equal)
	case t.kind == null:
		return boolValue(isNull == equal)
	case t.kind == falsehood:
		return boolValue(isNull != equal)
	case t.opt == asEither:
		e.tell(l)
		return e.isAbsent(l, !equal)
	case isNull && t.opt == asNull, !isNull && t.opt == asFalse:
		if t.kind == boolean {
			e.tell(l)
		}
		return e.isAbsent(l, !equal)
	case !isNull && t.digit:
		return boolValue(!equal) // 0 is not false
	case !isNull && t.kind == boolean && t.opt == present:
		return e.truth(l, equal)
	case !isNull && t.kind == boolean:
		return not(goCode(e.need("strictEqual")+"("+e.toMixed(l).code+", false)", boolType), !equal)
	}
	return boolValue(!equal)
}

// nilCompare writes a comparison with null as Go's with nil.
func (v value) nilCompare(isNull bool, l value, equal bool) value {
	if !isNull {
		return v
	}
	return compareCode(l, goCode("nil", nullType), equal)
}

// equal returns l == r, or its opposite.
func (e *emitter) equal(l, r value, equal bool) value {
	if l.literal && !r.literal {
		l, r = r, l
	}
	if r.typ.kind == null || r.typ.kind == falsehood {
		if r.typ.kind == null && l.typ.kind == text && l.results == single {
			return compareCode(l, textValue(""), equal)
		}
		return e.truth(l, equal)
	}
	if r.typ.kind == boolean && r.literal {
		return e.truth(l, !equal)
	}
	if l.differsFromZero(r) || r.differsFromZero(l) {
		l, r = e.toMixed(l), e.toMixed(r)
	}
	l, r = e.one(l), e.one(r)
	lt, rt := l.typ, r.typ
	switch {
	case lt.kind == boolean && !lt.digit || rt.kind == boolean && !rt.digit:
		a, b := e.truth(l, false), e.truth(r, false)
		return compareCode(a, b, equal)
	case calculable(lt) && calculable(rt):
		if lt.kind == float || rt.kind == float {
			return compareCode(e.toFloat(l), e.toFloat(r), equal)
		}
		return e.compareInts(e.digits(l), e.digits(r), equal)
	case lt.kind == text && (rt.kind == text || rt.kind == blank) && (r.literal && !numericText(r.text)):
		return compareCode(l, r, equal)
	case lt.kind == integer && rt.kind == text && r.literal:
		if n, err := strconv.Atoi(r.text); err == nil && strconv.Itoa(n) == r.text {
			return compareCode(l, intValue(n), equal)
		}
	case rt.kind == blank && lt.kind == integer:
		return boolValue(!equal)
	case lt.kind == list && rt.kind == list && r.literal, lt.array() && rt.array() && rt.elem.kind == unknown:
		return e.truth(l, equal)
	case lt.class != nil && rt.kind == lt.kind && l.pure && r.pure && l.code == r.code:
		return boolValue(equal)
	case lt.kind == object && lt.goName == connectionType.goName && lt.String() == rt.String():
		return compareCode(l, r, equal)
	}
	e.shows(lt)
	e.shows(rt)
	return not(goCode(e.need("looseEqual")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", boolType), !equal)
}

// differsFromZero reports whether a value that may be absent is then equal to others than Go's zero value is.
func (v value) differsFromZero(other value) bool {
	if v.literal || v.typ.opt == present {
		return false
	}
	switch v.typ.kind {
	case integer, float:
		return other.typ.kind != integer && other.typ.kind != float && other.typ.kind != boolean
	case text:
		if other.typ.kind == text || other.typ.kind == blank {
			return v.typ.opt != asNull && (!other.literal || other.text == "0")
		}
		return other.typ.kind == integer || other.typ.kind == float || other.typ.kind == mixed
	}
	return false
}

// digits makes an integer of a boolean that is 0 or 1 in PHP.
func (e *emitter) digits(v value) value {
	if v.typ.kind != integer {
		return e.toInteger(v, intType)
	}
	return v
}

// numericText reports whether PHP compares a text as a number.
func numericText(s string) bool { return numeric.MatchString(s) }

var numeric = regexp.MustCompile(`^[ \t\n\r\v\f]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\n\r\v\f]*$`)

// orderedAsZero reports whether false and null compare with a value as 0 does: those compare as booleans. Variables are
// taken for counts, which are not negative.
func (v value) orderedAsZero() bool {
	return (v.typ.kind == integer || v.typ.kind == float) && !(v.literal && strings.HasPrefix(v.text, "-"))
}

// ordered returns l < r and the like.
func (e *emitter) ordered(l, r value, op string, negate bool) value {
	if negate && !(l.typ.kind == float || r.typ.kind == float || l.typ.kind == mixed || r.typ.kind == mixed) {
		op = map[string]string{"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
		negate = false
	}
	if l.mayLackNumber() && !r.orderedAsZero() || r.mayLackNumber() && !l.orderedAsZero() {
		l, r = e.toMixed(l), e.toMixed(r)
	}
	l, r = e.one(l), e.one(r)
	number := func(t *Type) bool { return t.kind == integer || t.kind == float || t.digit }
	var c value
	switch {
	case number(l.typ) && number(r.typ):
		if l.typ.kind == float || r.typ.kind == float {
			l, r = e.toFloat(l), e.toFloat(r)
		} else {
			l, r = e.digits(l), e.digits(r)
			if l.typ.goName != r.typ.goName && !l.literal && !r.literal {
				l, r = e.plainInt(l), e.plainInt(r)
			}
		}
		c = binary(l.in(precCompare+1)+" "+op+" "+r.in(precCompare+1), precCompare, boolType)
		c.pure = l.pure && r.pure
	default:
		c = binary(e.need("compare")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+") "+op+" 0", precCompare, boolType)
	}
	return not(c, negate)
}

func (e *emitter) spaceship(n *ast.ExprBinarySpaceship) value {
	l, r := e.pair(n.Left, n.Right)
	l, r = e.one(l), e.one(r)
	if l.typ.kind == integer && r.typ.kind == integer {
		e.use("cmp")
		return goCode("cmp.Compare("+e.plainInt(l).code+", "+e.plainInt(r).code+")", intType)
	}
	return goCode(e.need("compare")+"("+e.toMixed(l).code+", "+e.toMixed(r).code+")", intType)
}

// cast returns (int)$x and the like.
func (e *emitter) cast(node ast.Vertex) (value, bool) {
	switch n := node.(type) {
	case *ast.ExprCastInt:
		return e.convert(e.expr(n.Expr), intType).settled(), true
	case *ast.ExprCastDouble:
		return e.convert(e.expr(n.Expr), floatType).settled(), true
	case *ast.ExprCastString:
		return e.convert(e.expr(n.Expr), textType).settled(), true
	case *ast.ExprCastBool:
		return e.truth(e.expr(n.Expr), false), true
	case *ast.ExprCastArray:
		return e.castArray(n), true
	case *ast.ExprCastObject:
		return e.castObject(n), true
	}
	return value{}, false
}

// settled returns a value that is there, whatever it was converted from.
func (v value) settled() value {
	v.present, v.slot, v.typ = "", nil, v.typ.with(present)
	return v
}

func (e *emitter) castArray(n *ast.ExprCastArray) value {
	v := e.one(e.expr(n.Expr))
	switch v.typ.kind {
	case list, dict:
		v.typ = v.typ.with(present)
		return v
	case object:
		e.shows(v.typ)
		return goCode(e.need("toArray")+"("+e.toMixed(v).code+")", anyDict).made()
	}
	return e.convert(v, anyDict)
}

// assignOp is $target op= $operand.
type assignOp struct {
	node, target, operand ast.Vertex
	op                    string
}

func compoundAssign(node ast.Vertex) (assignOp, bool) {
	switch n := strip1(node).(type) {
	case *ast.ExprAssignPlus:
		return assignOp{n, n.Var, n.Expr, "+"}, true
	case *ast.ExprAssignMinus:
		return assignOp{n, n.Var, n.Expr, "-"}, true
	case *ast.ExprAssignMul:
		return assignOp{n, n.Var, n.Expr, "*"}, true
	case *ast.ExprAssignDiv:
		return assignOp{n, n.Var, n.Expr, "/"}, true
	case *ast.ExprAssignMod:
		return assignOp{n, n.Var, n.Expr, "%"}, true
	case *ast.ExprAssignPow:
		return assignOp{n, n.Var, n.Expr, "**"}, true
	case *ast.ExprAssignConcat:
		return assignOp{n, n.Var, n.Expr, "."}, true
	case *ast.ExprAssignBitwiseAnd:
		return assignOp{n, n.Var, n.Expr, "&"}, true
	case *ast.ExprAssignBitwiseOr:
		return assignOp{n, n.Var, n.Expr, "|"}, true
	case *ast.ExprAssignBitwiseXor:
		return assignOp{n, n.Var, n.Expr, "^"}, true
	case *ast.ExprAssignShiftLeft:
		return assignOp{n, n.Var, n.Expr, "<<"}, true
	case *ast.ExprAssignShiftRight:
		return assignOp{n, n.Var, n.Expr, ">>"}, true
	case *ast.ExprAssignCoalesce:
		return assignOp{n, n.Var, n.Expr, "??"}, true
	}
	return assignOp{}, false
}
