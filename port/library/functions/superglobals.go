package functions

import (
	"io"
	"net/url"
	"os"
	"strings"
	"sync"
)

// argv is $argv: the name of the program and its arguments.
var argv = os.Args

// The arrays are made at their first use: a program that never asks for $_POST may have its
// standard input for something else.

// getVars returns $_GET: the fields of QUERY_STRING, as CGI (RFC 3875) passes it.
var getVars = sync.OnceValue(func() *Array[any] { return queryVars(os.Getenv("QUERY_STRING")) })

// postVars returns $_POST: the form on standard input, if CGI announces one.
var postVars = sync.OnceValue(formVars)

// requestVars returns $_REQUEST.
var requestVars = sync.OnceValue(func() *Array[any] {
	a := getVars().Clone()
	for key, value := range postVars().All() {
		a.Set(key, value)
	}
	return a
})

// cookieVars returns $_COOKIE: the cookies of HTTP_COOKIE.
var cookieVars = sync.OnceValue(func() *Array[any] {
	a := newArray[any]()
	for pair := range strings.SplitSeq(os.Getenv("HTTP_COOKIE"), ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && !a.Has(name) {
			a.Set(name, unescaped(value))
		}
	}
	return a
})

// envVars returns $_ENV, which is empty with PHP's setting for production.
var envVars = sync.OnceValue(newArray[any])

// filesVars returns $_FILES, which is empty: uploads are not read.
var filesVars = sync.OnceValue(newArray[any])

// sessionVars returns $_SESSION. It lasts as long as the program.
var sessionVars = sync.OnceValue(newArray[any])

// serverVars returns $_SERVER: the environment, and what PHP adds.
var serverVars = sync.OnceValue(func() *Array[any] {
	a := newArray[any]()
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		a.Set(name, value)
	}
	a.Set("PHP_SELF", os.Args[0])
	a.Set("SCRIPT_NAME", os.Args[0])
	a.Set("SCRIPT_FILENAME", os.Args[0])
	a.Set("REQUEST_TIME_FLOAT", float64(started.UnixMicro())/1e6)
	a.Set("REQUEST_TIME", int(started.Unix()))
	a.Set("argv", anyList(argv))
	a.Set("argc", len(argv))
	return a
})

func formVars() *Array[any] {
	if os.Getenv("REQUEST_METHOD") != "POST" || !strings.HasPrefix(os.Getenv("CONTENT_TYPE"), "application/x-www-form-urlencoded") {
		return newArray[any]()
	}
	const most = 8 << 20 // PHP's post_max_size
	body, err := io.ReadAll(io.LimitReader(os.Stdin, most))
	if err != nil {
		warn(err)
	}
	return queryVars(string(body))
}

// queryVars returns the fields of a query: a=1&b[]=2&c[d]=3.
func queryVars(query string) *Array[any] {
	a := newArray[any]()
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = strings.TrimLeft(unescaped(name), " "); name != "" {
			setQueryVar(a, name, unescaped(value))
		}
	}
	return a
}

func unescaped(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return strings.ReplaceAll(s, "+", " ")
}

// setQueryVar stores a field under its name. Blanks and dots in the name become underscores.
func setQueryVar(a *Array[any], name, value string) {
	base, rest, nested := strings.Cut(name, "[")
	if base == "" {
		return
	}
	if nested && !strings.Contains(rest, "]") {
		base, nested = name, false
	}
	var key any = strings.NewReplacer(" ", "_", ".", "_", "[", "_").Replace(base)
	for nested {
		inner, after, _ := strings.Cut(rest, "]")
		next, ok := a.Get(key).(*Array[any])
		if !ok {
			next = newArray[any]()
			if key == nil {
				a.Append(next)
			} else {
				a.Set(key, next)
			}
		}
		a, key = next, inner
		if inner == "" {
			key = nil
		}
		rest, nested = strings.CutPrefix(after, "[")
		nested = nested && strings.Contains(rest, "]")
	}
	if key == nil {
		a.Append(value)
		return
	}
	a.Set(key, value)
}
