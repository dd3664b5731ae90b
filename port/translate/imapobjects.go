package translate

import (
	"reflect"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat"
)

// property is a property of an object that imap_* functions return.
type property struct {
	field  string // in Go
	typ    *Type
	format string // of fmt, where PHP has a string and Go a number
	always bool   // it is set in each object
}

// imapObjects are the types of those objects, by their names in Go.
var imapObjects = objectTypes(
	reflect.TypeFor[imapcompat.HeaderInfo](),
	reflect.TypeFor[imapcompat.Overview](),
	reflect.TypeFor[imapcompat.Structure](),
	reflect.TypeFor[imapcompat.Address](),
	reflect.TypeFor[imapcompat.ParsedAddress](),
	reflect.TypeFor[imapcompat.Parameter](),
	reflect.TypeFor[imapcompat.MIMEText](),
	reflect.TypeFor[imapcompat.MailboxCheck](),
	reflect.TypeFor[imapcompat.MailboxInfo](),
	reflect.TypeFor[imapcompat.MailboxMsgInfo](),
	reflect.TypeFor[imapcompat.Status](),
)

// objectTypes reads the tags of struct fields: see package internal/phpvalue.
func objectTypes(types ...reflect.Type) map[string]map[string]property {
	objects := map[string]map[string]property{}
	for _, t := range types {
		properties := map[string]property{}
		for i := range t.NumField() {
			f := t.Field(i)
			name := f.Tag.Get("json")
			if name == "" {
				continue
			}
			p := property{field: f.Name, typ: reflected(f.Type)}
			switch form := f.Tag.Get("php"); {
			case form == "always" || form == "object":
				p.always = true
			case form != "":
				p.format, p.typ = form, textType
			}
			properties[name] = p
			if alias := f.Tag.Get("alias"); alias != "" {
				properties[alias] = p
			}
		}
		objects[t.String()] = properties
	}
	return objects
}

// reflected returns the type of a field. A bool is 0 or 1 in PHP.
func reflected(t reflect.Type) *Type {
	if t.Kind() == reflect.Bool {
		return digitType
	}
	return parseType(t.String())
}

// namedType returns a type of the library by its name in Go.
func namedType(code string) *Type {
	name := strings.TrimPrefix(code, "imapcompat.")
	switch {
	case name == "AddressList":
		return &Type{kind: list, goName: code, elem: objectOf("imapcompat.Address")}
	case name == "ParameterList":
		return &Type{kind: list, goName: code, elem: objectOf("imapcompat.Parameter")}
	case name == "Sequence":
		return &Type{kind: text, goName: code}
	case code == "int64", imapConstantNames[name] != "":
		return &Type{kind: integer, goName: code}
	}
	return objectOf(code)
}

// imapProperty returns a property of an object that an imap_* function returned. PHP has null for
// a property that these objects never have.
func (e *emitter) imapProperty(n ast.Vertex, object value, name string) (value, bool) {
	properties := imapObjects[strings.TrimPrefix(object.typ.goName, "*")]
	if properties == nil {
		return value{}, false
	}
	p, ok := properties[name]
	if !ok {
		return nullValue(), true
	}
	v := goCode(e.orNew(object, nil).in(precPrimary)+"."+p.field, p.typ)
	if p.format != "" {
		e.use("fmt")
		v.code = "fmt.Sprintf(" + quote(p.format) + ", " + v.code + ")"
	}
	v.pure, v.zeroOK = object.pure, true
	return v, true
}

// orNew returns an object without properties in place of none, where the program never asks whether
// there is one: PHP's properties of null and false are null.
func (e *emitter) orNew(v value, s *slot) value {
	if s != nil && s.tested && v.slot != nil {
		e.p.mark(&v.slot.tested)
	}
	if !isImapPointer(v.typ) || s != nil && s.tested {
		return v
	}
	switch {
	case v.results == withError:
		v.zeroOK = true
	case v.results == single && v.typ.opt != present && strings.HasSuffix(v.code, ")"):
		v.code, v.prec, v.slot = e.need("orNew")+"("+v.code+")", precPrimary, nil
	}
	return v
}

func isImapObject(t *Type) bool {
	return t.kind == object && imapObjects[strings.TrimPrefix(t.goName, "*")] != nil
}

func isImapPointer(t *Type) bool {
	name, pointer := strings.CutPrefix(t.goName, "*")
	return pointer && imapObjects[name] != nil
}

// presenceOfImapProperty returns a property and whether it is set. An object that is not there has
// no properties.
func (e *emitter) presenceOfImapProperty(n, objectNode ast.Vertex, name string) (v, there value, ok bool) {
	mark, out := e.state(), e.out
	var object value
	if why := e.attempt(func() { object = e.one(e.quiet(e.expr(objectNode))) }); why != nil {
		return v, there, false
	}
	p, known := imapObjects[strings.TrimPrefix(object.typ.goName, "*")][name]
	if object.typ.kind != objectKind || imapObjects[strings.TrimPrefix(object.typ.goName, "*")] == nil ||
		known && p.always && !isImapPointer(object.typ) {
		e.restore(mark, out)
		return v, there, false
	}
	if !object.pure {
		object = e.hold(object)
	}
	v, _ = e.imapProperty(n, object, name)
	there = e.issetImapProperty(n, object, name, v)
	if known && p.always {
		if object.slot != nil {
			e.p.mark(&object.slot.tested)
		}
		there = binary(object.in(precCompare)+" != nil", precCompare, boolType)
		there.pure = object.pure
	}
	return v, there, true
}

// issetImapProperty returns a condition: the property is set.
func (e *emitter) issetImapProperty(n ast.Vertex, object value, name string, v value) value {
	p, ok := imapObjects[strings.TrimPrefix(object.typ.goName, "*")][name]
	if !ok || p.always {
		return boolValue(ok)
	}
	there := goCode(object.in(precPrimary)+".Isset("+quote(name)+")", boolType)
	there.pure = object.pure
	return there
}

// iterateObject returns how to range over the properties of an object that an imap_* function
// returned.
func (e *emitter) iterateObject(over value) (iteration, bool) {
	switch over.typ.goName {
	case "*PDOStatement":
		return iteration{over: over.in(precPrimary) + ".Rows()", key: intType, value: mixedType, indexed: true}, true
	case "*MysqliResult":
		return iteration{over: over.in(precPrimary) + ".Rows()", key: intType, value: anyDict, indexed: true}, true
	}
	if imapObjects[strings.TrimPrefix(over.typ.goName, "*")] == nil {
		return iteration{}, false
	}
	return iteration{over: e.need("imapProperties") + "(" + over.code + ").All()", key: mixedType, value: mixedType, seq: true}, true
}

// firstOf returns the first element of a list whose type in Go has a method for it.
func (e *emitter) firstOf(base, key value) (value, bool) {
	if !key.literal || key.text != "0" {
		return value{}, false
	}
	switch base.typ.goName {
	case "imapcompat.AddressList", "imapcompat.ParameterList":
		v := goCode(base.in(precPrimary)+".First()", base.typ.elem)
		v.pure, v.zeroOK = base.pure, true
		return v, true
	}
	return value{}, false
}

// assignImapProperty writes an assignment to a property. Objects of a type that get other properties
// than those of imapcompat are of stdClass in the whole program.
func (e *emitter) assignImapProperty(n *ast.ExprPropertyFetch, object value, name string, v value) bool {
	p, ok := imapObjects[strings.TrimPrefix(object.typ.goName, "*")][name]
	if !ok || p.format != "" || !strings.HasPrefix(object.typ.goName, "*") {
		if isImapObject(object.typ) && !e.p.dynamicObjects[object.typ.goName] {
			e.p.dynamicObjects[object.typ.goName] = true
			e.p.changed = true
		}
		return false
	}
	e.line("%s.%s = %s", object.in(precPrimary), p.field, e.convert(v, p.typ).code)
	return true
}

// dynamicResult returns an object, or a list of some, as objects of stdClass if the program adds
// properties to them.
func (e *emitter) dynamicResult(v value) value {
	switch t := v.typ; {
	case t.kind == object && e.p.dynamicObjects[t.goName]:
		v = e.one(v)
		out := goCode(e.need("imapObject")+"("+v.code+")", objectOf("*Object").with(t.opt))
		out.fresh = true
		return out
	case t.kind == list && t.elem.kind == object && e.p.dynamicObjects[t.elem.goName]:
		v = e.one(v)
		helper := "imapObject"
		if !isImapPointer(t.elem) {
			helper = "imapObjectOf"
		}
		out := goCode(e.need("mapList")+"("+v.code+", "+e.need(helper)+")", listOf(objectOf("*Object")).with(t.opt))
		out.fresh = true
		return out
	}
	return v
}

// dynamicProperty returns $h->$name.
func (e *emitter) dynamicProperty(object value, prop ast.Vertex) (value, bool) {
	if object.typ.kind != mixed && object.typ.class == nil && imapObjects[strings.TrimPrefix(object.typ.goName, "*")] == nil {
		return value{}, false
	}
	name := e.convert(e.expr(prop), textType)
	return heldValue(e.need("property") + "(" + e.toMixed(object).code + ", " + name.code + ")"), true
}

// elementOfObject returns an element of an object that is an array in PHP. Those that imap_*
// functions return are arrays in Go too.
func (e *emitter) elementOfObject(n ast.Vertex, base, key value) (value, bool) {
	return value{}, false
}
