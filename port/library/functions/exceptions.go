package functions

import (
	"fmt"
	"os"
	"strings"
)

// An Exception is what PHP's functions and programs throw: a panic's value. Classes of a program
// embed it.
type Exception struct {
	Class   string // of PHP: "ValueError"
	Extends string // PHP's class that a class of the program extends
	Message string
	Code    int
	File    string // where it was made: the file's name and the line, if the program asks
	Line    int
	cause   *Exception // getPrevious
}

func (e *Exception) Error() string { return e.Class + ": " + e.Message }

func (e *Exception) exception() *Exception { return e }

// causedBy sets the previous exception, if there is one.
func (e *Exception) causedBy(previous any) {
	if t, ok := nonNilOrNull(previous).(throwable); ok {
		e.cause = t.exception()
	}
}

// previous returns the previous exception, nil if there is none.
func (e *Exception) previous() *Exception { return e.cause }

// located notes where an exception was made.
func located[T throwable](e T, file string, line int) T {
	x := e.exception()
	x.File, x.Line = file, line
	return e
}

// path returns the file in which the exception was made.
func (e *Exception) path() string {
	if e.File == "" || e.File[0] == '/' {
		return e.File
	}
	return scriptDir() + "/" + e.File
}

// unhandledMatch throws what a match throws that has no arm for a value.
func unhandledMatch(v any) {
	text := "of type " + typeName(v)
	switch s := v.(type) {
	case nil, bool, int, float64:
		text = varExport(v)
	case string:
		if text = exportString(s); len(s) > 15 {
			text = strings.TrimSuffix(exportString(s[:15]), "'") + "...'"
		}
	}
	throw("UnhandledMatchError", "Unhandled match case "+text)
}

// A throwable is an Exception, or what embeds one.
type throwable interface {
	error
	exception() *Exception
}

// throw panics with an exception.
func throw(class, message string) {
	panic(&Exception{Class: class, Message: message})
}

// newException returns an exception of one of PHP's classes.
func newException(class, message string, code int) *Exception {
	return &Exception{Class: class, Message: message, Code: code}
}

// try calls f and returns what it throws, nil if nothing. Other panics go on.
func try(f func()) (thrown throwable) {
	defer func() {
		if p := recover(); p != nil {
			t, ok := p.(throwable)
			if !ok {
				panic(p)
			}
			thrown = t
		}
	}()
	f()
	return nil
}

// uncaught ends the program as PHP does if nobody catches what was thrown.
func uncaught() {
	p := recover()
	if p == nil {
		return
	}
	t, ok := p.(throwable)
	if !ok {
		panic(p)
	}
	if handleException(t.exception()) {
		exit(0)
	}
	fmt.Fprintln(os.Stderr, "PHP Fatal error:  Uncaught "+t.Error())
	destructors = nil // PHP calls none after a fatal error
	exit(255)
}

// exceptionParents are the classes that PHP's exceptions extend.
var exceptionParents = map[string]string{
	"errorexception": "exception", "runtimeexception": "exception", "logicexception": "exception", "jsonexception": "exception",
	"invalidargumentexception": "logicexception", "domainexception": "logicexception", "lengthexception": "logicexception",
	"outofrangeexception": "logicexception", "badfunctioncallexception": "logicexception",
	"badmethodcallexception": "badfunctioncallexception", "outofboundsexception": "runtimeexception", "rangeexception": "runtimeexception",
	"overflowexception": "runtimeexception", "underflowexception": "runtimeexception", "unexpectedvalueexception": "runtimeexception",
	"pdoexception": "runtimeexception", "mysqli_sql_exception": "runtimeexception",
	"typeerror": "error", "valueerror": "error", "arithmeticerror": "error", "assertionerror": "error", "unhandledmatcherror": "error",
	"argumentcounterror": "typeerror", "divisionbyzeroerror": "arithmeticerror",
}

// isException is instanceof one of PHP's classes of exceptions.
func isException(v any, class string) bool {
	t, ok := v.(throwable)
	if !ok {
		return false
	}
	e := t.exception()
	class = strings.ToLower(class)
	if class == "throwable" {
		return true
	}
	name := e.Extends
	if name == "" || strings.EqualFold(e.Class, class) {
		name = e.Class
	}
	for name = strings.ToLower(name); name != ""; name = exceptionParents[name] {
		if name == class {
			return true
		}
	}
	return false
}
