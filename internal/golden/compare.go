package golden

import (
	"errors"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Outcome is the outcome of a call of the library.
type Outcome struct {
	Result any
	Err    error
	// Failed is the result of PHP's function when it fails, see [Function].
	Failed string
	// Port replaces the word @PORT, if it is not "".
	Port           string
	Errors, Alerts []string
	File           string // what imap_savebody has written
}

// Compare returns the differences between an outcome and PHP's. It compares an error with PHP's
// exception or warning, and with the result of PHP's function when it fails.
func (c Call) Compare(o Outcome) (differences []string) {
	differ := func(format string, args ...any) { differences = append(differences, fmt.Sprintf(format, args...)) }
	if got := o.stack(o.Errors); got != string(c.Errors) {
		differ("errors %s, PHP %s", got, c.Errors)
	}
	if got := o.stack(o.Alerts); got != string(c.Alerts) {
		differ("alerts %s, PHP %s", got, c.Alerts)
	}
	if c.File != nil {
		if text, err := os.ReadFile(o.File); err != nil || string(text) != string(*c.File) {
			differ("wrote %q, %v, PHP %q", text, err, *c.File)
		}
	}
	got := o.Failed
	if o.Result == false {
		got = "false"
	}
	var e *imapcompat.Error
	switch {
	case o.Err == nil:
		got = Now(o.withoutPort(JSON(o.Result)))
		if c.Exception != "" || len(c.Warnings) > 0 {
			differ("no error, PHP %q %q", c.Exception, c.Warnings)
		}
	case !errors.As(o.Err, &e):
		differ("%v is no Error", o.Err)
	case e.Func != c.Fn:
		differ("an error of %s", e.Func)
	case c.Exception != "":
		if e.Func+"(): "+e.Text != c.Exception && e.Text != c.Exception {
			differ("%q, PHP throws %q", e.Error(), c.Exception)
		}
		return differences
	case len(c.Warnings) > 0:
		got = "false"
		if text := e.Func + "(): " + e.Text; text != c.Warnings[0] && e.Text != c.Warnings[0] {
			differ("%q, PHP warns %q", e.Error(), c.Warnings)
		}
	}
	if want := fitting(string(c.Result)); got != want {
		differ("%v\ngot %s\nPHP %s", o.Err, got, want)
	}
	return differences
}

// size matches the start of a size and its number: in a property, or in the line of
// imap_headers.
var size = regexp.MustCompile(`("(?:bytes|lines|size|Size)":"?|\()(\d+)`)

// fitting returns PHP's result, whose integers have 64 bits, for this platform: a size above
// the largest int is the largest int.
func fitting(result string) string {
	return size.ReplaceAllStringFunc(result, func(text string) string {
		parts := size.FindStringSubmatch(text)
		n, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil || n <= math.MaxInt {
			return text
		}
		return parts[1] + strconv.Itoa(math.MaxInt)
	})
}

func (o Outcome) withoutPort(text string) string {
	if o.Port == "" {
		return text
	}
	return strings.ReplaceAll(text, ":"+o.Port, ":@PORT")
}

func (o Outcome) stack(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return o.withoutPort(JSON(texts))
}
