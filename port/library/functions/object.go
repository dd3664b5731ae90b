package functions

import "fmt"

// An Object is an object whose class the program does not declare, such as stdClass.
type Object struct {
	Class      string
	Properties *Array[any]
}

// newObject returns an empty object of stdClass.
func newObject() *Object { return &Object{Class: "stdClass", Properties: newArray[any]()} }

// toObject returns a value as PHP's (object) does: an array's values are the properties.
func toObject(v any) *Object {
	o := newObject()
	switch v := v.(type) {
	case *Object:
		return v
	case *Array[any]:
		o.Properties = v.Clone()
	case nil:
	default:
		o.Properties.Set("scalar", v)
	}
	return o
}

// objectOf returns what PHP shows of an object: its properties. It returns nil for what is no
// object.
func objectOf(v any) *Object {
	if o, ok := v.(*Object); ok {
		return o
	}
	properties := imapProperties(v)
	switch {
	case fmt.Sprintf("%T", v) == "*imapcompat.Connection":
		return &Object{Class: `IMAP\Connection`, Properties: newArray[any]()}
	case properties != nil:
		return &Object{Class: "stdClass", Properties: properties}
	}
	return nil
}
