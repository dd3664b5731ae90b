// Package shellword tells which texts may stand in a command that a user is told to run.
package shellword

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsPlain reports whether a shell takes a text as one word as it is, and a program takes that for an
// argument and no flag. An address may come from a stranger, and users copy commands.
func IsPlain(s string) bool {
	return s != "" && s[0] != '-' && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= utf8.RuneSelf-1 && !unicode.IsLetter(r) && !unicode.IsDigit(r) || strings.ContainsRune("`'\"$\\;&|<>()*?[]{}~#!^%", r)
	})
}

// Or returns a text that is plain, and else what stands for it.
func Or(s, place string) string {
	if IsPlain(s) {
		return s
	}
	return place
}
