package translate

import (
	"slices"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// Arrays are values in PHP: an assignment copies them. In Go two places may hold the same array as long as
// neither of them changes it. So the copy is written where either place is changed somewhere: itself, or
// arrays in it.

// modifies notes that the array in a slot is changed in place. A nil slot is a place of which only the run
// time knows where it is.
func (e *emitter) modifies(s *slot) {
	if s != nil {
		e.p.mark(&s.modified)
	}
	if s == nil || s.kind == propertySlot {
		e.p.mark(&e.p.modifiesHeld)
	}
}

// modifiesWithin notes that an array in the array of a slot is changed in place.
func (e *emitter) modifiesWithin(s *slot) {
	e.p.mark(&e.p.deep)
	if s != nil {
		e.p.mark(&s.deep)
	}
	e.modifies(s)
}

// modifiesIn notes that a place whose value is in a slot is changed in place: the array of the slot, or one in it.
func (e *emitter) modifiesIn(s *slot, place ast.Vertex) {
	if isDim(place) {
		e.modifiesWithin(s)
		return
	}
	e.modifies(s)
}

// nests reports whether arrays may be in an array of the type.
func (t *Type) nests() bool {
	return t.kind == mixed || t.array() && (t.elem.kind == mixed || t.elem.kind == unknown || t.elem.array())
}

// aliases reports whether a value may be an array that another place holds.
func (v value) aliases() bool {
	return v.results == single && (v.typ.array() || v.typ.kind == mixed) && !v.fresh && (v.slot != nil || v.held || v.within != nil)
}

// changedElsewhere reports whether the place of a value that aliases, or arrays in it, are changed in place.
func (e *emitter) changedElsewhere(v value) bool {
	return v.slot != nil && v.slot.modified || v.within != nil && v.within.deep || v.held && e.p.modifiesHeld
}

// copied returns what a slot gets of a value: a copy, if that is an array that another place holds and either is
// changed.
func (e *emitter) copied(v value, s *slot) value {
	if v.results == withOK && v.typ.kind == mixed && (v.held || v.within != nil) {
		whole := e.toMixed(v)
		whole.held, whole.within = v.held, v.within
		v = whole
	}
	if !v.aliases() {
		if v.shallow && s.deep {
			return e.cloned(v)
		}
		return v
	}
	if v.slot == s {
		return v
	}
	dies := s.kind == resultSlot && v.slot != nil && v.slot.kind == localSlot && !v.slot.static && !v.held && v.within == nil
	// A result of which another one says whether there is one goes into places without a look at what it is.
	pair := s.kind == resultSlot && s.companion()
	if !dies && (s.modified || pair || e.changedElsewhere(v)) {
		return e.cloned(v)
	}
	if !dies || v.slot.holdsAlias {
		e.p.mark(&s.holdsAlias)
	}
	return v
}

// storeElement returns a value as an array holds it. into is the slot of the array, or nil.
func (e *emitter) storeElement(v value, elem *Type, into *slot) value {
	deep := e.p.deep
	if into != nil {
		deep = into.deep
	}
	switch {
	case v.aliases() && (deep || e.changedElsewhere(v)), v.shallow && deep:
		v = e.cloned(v)
	case v.aliases() && into != nil:
		e.p.mark(&into.holdsAlias)
	}
	return e.convert(v, elem)
}

// cloned returns the copy of an array and of the arrays in it.
func (e *emitter) cloned(v value) value {
	switch v.typ.kind {
	case list:
		v.code = e.clonedList(v.code, v.typ)
	case dict:
		v.code = v.in(precPrimary) + ".Clone()"
	case mixed:
		v.code = e.need("cloneValue") + "(" + v.code + ")"
	default:
		return v
	}
	v.prec, v.fresh, v.shallow, v.lookup = precPrimary, true, false, nil
	return v
}

func (e *emitter) clonedList(code string, t *Type) string {
	switch t.elem.kind {
	case list:
		return e.need("mapList") + "(" + code + ", func(v " + t.elem.String() + ") " + t.elem.String() + " { return " + e.clonedList("v", t.elem) + " })"
	case dict, mixed:
		return e.need("cloneList") + "(" + code + ")"
	}
	e.use("slices")
	return "slices.Clone(" + code + ")"
}

// fromArguments notes that the result of a function of PHP may be, or hold, arrays that its arguments hold.
func fromArguments(v value, args []value) value {
	i := slices.IndexFunc(args, func(a value) bool { return a.typ != nil && a.typ.nests() })
	if i < 0 || !v.typ.nests() {
		return v
	}
	if v.typ.kind != mixed {
		v.shallow = true
		return v
	}
	v.fresh, v.within, v.held = false, args[i].slot, args[i].held || args[i].slot == nil
	return v
}

// dependsOn reports whether a value may be another one after an array in a slot is changed.
func (e *emitter) dependsOn(v value, into *slot) bool {
	if into == nil || into.kind != localSlot && into.kind != paramSlot {
		return v.typ.array() || v.typ.kind == mixed || !v.pure
	}
	return into.goName != "" && mentions(v.code, into.goName)
}

// before returns a value as it is now.
func (e *emitter) before(v value) value {
	if v.aliases() {
		v = e.cloned(v)
	}
	held := e.hold(v)
	held.fresh, held.slot = v.fresh, nil
	return held
}

// isDim reports whether a place is an element of an array.
func isDim(node ast.Vertex) bool {
	_, ok := node.(*ast.ExprArrayDimFetch)
	return ok
}

// heldValue returns a value of any type that an object holds.
func heldValue(code string) value {
	v := goCode(code, mixedType)
	v.held = true
	return v
}

// itemOf returns what a loop over an array reads out of it.
func itemOf(over value, t *Type) value {
	return value{typ: t, within: over.slot, held: over.held}
}

// item returns a value that a loop has read into a variable.
func (v value) item(name string) value {
	return value{code: name, prec: precPrimary, typ: v.typ, pure: true, within: v.within, held: v.held}
}
