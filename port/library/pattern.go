package library

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/port/library/functions"
)

// A PatternCode is a regular expression of PHP in Go.
type PatternCode struct {
	Go    string   // Go code of a *pattern, to be kept in a variable
	Needs []string // the names in Go to pass to Source
	Named bool     // groups have names, so that matches are under strings too
}

// Pattern translates a regular expression of PHP, with its delimiters and modifiers. The error
// says what package regexp cannot do exactly as PHP does.
func Pattern(php string) (*PatternCode, error) {
	expr, utf8, err := functions.TranslatePattern(php)
	if err != nil {
		return nil, err
	}
	name := "bytePattern"
	if utf8 {
		name = "utf8Pattern"
	}
	named := strings.Contains(strings.ReplaceAll(expr, "(?P<__end", ""), "(?P<")
	return &PatternCode{Go: fmt.Sprintf("%s(%s)", name, quoted(expr)), Needs: []string{name}, Named: named}, nil
}

// quoted returns a string literal, in backquotes where that is possible.
func quoted(s string) string {
	if strings.ContainsAny(s, "`\r\n") {
		return fmt.Sprintf("%q", s)
	}
	return "`" + s + "`"
}
