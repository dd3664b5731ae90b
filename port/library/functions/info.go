package functions

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// phpversionText is the version of PHP whose functions these are.
const phpversionText = "8.2.0"

// phpversion is phpversion without an argument.
//
//php:function phpversion()
func phpversion() string { return phpversionText }

// phpSapiName is php_sapi_name: the program runs from the command line.
//
//php:function php_sapi_name()
func phpSapiName() string { return "cli" }

// extensionLoaded is extension_loaded: whether PHP's functions of an extension are ported.
//
//php:function extension_loaded(extension)
func extensionLoaded(name string) bool {
	switch strings.ToLower(name) {
	case "imap", "core", "standard", "date", "json", "pcre", "iconv", "mbstring", "ctype", "hash", "random":
		return true
	}
	return false
}

// iniSet is ini_set. There are no settings: it returns false.
//
//php:function ini_set(option, value)
func iniSet(option string, value any) bool { return false }

// iniGet is ini_get. There are no settings: it returns false.
//
//php:function ini_get(option)
func iniGet(option string) bool { return false }

// setTimeLimit is set_time_limit. Time is not limited, as on PHP's command line.
//
//php:function set_time_limit(seconds)
func setTimeLimit(seconds int) bool { return true }

// ignoreUserAbort is ignore_user_abort: no user can abort the program by going away.
//
//php:function ignore_user_abort(enable = false)
func ignoreUserAbort(enable bool) int { return 0 }

// reportingLevel is what error_reporting returns. Warnings are written to standard error, whatever
// it is.
var reportingLevel = 32767

// errorReporting is error_reporting. A level that is nil is not changed.
//
//php:function error_reporting(error_level = nil)
func errorReporting(level any) int {
	old := reportingLevel
	if level != nil {
		reportingLevel = toInt(level)
	}
	return old
}

// errorLog is error_log: it writes a message to standard error, or with type 3 to the end of
// a file.
//
//php:function error_log(message, message_type = 0, destination = "", additional_headers = "")
func errorLog(message string, kind int, destination, headers string) bool {
	if kind != 3 {
		_, err := os.Stderr.WriteString(message + "\n")
		return err == nil
	}
	file, err := os.OpenFile(destination, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		warnText("error_log(" + destination + "): Failed to open stream")
		return false
	}
	_, err = file.WriteString(message)
	return file.Close() == nil && err == nil
}

// triggerError is trigger_error. E_USER_ERROR ends the program.
//
//php:function trigger_error(message, error_level = 1024)
//php:function user_error(message, error_level = 1024)
func triggerError(message string, level int) bool {
	const userError = 256
	if handled(level, message) {
		return true
	}
	lastWarning = message
	fmt.Fprintln(os.Stderr, "Warning: "+message)
	if level == userError {
		exit(255)
	}
	return true
}

// errorGetLast is error_get_last: the newest warning. The line is that of no file.
//
//php:function error_get_last() null
func errorGetLast() (*Array[any], bool) {
	if lastWarning == "" {
		return nil, false
	}
	return mapOf(pair[any]{"type", 2}, pair[any]{"message", lastWarning}, pair[any]{"file", os.Args[0]}, pair[any]{"line", 0}), true
}

// errorClearLast is error_clear_last.
//
//php:function error_clear_last()
func errorClearLast() { lastWarning = "" }

// getenv is getenv with a name.
//
//php:function getenv(name, local_only = false)
func getenv(name string, localOnly bool) (string, bool) { return os.LookupEnv(name) }

// putenv is putenv.
//
//php:function putenv(assignment)
func putenv(assignment string) bool {
	name, value, set := strings.Cut(assignment, "=")
	if name == "" {
		throw("ValueError", "putenv(): Argument #1 ($assignment) must have a valid syntax")
	}
	if !set {
		return os.Unsetenv(name) == nil
	}
	return os.Setenv(name, value) == nil
}

// sleep is sleep.
//
//php:function sleep(seconds)
func sleep(seconds int) int {
	if seconds < 0 {
		throw("ValueError", "sleep(): Argument #1 ($seconds) must be greater than or equal to 0")
	}
	time.Sleep(time.Duration(seconds) * time.Second)
	return 0
}

// usleep is usleep.
//
//php:function usleep(microseconds)
func usleep(microseconds int) {
	if microseconds < 0 {
		throw("ValueError", "usleep(): Argument #1 ($microseconds) must be greater than or equal to 0")
	}
	time.Sleep(time.Duration(microseconds) * time.Microsecond)
}

// getmypid is getmypid.
//
//php:function getmypid()
func getmypid() int { return os.Getpid() }

// gethostbyname is gethostbyname: the IPv4 address of a host, or its name if there is none.
//
//php:function gethostbyname(hostname)
func gethostbyname(name string) string {
	addresses, err := net.LookupIP(name)
	if err != nil {
		return name
	}
	for _, a := range addresses {
		if v4 := a.To4(); v4 != nil {
			return v4.String()
		}
	}
	return name
}

// header is header. The command line shows no fields.
//
//php:function header(header, replace = true, response_code = 0)
func header(field string, replace bool, code int) { setResponseCode(code) }

// responseCode is what http_response_code has set.
var responseCode int

func setResponseCode(code int) {
	if code != 0 {
		responseCode = code
	}
}

// httpResponseCode is http_response_code: it returns the code that was set before, and false or
// true if there was none.
//
//php:function http_response_code(response_code = 0)
func httpResponseCode(code int) any {
	old := responseCode
	setResponseCode(code)
	if old == 0 {
		return code != 0
	}
	return old
}

// headersSent is headers_sent: the command line sends none.
//
//php:function headers_sent()
func headersSent() bool { return false }

// flush is flush: output is not held back.
//
//php:function flush()
func flush() {}

// gcCollectCycles is gc_collect_cycles.
//
//php:function gc_collect_cycles()
func gcCollectCycles() int { return 0 }

// versionCompare is version_compare without an operator: -1, 0 or 1.
//
//php:function version_compare(version1, version2)
func versionCompare(a, b string) int {
	if a == "" || b == "" {
		return threeWay(len(a), len(b))
	}
	x, y := versionParts(a), versionParts(b)
	for i := range max(len(x), len(y)) {
		var p, q string
		if i < len(x) {
			p = x[i]
		}
		if i < len(y) {
			q = y[i]
		}
		if c := compareVersionParts(p, q); c != 0 {
			return c
		}
	}
	return 0
}

// versionIs is version_compare with an operator.
//
//php:function version_compare(version1, version2, operator)
func versionIs(a, b, operator string) bool {
	c := versionCompare(a, b)
	switch operator {
	case "<", "lt":
		return c < 0
	case "<=", "le":
		return c <= 0
	case ">", "gt":
		return c > 0
	case ">=", "ge":
		return c >= 0
	case "==", "eq":
		return c == 0
	case "!=", "<>", "ne":
		return c != 0
	}
	throw("ValueError", "version_compare(): Argument #3 ($operator) must be a valid comparison operator")
	return false
}

// versionParts splits a version at its dots, dashes, underscores and pluses, and between digits
// and letters.
func versionParts(v string) []string {
	var parts []string
	kind := func(c byte) int {
		switch {
		case c == '.' || c == '-' || c == '_' || c == '+':
			return 0
		case c >= '0' && c <= '9':
			return 1
		}
		return 2
	}
	for i := range len(v) {
		k := kind(v[i])
		switch {
		case k == 0:
		case i == 0 || kind(v[i-1]) != k:
			parts = append(parts, v[i:i+1])
		default:
			parts[len(parts)-1] += v[i : i+1]
		}
	}
	return parts
}

// compareVersionParts compares parts in PHP's order: any text, dev, alpha, beta, RC, #, pl, where # is
// a number.
func compareVersionParts(p, q string) int {
	m, errM := strconv.Atoi(p)
	n, errN := strconv.Atoi(q)
	if errM == nil && errN == nil {
		return threeWay(m, n)
	}
	if p == "" && errN == nil {
		return -1
	}
	if q == "" && errM == nil {
		return 1
	}
	return threeWay(versionForm(p), versionForm(q))
}

func versionForm(part string) int {
	if _, err := strconv.Atoi(part); err == nil || part == "" {
		return 5
	}
	forms := []struct {
		prefix string
		order  int
	}{{"dev", 1}, {"alpha", 2}, {"a", 2}, {"beta", 3}, {"b", 3}, {"RC", 4}, {"rc", 4}, {"#", 5}, {"pl", 6}, {"p", 6}}
	for _, f := range forms {
		if strings.HasPrefix(part, f.prefix) {
			return f.order
		}
	}
	return 0
}

// getopt is getopt: the options of the command line, false if it cannot be read.
//
//php:function getopt(short_options, long_options = nil)
func getopt(short string, long any) *Array[any] {
	list, _ := long.(*Array[any])
	takes := map[string]string{}
	for i := 0; i < len(short); i++ {
		end := i + 1
		for end < len(short) && end <= i+2 && short[end] == ':' {
			end++
		}
		takes[short[i:i+1]] = short[i+1 : end]
		i = end - 1
	}
	for _, name := range list.All() {
		text := toString(name)
		base := strings.TrimRight(text, ":")
		takes["--"+base] = text[len(base):]
	}
	found := newArray[any]()
	for args := argv[1:]; len(args) > 0; args = args[1:] {
		arg := args[0]
		if arg == "--" || len(arg) < 2 || arg[0] != '-' {
			break
		}
		if name, isLong := strings.CutPrefix(arg, "--"); isLong {
			name, value, has := strings.Cut(name, "=")
			how, known := takes["--"+name]
			if !known {
				continue
			}
			if how == ":" && !has && len(args) > 1 {
				args, value, has = args[1:], args[1], true
			}
			addOption(found, name, how, value, has)
			continue
		}
		for rest := arg[1:]; rest != ""; {
			name := rest[:1]
			rest = rest[1:]
			how, known := takes[name]
			if !known {
				continue
			}
			if how == "" {
				addOption(found, name, how, "", false)
				continue
			}
			value, has := strings.TrimPrefix(rest, "="), rest != ""
			rest = ""
			if !has && how == ":" && len(args) > 1 {
				args, value, has = args[1:], args[1], true
			}
			addOption(found, name, how, value, has)
		}
	}
	return found
}

// addOption notes an option. One that is given twice is an array. One that lacks its value does not
// count.
func addOption(found *Array[any], name, how, value string, has bool) {
	var v any = value
	switch {
	case how == "" || how == "::" && !has:
		v = false
	case !has:
		return
	}
	old, again := found.Lookup(name)
	if !again {
		found.Set(name, v)
		return
	}
	several, ok := old.(*Array[any])
	if !ok {
		several = listOf(old)
		found.Set(name, several)
	}
	several.Append(v)
}

// getResourceType is get_resource_type: files are streams, and the connections of imap_open are objects.
//
//php:function get_resource_type(resource)
func getResourceType(v any) string {
	if _, ok := v.(*file); ok {
		return "stream"
	}
	throw("TypeError", "get_resource_type(): Argument #1 ($resource) must be of type resource, "+typeName(v)+" given")
	return ""
}
