package functions

import "iter"

// property is $v->name of a value of any type: null for what is no object, or has no such property.
func property(v any, name string) any {
	switch v := v.(type) {
	case nil, bool, int, float64, string, *Array[any]:
		return nil
	case *Object:
		return v.Properties.Get(name)
	case classed:
		for _, m := range assigned(v.phpMembers()) {
			if m.name == name {
				return m.value
			}
		}
		return nil
	}
	return imapProperties(v).Get(name)
}

// setProperty is $v->name = value of a value of any type. One that is no object throws an Error.
func setProperty(v any, name string, value any) {
	if o, ok := v.(interface{ phpSet(string, any) bool }); ok {
		if !o.phpSet(name, value) {
			todo("the property " + name + " of " + getClass(v) + ", which the class does not declare")
		}
		return
	}
	o, ok := v.(*Object)
	if !ok {
		throw("Error", `Attempt to assign property "`+name+`" on `+typeName(v))
	}
	o.Properties.Set(name, value)
}

// each ranges over the values of an array, or the properties of an object, as foreach does.
func each(v any) iter.Seq2[any, any] {
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		warnText("foreach() argument must be of type array|object, " + typeName(v) + " given")
		return newArray[any]().All()
	case *Array[any]:
		return v.All()
	case *Object:
		return v.Properties.All()
	case interface{ phpEach() iter.Seq2[any, any] }:
		return v.phpEach()
	case classed:
		return objectVars(v).All()
	}
	if a, ok := toAny(v).(*Array[any]); ok {
		return a.All()
	}
	return imapProperties(v).All()
}

// addedTo has the properties that a program added to objects of imapcompat.
var addedTo = map[any]*Array[any]{}

// addedProperties returns the properties that a program added to an object.
func addedProperties(object any) *Array[any] {
	if addedTo[object] == nil {
		addedTo[object] = newArray[any]()
	}
	return addedTo[object]
}

// deleteProperty is unset($v->name).
func deleteProperty(v any, name string) {
	if o, ok := v.(*Object); ok {
		o.Properties.Delete(name)
	}
}
