package translate

import (
	"cmp"
	"go/ast"
	"go/parser"
	"strings"
)

// kind is what a value is for PHP.
type kind uint8

const (
	unknown   kind = iota // nothing was assigned yet
	null                  // only null
	falsehood             // only false
	blank                 // only the literal ""
	boolean
	integer
	float
	text
	list     // []elem: keys 0, 1, 2, … that no statement can change
	dict     // *Array[elem]
	object   // a struct, or a pointer to one
	function // a closure
	mixed    // any
)

// absence says what PHP has where the Go value is the zero value because there is none.
type absence uint8

const (
	present absence = iota
	asNull
	asFalse
	asBlank  // ""
	asEither // one of them: a test that tells them apart makes the value mixed
)

// Type is a type of Go with what PHP's program can see of it. Types are never changed.
type Type struct {
	kind     kind
	goName   string // of a named type: "imapcompat.BodyType", "*imapcompat.HeaderInfo"
	elem     *Type  // of list and dict
	class    *class // of an object of the program
	opt      absence
	digit    bool // a boolean that is 0 or 1 in PHP
	quotient bool // a float that is an integer in PHP if it has no fraction
	params   []*Type
	result   *Type // of function; nil if there is none
	byRef    bool  // of a parameter of a function: the address of a variable of the type
}

var (
	unknownType = &Type{kind: unknown}
	nullType    = &Type{kind: null}
	falseType   = &Type{kind: falsehood}
	blankType   = &Type{kind: blank}
	boolType    = &Type{kind: boolean}
	digitType   = &Type{kind: boolean, digit: true}
	intType     = &Type{kind: integer}
	floatType   = &Type{kind: float}
	numberType  = &Type{kind: float, quotient: true}
	textType    = &Type{kind: text}
	mixedType   = &Type{kind: mixed}
	anyDict     = &Type{kind: dict, elem: mixedType}
)

func listOf(elem *Type) *Type { return &Type{kind: list, elem: element(elem)} }

func dictOf(elem *Type) *Type { return &Type{kind: dict, elem: element(elem)} }

func objectOf(goName string) *Type { return &Type{kind: object, goName: goName} }

// element returns the type of an array's values. Scalars that may be absent are any there.
func element(t *Type) *Type {
	switch {
	case t.kind == falsehood:
		return boolType
	case t.kind == blank:
		return textType
	case t.opt != present && !t.nilable(), t.depth() > 4:
		return mixedType
	}
	return t
}

func (t *Type) depth() int {
	n := 0
	for ; t != nil; t = t.elem {
		n++
	}
	return n
}

// with returns the type with another absence.
func (t *Type) with(opt absence) *Type {
	if t.opt == opt || t.kind <= blank || t.kind == mixed {
		return t
	}
	c := *t
	c.opt = opt
	return &c
}

// nilable reports whether the Go type has nil, which then is the absent value.
func (t *Type) nilable() bool {
	switch t.kind {
	case list, dict, function, mixed, null, unknown:
		return true
	case object:
		return t.class != nil || strings.HasPrefix(t.goName, "*")
	}
	return false
}

func (t *Type) scalar() bool { return t.kind >= falsehood && t.kind <= text }

func (t *Type) array() bool { return t.kind == list || t.kind == dict }

// String returns the type in Go.
func (t *Type) String() string {
	switch t.kind {
	case falsehood, boolean:
		return "bool"
	case integer:
		if t.goName != "" {
			return t.goName
		}
		return "int"
	case float:
		return "float64"
	case blank, text:
		return "string"
	case list:
		if t.goName != "" {
			return t.goName
		}
		return "[]" + t.elem.String()
	case dict:
		return "*Array[" + t.elem.String() + "]"
	case object:
		if t.class != nil {
			return "*" + t.class.goName
		}
		return t.goName
	case function:
		return "func" + t.signature()
	}
	return "any"
}

// parameter returns the type of a parameter in Go.
func (t *Type) parameter() string {
	if t.byRef {
		return "*" + t.String()
	}
	return t.String()
}

func (t *Type) signature() string {
	var params []string
	for _, p := range t.params {
		params = append(params, p.parameter())
	}
	s := "(" + strings.Join(params, ", ") + ")"
	if t.result != nil {
		s += " " + t.result.String()
	}
	return s
}

func (t *Type) same(u *Type) bool {
	return t == u || t.kind == u.kind && t.opt == u.opt && t.digit == u.digit && t.quotient == u.quotient && t.class == u.class &&
		(t.elem == nil) == (u.elem == nil) && (t.elem == nil || t.elem.same(u.elem)) && t.String() == u.String()
}

// join returns the type of a variable that holds values of both types.
func join(a, b *Type) *Type {
	switch {
	case a.same(b), b.kind == unknown:
		return a
	case a.kind == unknown:
		return b
	case a.kind == mixed || b.kind == mixed:
		return mixedType
	case a.kind <= blank:
		return joinAbsent(b, a)
	case b.kind <= blank:
		return joinAbsent(a, b)
	}
	opt, ok := joinOpt(a, b)
	if !ok {
		return mixedType
	}
	t := joinPresent(a.with(present), b.with(present))
	if t.kind == mixed {
		return t
	}
	return t.with(opt)
}

func joinOpt(a, b *Type) (absence, bool) {
	switch {
	case a.opt == b.opt || b.opt == present:
		return a.opt, true
	case a.opt == present:
		return b.opt, true
	}
	return asEither, a.nilable() && b.nilable()
}

// joinAbsent joins a type with null, false or "".
func joinAbsent(t, none *Type) *Type {
	opt := map[kind]absence{null: asNull, falsehood: asFalse, blank: asBlank}[none.kind]
	switch {
	case t.kind == none.kind:
		return t
	case t.kind <= blank:
		if none.kind == null && t.kind == blank || none.kind == blank && t.kind == null {
			return textType.with(asNull)
		}
		return mixedType
	case none.kind == falsehood && t.kind == boolean && !t.digit && t.opt == present:
		return t
	case none.kind == blank && t.kind == text:
		return t
	case none.kind == blank && t.scalar():
		return mixedType
	case t.opt == present || t.opt == opt:
		return t.with(opt)
	case t.nilable():
		return t.with(asEither)
	}
	return mixedType
}

func joinPresent(a, b *Type) *Type {
	if a.same(b) {
		return a
	}
	switch {
	case a.kind == integer && b.kind == integer:
		return intType
	case a.kind == integer && b.quotient, a.quotient && b.kind == integer:
		return numberType
	case a.kind == list && b.kind == list:
		return listOf(join(a.elem, b.elem))
	case a.array() && b.array():
		return dictOf(join(a.elem, b.elem))
	case a.kind == object && b.kind == object && a.class != nil && b.class != nil:
		if c := commonClass(a.class, b.class); c != nil {
			return &Type{kind: object, class: c}
		}
		if a.thrown() && b.thrown() {
			return exceptionType
		}
	case a.thrown() && b.thrown():
		return exceptionType
	case a.kind == function && b.kind == function && len(a.params) == len(b.params):
		return joinFunctions(a, b)
	}
	return mixedType
}

func joinFunctions(a, b *Type) *Type {
	t := &Type{kind: function}
	for i := range a.params {
		if a.params[i].byRef != b.params[i].byRef {
			return mixedType
		}
		t.params = append(t.params, join(a.params[i], b.params[i]))
	}
	switch {
	case a.result == nil || b.result == nil:
		t.result = cmp.Or(a.result, b.result)
	default:
		t.result = join(a.result, b.result)
	}
	return t
}

// parseType returns the type that Go code names, as port/library and the table of imap_*
// functions do.
func parseType(code string) *Type {
	switch code {
	case "any", "":
		return mixedType
	case "bool":
		return boolType
	case "int":
		return intType
	case "float64":
		return floatType
	case "string":
		return textType
	}
	expr, err := parser.ParseExpr(code)
	if err != nil {
		return mixedType
	}
	return typeOf(expr, code)
}

func typeOf(expr ast.Expr, code string) *Type {
	at := func(e ast.Expr) *Type { return parseType(code[e.Pos()-1 : e.End()-1]) }
	switch x := expr.(type) {
	case *ast.ArrayType:
		return listOf(at(x.Elt))
	case *ast.StarExpr:
		if index, ok := x.X.(*ast.IndexExpr); ok {
			return dictOf(at(index.Index))
		}
	case *ast.FuncType:
		return funcType(x, at)
	}
	return namedType(code)
}

func funcType(x *ast.FuncType, at func(ast.Expr) *Type) *Type {
	t := &Type{kind: function}
	for _, p := range x.Params.List {
		for range max(1, len(p.Names)) {
			t.params = append(t.params, at(p.Type))
		}
	}
	if x.Results != nil && len(x.Results.List) > 0 {
		t.result = at(x.Results.List[0].Type)
	}
	return t
}

// objectKind is object where a variable hides the name.
const objectKind = object

// listKind is list where a variable hides the name.
const listKind = list

// thrown reports whether objects of the type are exceptions.
func (t *Type) thrown() bool {
	return t.kind == object && (t.goName == "*Exception" || t.class != nil && t.class.exception)
}
