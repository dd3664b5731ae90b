package phpbridge

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

// function describes a function of PHP.
type function struct {
	// parameters has a letter for each parameter: c for a connection, i for an int, s for a
	// string, b for a bool, a for an array, preceded by n if it may be null. Parameters after |
	// are optional.
	parameters string
	// failed is PHP's result when the server, the network or the mail makes the function fail,
	// and PHP reports that at most on the list of errors.
	failed any
	call   func(c *call) (any, error)
}

// check compares arguments with parameters.
func (f function) check(args []any) error {
	i, optional, null := 0, false, false
	for _, p := range f.parameters {
		switch p {
		case '|':
			optional = true
		case 'n':
			null = true
		default:
			if i >= len(args) {
				if optional {
					return nil
				}
				return fmt.Errorf("argument %d is missing", i+1)
			}
			if !(null && args[i] == nil) && !isOf(p, args[i]) {
				return fmt.Errorf("argument %d is a %T", i+1, args[i])
			}
			i, null = i+1, false
		}
	}
	if i < len(args) {
		return fmt.Errorf("%d arguments", len(args))
	}
	return nil
}

func isOf(parameter rune, arg any) bool {
	ok := false
	switch parameter {
	case 'c', 'i':
		_, ok = arg.(int)
	case 's':
		_, ok = arg.(string)
	case 'b':
		_, ok = arg.(bool)
	case 'a':
		_, ok = arg.(array)
	}
	return ok
}

// call is a call of a function. Its methods return the arguments, counted from 0, in the types
// of the parameters.
type call struct {
	*server
	fn       string
	args     []any
	warnings []string
	failed   any   // what PHP returns on failure: the function's own, or what it sets
	broken   error // an answer could not be sent
}

// conn returns the connection whose number is the first argument. server.parse has checked that
// it exists.
func (c *call) conn() *imapcompat.Connection {
	return c.connections[c.int(0)].WithContext(c.ctx)
}

// given reports whether the i-th argument exists and is not null.
func (c *call) given(i int) bool { return i < len(c.args) && c.args[i] != nil }

// str returns the i-th argument, or "".
func (c *call) str(i int) string {
	if !c.given(i) {
		return ""
	}
	return c.args[i].(string)
}

// int returns the i-th argument, or 0.
func (c *call) int(i int) int {
	if !c.given(i) {
		return 0
	}
	return c.args[i].(int)
}

func (c *call) bool(i int) bool                    { return c.args[i].(bool) }
func (c *call) array(i int) array                  { return c.args[i].(array) }
func (c *call) sequence(i int) imapcompat.Sequence { return imapcompat.Sequence(c.str(i)) }
func (c *call) fetchFlags(i int) imapcompat.FetchFlag {
	return imapcompat.FetchFlag(c.int(i))
}

// warn adds a PHP warning, whatever the result.
func (c *call) warn(text string) { c.warnings = append(c.warnings, c.fn+"(): "+text) }

// outcome turns the library's result and error into PHP's result, warnings and exception.
func (c *call) outcome(result any, err error) *outcome {
	o := &outcome{result: result}
	var e *imapcompat.Error
	if err != nil {
		o.result = c.failed
		if !errors.As(err, &e) {
			e = &imapcompat.Error{Text: err.Error()}
		}
		c.explain(o, e)
	}
	o.warnings = c.warnings
	return o
}

// explain adds PHP's report of an error. The library has already put it on the list of errors
// if it belongs there.
func (c *call) explain(o *outcome, e *imapcompat.Error) {
	switch {
	case errors.Is(e, imapcompat.ErrClosed):
		o.throw("ValueError", e.Text)
	case errors.Is(e, errType):
		o.throw("TypeError", c.fn+"(): "+e.Text)
	case e.Class == imapcompat.ClassValueError:
		o.throw("ValueError", c.fn+"(): "+e.Text)
	case e.Class == imapcompat.ClassWarning && e.Func == "imap_getacl":
		// This is the only warning without the name of its function.
		o.result = false
		c.warnings = append(c.warnings, e.Text)
	case e.Class == imapcompat.ClassWarning:
		o.result = false
		c.warn(e.Text)
	}
}

// errType is the cause of an error that is a TypeError in PHP.
var errType = errors.New("wrong type")
