package functions

import "slices"

// A classed value is an object of a class of the program that PHP's functions see the properties of.
type classed interface {
	phpClass() string
	phpMembers() []member
}

// A member is a property of an object.
type member struct {
	name  string
	class string // to which it is private, "*" of a protected one, "" of a public one
	value any    // or uninitialized
}

// uninitialized stands for the value of a property that was not assigned yet. It is the type that
// the program declares.
type uninitialized string

// key is the property's key in (array)$object.
func (m member) key() string {
	if m.class == "" {
		return m.name
	}
	return "\x00" + m.class + "\x00" + m.name
}

// membersOf returns the class and the properties of an object, false for what is none.
func membersOf(v any) (class string, members []member, ok bool) {
	if o, ok := v.(classed); ok {
		return o.phpClass(), o.phpMembers(), true
	}
	o := objectOf(v)
	if o == nil {
		return "", nil, false
	}
	for k, v := range o.Properties.All() {
		members = append(members, member{name: toString(k), value: v})
	}
	return o.Class, members, true
}

// assigned returns the members that have a value.
func assigned(members []member) []member {
	return slices.DeleteFunc(members, func(m member) bool { return isA[uninitialized](m.value) })
}

// objectVars is get_object_vars, and what foreach sees: the properties of an object that code outside of
// classes may use.
//
//php:function get_object_vars(object)
func objectVars(v any) *Array[any] { return objectVarsIn(v, "") }

// objectVarsIn is objectVars in a method of a class.
func objectVarsIn(v any, class string) *Array[any] {
	_, members, _ := membersOf(v)
	a := newArray[any]()
	for _, m := range assigned(members) {
		if m.class == "" || m.class == class || m.class == "*" && class != "" {
			a.Set(m.name, m.value)
		}
	}
	return a
}

// arrayOf is (array)$object: the keys of the properties that are not public name their class.
func arrayOf(o classed) *Array[any] {
	a := newArray[any]()
	for _, m := range assigned(o.phpMembers()) {
		a.Set(m.key(), m.value)
	}
	return a
}

// compareObjects is a <=> b of objects: those of a class are compared by their properties. Others
// cannot be compared.
func compareObjects(a, b any) int {
	class, x, _ := membersOf(a)
	other, y, ok := membersOf(b)
	if !ok || class != other {
		return 1
	}
	x, y = assigned(x), assigned(y)
	if len(x) != len(y) {
		return threeWay(len(x), len(y))
	}
	for i, m := range x {
		j := slices.IndexFunc(y, func(n member) bool { return n.key() == m.key() })
		if j < 0 {
			return 1
		}
		if c := compare(m.value, y[j].value); c != 0 || i == len(x)-1 {
			return c
		}
	}
	return 0
}

// callee returns an object whose method is called. PHP throws an Error if there is none.
func callee[T any](object *T, method string) *T {
	if object == nil {
		throw("Error", "Call to a member function "+method+"() on null")
	}
	return object
}

// reading returns an object whose property is read, one without values if there is none: PHP warns, and the
// property is null.
func reading[T any](object *T, property string) *T {
	if object == nil {
		warnText(`Attempt to read property "` + property + `" on null`)
		return new(T)
	}
	return object
}

// assigning returns an object whose property is assigned. PHP throws an Error if there is none.
func assigning[T any](object *T, property string) *T {
	if object == nil {
		throw("Error", `Attempt to assign property "`+property+`" on null`)
	}
	return object
}

// calleeAs returns an object whose method is called as one of type T. PHP throws an Error if it is of
// another.
func calleeAs[T any](object any, method string) T {
	t, ok := object.(T)
	if !ok {
		noMethod(object, method)
	}
	return t
}

// noMethod throws what PHP throws if a value has no such method.
func noMethod(v any, method string) {
	if isObject(v) {
		throw("Error", "Call to undefined method "+getClass(v)+"::"+method+"()")
	}
	throw("Error", "Call to a member function "+method+"() on "+typeName(v))
}

// getClass is get_class.
func getClass(v any) string {
	switch v := v.(type) {
	case interface{ phpClass() string }:
		return v.phpClass()
	case throwable:
		return v.exception().Class
	case *Object:
		return v.Class
	}
	if class, _, ok := membersOf(v); ok {
		return class
	}
	if isObject(v) {
		return "Closure"
	}
	throw("TypeError", "get_class(): Argument #1 ($object) must be of type object, "+typeName(v)+" given")
	return ""
}

// cloneObject is clone of a value of any type.
func cloneObject(v any) any {
	switch v := v.(type) {
	case interface{ phpClone() any }:
		return v.phpClone()
	case *Object:
		return &Object{Class: v.Class, Properties: v.Properties.Clone()}
	}
	if o := objectOf(v); o != nil {
		return o
	}
	if isObject(v) {
		throw("Error", "Trying to clone an uncloneable object of class "+getClass(v))
	}
	throw("Error", "__clone method called on non-object")
	return nil
}
