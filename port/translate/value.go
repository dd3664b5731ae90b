package translate

import (
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// results is what a call in Go returns beside the value.
type results uint8

const (
	single    results = iota
	withError         // (T, error): false in PHP
	withOK            // (T, bool): false or null in PHP, as the type's absence says
	errorOnly         // error: false in PHP, and true if there is none
)

// The precedence of Go's operators.
const (
	precOr = iota + 1
	precAnd
	precCompare
	precAdd
	precMul
	precUnary
	precPrimary
)

// value is an expression in Go and what it is for PHP.
type value struct {
	code    string
	prec    int
	typ     *Type
	results results
	present string // Go code that says whether there is a value, if another variable knows it
	slot    *slot  // where it was read
	literal bool   // a constant; text has it without quotes
	text    string
	fresh   bool       // nothing else holds this array
	shallow bool       // but something else may hold arrays in it
	held    bool       // a place holds the array that no slot stands for
	within  *slot      // the slot of an array that holds this one
	pure    bool       // evaluating it once more, or not at all, makes no difference
	target  ast.Vertex // where a changed value is stored
	zeroOK  bool       // nothing depends on whether there is a value

	// lookup writes the code that returns code's value and whether there is one. It is nil if
	// there is no such code.
	lookup func() string
}

func goCode(code string, typ *Type) value {
	return value{code: code, prec: precPrimary, typ: typ}
}

func binary(code string, prec int, typ *Type) value {
	return value{code: code, prec: prec, typ: typ}
}

func textValue(s string) value {
	return value{code: quote(s), prec: precPrimary, typ: textType, literal: true, text: s, pure: true}
}

func intValue(n int) value {
	v := value{code: strconv.Itoa(n), prec: precPrimary, typ: intType, literal: true, text: strconv.Itoa(n), pure: true}
	if n < 0 {
		v.prec = precUnary
	}
	return v
}

func boolValue(b bool) value {
	v := value{code: strconv.FormatBool(b), prec: precPrimary, typ: boolType, literal: true, text: strconv.FormatBool(b), pure: true}
	if !b {
		v.typ = falseType
	}
	return v
}

func nullValue() value {
	return value{code: "nil", prec: precPrimary, typ: nullType, literal: true, pure: true}
}

// in returns the code in parentheses if the operator around it binds more strongly.
func (v value) in(prec int) string {
	if v.prec < prec {
		return "(" + v.code + ")"
	}
	return v.code
}

// quote returns a string literal in Go. Texts of several lines are raw.
func quote(s string) string {
	if n := strings.Count(s, "\n"); n > 1 && !strings.ContainsAny(s, "`\r\x00\ufeff") && printable(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

func printable(s string) bool {
	for _, r := range s {
		if r == '\n' || r == '\t' {
			continue
		}
		if !strconv.IsPrint(r) || r == '\ufffd' {
			return false
		}
	}
	return true
}

// zero returns the zero value of a type in Go.
func zero(t *Type) string {
	switch t.kind {
	case falsehood, boolean:
		return "false"
	case integer, float:
		return "0"
	case blank, text:
		return `""`
	case object:
		if !t.nilable() {
			return t.goName + "{}"
		}
	}
	return "nil"
}

// zeroArgument returns what a closure gets for an argument that is missing.
func zeroArgument(t *Type) string {
	if t.byRef {
		return "new(" + t.String() + ")"
	}
	return zero(t)
}

// one makes a single value of a call's results: the zero value where there is none.
func (e *emitter) one(v value) value {
	if v.typ.kind == null && !v.literal && v.results == single && strings.HasSuffix(v.code, ")") {
		e.line("%s", v.code) // the call of a function that returns nothing
		return nullValue()
	}
	switch v.results {
	case withError:
		helper := "orWarn"
		if v.typ.kind == object && strings.HasPrefix(v.typ.goName, "*") && v.zeroOK {
			helper = "orEmpty"
		}
		v.code = e.need(helper) + "(" + v.code + ")"
	case withOK:
		v.code = e.need("first") + "(" + v.code + ")"
	case errorOnly:
		v.code, v.typ = e.need("ok")+"("+v.code+")", boolType
	}
	v.results = single
	return v
}

// notices that the program tells the absent value from the zero value.
func (e *emitter) tell(v value) {
	if v.slot != nil {
		e.p.mark(&v.slot.distinct)
		if v.typ.opt == asEither {
			e.p.grow(v.slot, mixedType)
		}
	}
}

// isAbsent returns a condition: the value is null or false, as its type says.
func (e *emitter) isAbsent(v value, negate bool) value {
	not := func(c value) value {
		if negate {
			return c
		}
		return value{code: "!" + c.in(precUnary), prec: precUnary, typ: boolType}
	}
	switch v.results {
	case withError:
		return not(goCode(e.need("succeeded")+"("+v.code+")", boolType))
	case withOK:
		return not(goCode(e.need("found")+"("+v.code+")", boolType))
	case errorOnly:
		return not(goCode(e.need("ok")+"("+v.code+")", boolType))
	}
	e.tell(v)
	if v.present != "" {
		return not(value{code: v.present, prec: precPrimary, typ: boolType, pure: true})
	}
	if v.typ.nilable() {
		op := " == nil"
		if negate {
			op = " != nil"
		}
		if v.slot != nil {
			e.p.mark(&v.slot.tested)
		}
		return binary(v.in(precCompare)+op, precCompare, boolType)
	}
	return boolValue(negate)
}

// truth returns the value as a condition, or its opposite.
func (e *emitter) truth(v value, negate bool) value {
	v = e.one(v)
	t := v.typ
	compare := func(equal, unequal string) value {
		op := unequal
		if negate {
			op = equal
		}
		c := binary(v.in(precCompare)+op, precCompare, boolType)
		c.pure = v.pure
		return c
	}
	switch t.kind {
	case null, falsehood, blank:
		e.spend(v)
		return boolValue(negate)
	case boolean:
		if v.literal {
			return boolValue((v.text == "true") != negate)
		}
		if negate {
			return value{code: "!" + v.in(precUnary), prec: precUnary, typ: boolType, pure: v.pure}
		}
		v.typ, v.present, v.slot = boolType, "", nil
		return v
	case integer:
		if v.literal {
			return boolValue((v.text != "0") != negate)
		}
		return compare(" == 0", " != 0")
	case float:
		return compare(" == 0", " != 0")
	case text:
		return e.truthOfText(v, negate)
	case list:
		return binary("len("+v.code+")"+map[bool]string{true: " == 0", false: " > 0"}[negate], precCompare, boolType)
	case dict:
		return binary(v.in(precPrimary)+".Len()"+map[bool]string{true: " == 0", false: " > 0"}[negate], precCompare, boolType)
	case object, function:
		if v.slot != nil {
			e.p.mark(&v.slot.tested)
		}
		if t.nilable() && t.opt != present {
			return compare(" == nil", " != nil")
		}
		return boolValue(!negate)
	}
	c := goCode(e.need("toBool")+"("+v.code+")", boolType)
	if negate {
		c = value{code: "!" + c.code, prec: precUnary, typ: boolType}
	}
	return c
}

// spend writes a call whose result is known.
func (e *emitter) spend(v value) {
	if !v.pure && !v.literal && v.isCall() {
		e.drop(v, false)
	}
}

// evaluate writes an expression whose result does not matter, if it does something.
func (e *emitter) evaluate(v value) {
	switch {
	case v.isCall():
		e.spend(v)
	case !v.pure && !v.literal && v.code != "":
		e.line("_ = %s", e.one(v).code)
	}
}

// isCall reports whether a value's code is a call, which is a statement too.
func (v value) isCall() bool { return v.prec == precPrimary && strings.HasSuffix(v.code, ")") }

func (e *emitter) truthOfText(v value, negate bool) value {
	switch {
	case v.literal:
		return boolValue((v.text != "" && v.text != "0") != negate)
	case v.pure && negate:
		return value{code: v.code + ` == "" || ` + v.code + ` == "0"`, prec: precOr, typ: boolType, pure: true}
	case v.pure:
		return value{code: v.code + ` != "" && ` + v.code + ` != "0"`, prec: precAnd, typ: boolType, pure: true}
	}
	c := goCode(e.need("toBool")+"("+v.code+")", boolType)
	if negate {
		c = value{code: "!" + c.code, prec: precUnary, typ: boolType}
	}
	return c
}

// convert returns the value as Go's type to holds it, converted as PHP does.
// It is the only place that changes types.
func (e *emitter) convert(v value, to *Type) value {
	if to.kind == mixed || to.kind == unknown || to.kind == null {
		return e.toMixed(v)
	}
	if (to.kind == text || to.kind == blank) && v.mayLackNumber() {
		return e.toText(e.toMixed(v))
	}
	v = e.one(v)
	from := v.typ
	out := v
	out.typ, out.present = to.with(from.opt), v.present
	if from.String() == to.String() && !from.digit == !to.digit && from.kind != blank {
		return out
	}
	switch to.kind {
	case falsehood, boolean:
		if from.kind == boolean || from.kind == falsehood {
			return out
		}
		return e.truth(v, false)
	case integer:
		return e.toInteger(v, to)
	case float:
		return e.toFloat(v)
	case blank, text:
		return e.toText(v)
	case list:
		return e.toList(v, to)
	case dict:
		return e.toDict(v, to)
	case object, function:
		return e.toObject(v, to)
	}
	return out
}

// mayLackNumber reports whether a number may be absent: PHP has false or null then, which are no 0 as a text and beside
// booleans and negative numbers.
func (v value) mayLackNumber() bool {
	return v.typ.opt != present && !v.literal && (v.typ.kind == integer || v.typ.kind == float)
}

// toMixed returns the value as any.
func (e *emitter) toMixed(v value) value {
	if v.typ.kind == null {
		v = e.one(v)
	}
	e.p.box(v.typ)
	if v.typ.inherited() && v.results == single {
		out := goCode(v.in(precPrimary)+".phpObject()", mixedType)
		out.pure = v.pure
		return out
	}
	out := v
	out.typ = mixedType
	absent := "False"
	if v.typ.opt == asNull {
		absent = "Null"
	}
	switch v.results {
	case withError:
		inner := e.bare(goCode("", v.typ))
		if inner == "" {
			out.code, out.results, out.prec = e.need("orFalse")+"("+v.code+")", single, precPrimary
			return out
		}
		v = e.one(v)
	case withOK:
		helper := "valueOr"
		if e.bare(goCode("", v.typ)) != "" {
			helper = "anyOr"
		}
		out.code, out.results, out.prec = e.need(helper+absent)+"("+v.code+")", single, precPrimary
		return out
	case errorOnly:
		return e.one(v).as(mixedType)
	}
	if v.typ.opt != present && v.typ.kind != mixed {
		if v.typ.nilable() {
			e.tell(v)
			if v.typ.kind == list {
				v = e.named(v)
				out.code = e.need("valueOr"+absent) + "(" + e.wrapped(v) + ", " + v.in(precCompare) + " != nil)"
				out.prec = precPrimary
				return out
			}
			out.code = e.need("nonNilOr"+absent) + "(" + e.wrapped(v) + ")"
			if v.typ.kind == object || v.typ.kind == function {
				out.code = e.need("nonNilOr"+absent) + "(" + v.code + ")"
			}
			out.prec = precPrimary
			return out
		}
		e.tell(v)
		if v.present != "" {
			out.code, out.prec, out.present = e.need("valueOr"+absent)+"("+e.wrapped(v)+", "+v.present+")", precPrimary, ""
			return out
		}
	}
	out.code, out.present = e.wrapped(v), ""
	if out.code != v.code {
		out.prec = precPrimary
	}
	return out
}

// named returns a value that can be written twice.
func (e *emitter) named(v value) value {
	if v.pure {
		return v
	}
	return e.hold(v)
}

func (v value) as(t *Type) value {
	v.typ = t
	return v
}

// bare returns the function that makes a value of one of the types that any holds, "" if it is one.
func (e *emitter) bare(v value) string {
	switch t := v.typ; t.kind {
	case boolean:
		if t.digit {
			return "boolInt"
		}
	case integer:
		if t.goName != "" {
			return "int"
		}
	case float:
		if t.quotient {
			return "intOrFloat"
		}
	case list:
		if deep(t.elem) {
			return "toAny"
		}
		return "anyList"
	case dict:
		if deep(t.elem) {
			return "toAny"
		}
		if t.elem.kind != mixed && t.elem.kind != unknown {
			return "anyArray"
		}
	}
	return ""
}

// deep reports whether values of a type are not what any holds for PHP.
func deep(t *Type) bool {
	return t.kind == list || t.kind == dict && (deep(t.elem) || t.elem.kind != mixed) || t.kind == integer && t.goName != "" ||
		t.inherited() || t.class != nil && t.opt != present ||
		t.kind == boolean && t.digit || t.kind == float && t.quotient
}

func (e *emitter) wrapped(v value) string {
	f := e.bare(v)
	if f == "" {
		return v.code
	}
	if f != "int" {
		e.need(f)
	}
	return f + "(" + v.code + ")"
}

func (e *emitter) toInteger(v value, to *Type) value {
	name := to.String()
	out := goCode("", to)
	out.pure, out.present = v.pure, v.present
	switch v.typ.kind {
	case integer:
		if v.literal {
			v.typ = to
			return v
		}
		out.code = name + "(" + v.code + ")"
		return out
	case null, falsehood, blank:
		out.code, out.literal, out.text = "0", true, "0"
		return out
	case boolean:
		out.code = e.need("boolInt") + "(" + v.code + ")"
	case float:
		out.code = e.need("floatInt") + "(" + v.code + ")"
	case text:
		out.code = e.need("intval") + "(" + v.code + ")"
	default:
		out.code = e.need("toInt") + "(" + e.toMixed(v).code + ")"
	}
	if to.goName != "" {
		out.code = name + "(" + out.code + ")"
	}
	return out
}

func (e *emitter) toFloat(v value) value {
	out := goCode("", floatType)
	out.pure, out.present = v.pure, v.present
	switch v.typ.kind {
	case float:
		v.typ = floatType
		return v
	case integer:
		if v.literal {
			v.typ, v.code = floatType, floatText(v.code)
			return v
		}
		out.code = "float64(" + v.code + ")"
	case null, falsehood, blank:
		out.code = "0"
	case text:
		out.code = e.need("floatval") + "(" + v.code + ")"
	default:
		out.code = e.need("toFloat") + "(" + e.toMixed(v).code + ")"
	}
	return out
}

func (e *emitter) toText(v value) value {
	out := goCode("", textType)
	out.present, out.pure = v.present, v.pure
	switch v.typ.kind {
	case blank:
		v.typ = textType
		return v
	case text:
		return v
	case null, falsehood:
		e.spend(v)
		return textValue("").as(textType)
	case integer:
		if v.literal {
			return textValue(v.text)
		}
		e.use("strconv")
		out.code = "strconv.Itoa(" + e.plainInt(v).code + ")"
	case float:
		out.code = e.need("floatString") + "(" + v.code + ")"
	case boolean:
		if v.literal && v.text == "true" {
			return textValue("1")
		}
		if v.typ.digit {
			e.use("strconv")
			out.code = "strconv.Itoa(" + e.need("boolInt") + "(" + v.code + "))"
			return out
		}
		out.code = e.need("toString") + "(" + v.code + ")"
	case object:
		if c := v.typ.class; c != nil && c.method("__toString") != nil {
			m := c.method("__toString")
			e.p.mark(&m.called)
			r := e.callOwn(nil, v, c, m, nil)
			r.slot = nil
			return e.convert(e.one(r), textType)
		}
		out.code = e.need("toString") + "(" + e.toMixed(v).code + ")"
	default:
		out.code = e.need("toString") + "(" + e.toMixed(v).code + ")"
	}
	return out
}

// plainInt returns an integer of type int.
func (e *emitter) plainInt(v value) value {
	if v.typ.kind == integer && v.typ.goName != "" {
		return e.toInteger(v, intType)
	}
	return v
}

func (e *emitter) toList(v value, to *Type) value {
	out := goCode("", to)
	out.fresh = true
	switch v.typ.kind {
	case null, falsehood, blank:
		out.code = "nil"
		return out
	case list:
		switch {
		case v.typ.elem.kind == unknown && (v.code == "nil" || strings.HasSuffix(v.code, "{}")):
			out.code = to.String() + "{}"
			return out
		case v.typ.elem.String() == to.elem.String() && v.typ.elem.digit == to.elem.digit:
			v.typ = to.with(v.typ.opt)
			return v
		case to.elem.kind == mixed && to.goName == "" && !deep(v.typ.elem):
			out.code = e.need("anyList") + "(" + v.code + ").Values()"
			return out
		}
		out.code = e.mapped("mapList", v, v.typ.elem, to.elem)
		return out
	case dict:
		inner := e.toDict(v, dictOf(to.elem))
		out.code = inner.in(precPrimary) + ".Values()"
		return out
	}
	inner := e.toDict(v, dictOf(to.elem))
	out.code = inner.in(precPrimary) + ".Values()"
	return out
}

// mapped converts the values of an array one by one.
func (e *emitter) mapped(helper string, v value, from, to *Type) string {
	item := goCode("v", from)
	item.pure = true
	return e.need(helper) + "(" + v.code + ", func(v " + from.String() + ") " + to.String() + " { return " + e.convert(item, to).code + " })"
}

func (e *emitter) toDict(v value, to *Type) value {
	out := goCode("", to)
	out.fresh = true
	switch v.typ.kind {
	case null, falsehood, blank:
		out.code = e.need("newArray") + "[" + to.elem.String() + "]()"
		if v.typ.kind == null || v.typ.kind == falsehood {
			out.code = "nil"
		}
		return out
	case list:
		if v.typ.elem.kind == unknown {
			out.code = e.need("newArray") + "[" + to.elem.String() + "]()"
			return out
		}
		if v.typ.elem.String() != to.elem.String() {
			v = e.toList(v, listOf(to.elem))
		}
		out.code = e.need("listOf") + "(" + v.code + "...)"
		return out
	case dict:
		if v.typ.elem.String() == to.elem.String() {
			v.typ = to.with(v.typ.opt)
			return v
		}
		if v.typ.elem.kind == unknown {
			out.code = e.need("newArray") + "[" + to.elem.String() + "]()"
			return out
		}
		if to.elem.kind == mixed {
			out.code = e.toMixed(v.as(v.typ.with(present))).code
			if deep(v.typ.elem) {
				out.code = e.need("toArray") + "(" + out.code + ")"
			}
			return out
		}
		out.code = e.mapped("mapArray", v, v.typ.elem, to.elem)
		return out
	case mixed, unknown:
		v.code, v.prec, v.typ = e.need("toArray")+"("+v.code+")", precPrimary, anyDict
	default:
		v = goCode(e.need("listOf")+"["+"any]("+e.toMixed(v).code+")", anyDict)
	}
	if to.elem.kind == mixed {
		v.typ = to
		return v
	}
	return e.toDict(v, to)
}

func (e *emitter) toObject(v value, to *Type) value {
	out := goCode("", to)
	switch {
	case v.typ.kind <= blank:
		out.code = zero(to)
	case v.typ.thrown() && to.goName == "*Exception":
		out.code = v.in(precPrimary) + ".exception()"
	case v.typ.kind == object && v.typ.class != nil && to.class != nil:
		out.code = e.upcast(v, to.class)
		out.pure = v.pure
	case v.typ.kind == function && to.kind == function:
		out.code = e.adapt(v, to)
	case to.inherited():
		out.code = to.class.unbox(e.p) + "(" + e.toMixed(v).code + ")"
	default:
		out.code = e.need("as") + "[" + to.String() + "](" + e.toMixed(v).code + ")"
	}
	return out
}

// unbox returns the function that makes an object of a class of a value of any type. The object may be
// of a class that extends it.
func (c *class) unbox(p *program) string {
	if c.unboxName == "" {
		c.unboxName = p.taken.unique("to" + c.goName)
		p.reserved[c.unboxName] = true
	}
	p.mark(&c.unboxed)
	return c.unboxName
}

// adapt makes a func of another signature of a closure.
func (e *emitter) adapt(v value, to *Type) string {
	var params, args []string
	for i, t := range to.params {
		name := "p" + strconv.Itoa(i+1)
		params = append(params, name+" "+t.parameter())
		switch {
		case i >= len(v.typ.params):
		case v.typ.params[i].byRef:
			args = append(args, e.need("addressOf")+"("+e.convert(goCode(name, t), v.typ.params[i]).code+")") // PHP changes a copy
		default:
			args = append(args, e.convert(goCode(name, t), v.typ.params[i]).code)
		}
	}
	for i := len(to.params); i < len(v.typ.params); i++ {
		args = append(args, zeroArgument(v.typ.params[i]))
	}
	if to.orders() && v.typ.result != nil && v.typ.result.kind == boolean {
		behind := &Type{kind: function, params: to.params, result: boolType}
		if v.typ.signature() != behind.signature() {
			v = goCode(e.adapt(v, behind), behind)
		}
		return e.need("boolOrder") + "(" + v.code + ")"
	}
	call := v.in(precPrimary) + "(" + strings.Join(args, ", ") + ")"
	head := "func(" + strings.Join(params, ", ") + ")"
	switch {
	case to.result == nil:
		return head + " { " + call + " }"
	case v.typ.result == nil:
		return head + " " + to.result.String() + " { " + call + "; return " + zero(to.result) + " }"
	}
	return head + " " + to.result.String() + " { return " + e.convert(goCode(call, v.typ.result), to.result).code + " }"
}

// unknownOr returns a type, or unknown if it is made of a value of which nothing is known yet: what
// a later pass shows must not come too late.
func unknownOr(t *Type, values ...value) *Type {
	for _, v := range values {
		if v.typ.kind == unknown {
			return unknownType
		}
	}
	return t
}

// orders reports whether a func compares two values of a type.
func (t *Type) orders() bool {
	return len(t.params) == 2 && t.params[0].String() == t.params[1].String() && t.result != nil && t.result.kind == integer
}
