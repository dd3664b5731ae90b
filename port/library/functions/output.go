package functions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// output is where echo writes: standard output, or the innermost buffer of obStart.
var output io.Writer = os.Stdout

// echo writes texts.
func echo(texts ...string) {
	for _, text := range texts {
		io.WriteString(output, text)
	}
}

// An outputBuffer is a buffer of ob_start, with its function or nil.
type outputBuffer struct {
	bytes.Buffer
	f       func(buffer string, phase int) any
	started bool
}

// Phases of the function of ob_start.
const (
	outputStart = 1
	outputClean = 2
	outputFlush = 4
	outputFinal = 8
)

// take empties the buffer and returns what its function makes of the text. The function returns false
// for the text as it is.
func (b *outputBuffer) take(phase int) string {
	text := b.String()
	b.Reset()
	if b.f == nil {
		return text
	}
	if !b.started {
		phase |= outputStart
		b.started = true
	}
	out := b.f(text, phase)
	if out == false {
		return text
	}
	return toString(out)
}

// outputBuffers are the buffers of obStart, the innermost one last.
var outputBuffers []*outputBuffer

// obStart is ob_start without a function.
//
//php:function ob_start()
func obStart() bool { return obStartWith(nil) }

// obStartWith is ob_start with a function that makes of a buffer what is written.
//
//php:function ob_start(callback)
func obStartWith(f func(buffer string, phase int) any) bool {
	b := &outputBuffer{f: f}
	outputBuffers = append(outputBuffers, b)
	output = b
	return true
}

// innerBuffer returns the innermost buffer, nil if there is none.
func innerBuffer() *outputBuffer {
	if len(outputBuffers) == 0 {
		return nil
	}
	return outputBuffers[len(outputBuffers)-1]
}

// endBuffer ends the innermost buffer.
func endBuffer() {
	outputBuffers = outputBuffers[:len(outputBuffers)-1]
	output = os.Stdout
	if outer := innerBuffer(); outer != nil {
		output = outer
	}
}

// obGetLevel is ob_get_level: how many buffers there are.
//
//php:function ob_get_level()
func obGetLevel() int { return len(outputBuffers) }

// obGetLength is ob_get_length.
//
//php:function ob_get_length()
func obGetLength() (int, bool) {
	if b := innerBuffer(); b != nil {
		return b.Len(), true
	}
	return 0, false
}

// obGetContents is ob_get_contents.
//
//php:function ob_get_contents()
func obGetContents() (string, bool) {
	if b := innerBuffer(); b != nil {
		return b.String(), true
	}
	return "", false
}

// obGetClean is ob_get_clean: ends the innermost buffer and returns what is in it.
//
//php:function ob_get_clean()
func obGetClean() (string, bool) {
	text, ok := obGetContents()
	return text, ok && obEndClean()
}

// obEndClean is ob_end_clean: drops the innermost buffer.
//
//php:function ob_end_clean()
func obEndClean() bool {
	b := innerBuffer()
	if b == nil {
		return false
	}
	b.take(outputClean | outputFinal)
	endBuffer()
	return true
}

// obEndFlush is ob_end_flush: writes what is in the innermost buffer and ends it.
//
//php:function ob_end_flush()
func obEndFlush() bool {
	b := innerBuffer()
	if b == nil {
		return false
	}
	text := b.take(outputFinal)
	endBuffer()
	echo(text)
	return true
}

// obGetFlush is ob_get_flush: obEndFlush that returns what was in the buffer.
//
//php:function ob_get_flush()
func obGetFlush() (string, bool) {
	text, ok := obGetContents()
	return text, ok && obEndFlush()
}

// obFlush is ob_flush: writes what is in the innermost buffer.
//
//php:function ob_flush()
func obFlush() bool {
	b := innerBuffer()
	if b == nil {
		return false
	}
	text := b.take(outputFlush)
	endBuffer()
	echo(text)
	outputBuffers = append(outputBuffers, b)
	output = b
	return true
}

// obClean is ob_clean: drops what is in the innermost buffer.
//
//php:function ob_clean()
func obClean() bool {
	b := innerBuffer()
	if b != nil {
		b.take(outputClean)
	}
	return b != nil
}

// obImplicitFlush is ob_implicit_flush. Output is not held back.
//
//php:function ob_implicit_flush(enable = true)
func obImplicitFlush(bool) {}

// atExitFuncs are what atExit got.
var atExitFuncs []func()

// atExit calls f when the program ends by exit, or by die, or after its last line.
//
//php:function register_shutdown_function(callback)
func atExit(f func()) { atExitFuncs = append(atExitFuncs, f) }

// atEnd runs after what atExit got.
var atEnd = func() {}

// destructors are what atDestroy got.
var destructors []func()

// atDestroy calls f, the method __destruct of an object, when the program ends. PHP calls it when
// the last reference to the object is gone.
func atDestroy(f func()) { destructors = append(destructors, f) }

// runDestructors destroys the objects that were made last first, as PHP does with global variables.
func runDestructors() {
	for n := len(destructors); n > 0; n = len(destructors) {
		f := destructors[n-1]
		destructors = destructors[:n-1]
		f()
	}
}

// runAtExit calls what atExit got and the destructors, writes what is in buffers, and calls atEnd. The
// program calls it after its last line.
func runAtExit() {
	defer atEnd()
	for len(atExitFuncs) > 0 {
		f := atExitFuncs[0]
		atExitFuncs = atExitFuncs[1:]
		f()
	}
	runDestructors()
	for obEndFlush() {
	}
}

// exit ends the program with a status.
func exit(status int) {
	runAtExit()
	os.Exit(status)
}

// die writes a text and ends the program. Its status is 0, as PHP's is.
func die(text string) {
	echo(text)
	exit(0)
}

// warn writes an error as PHP writes a warning, to standard error. It throws what is a ValueError
// in PHP, and is silent about what PHP has only on the list of imap_errors.
func warn(err error) {
	var e *imapcompat.Error
	switch {
	case !errors.As(err, &e):
		warnText(err.Error())
	case errors.Is(e, imapcompat.ErrClosed):
		throw("ValueError", e.Text)
	case e.Class == imapcompat.ClassValueError:
		throw("ValueError", e.Func+"(): "+e.Text)
	case e.Class == imapcompat.ClassWarning:
		warnText(e.Func + "(): " + e.Text)
	}
}

// lastWarning is the newest warning, for error_get_last.
var lastWarning string

// warnText writes a warning to standard error.
func warnText(text string) {
	const warning = 2
	if handled(warning, text) {
		return
	}
	lastWarning = text
	fmt.Fprintln(os.Stderr, "Warning: "+text)
}

// orWarn returns a value. It writes the error if there is one.
func orWarn[T any](v T, err error) T {
	if err != nil {
		warn(err)
	}
	return v
}

// orFalse returns a value, or false with a warning if there is an error.
func orFalse[T any](v T, err error) any {
	if err != nil {
		warn(err)
		return false
	}
	return v
}

// ok reports whether there was no error. It writes the error if there is one.
func ok(err error) bool {
	if err != nil {
		warn(err)
	}
	return err == nil
}

// printValue is print_r without true: writes a value.
//
//php:function print_r(value)
func printValue(v any) bool {
	echo(printR(v))
	return true
}

// printOrReturn is print_r where it is not known whether it writes the value or returns it.
//
//php:function print_r(value, return)
func printOrReturn(v any, give bool) any {
	if give {
		return printR(v)
	}
	return printValue(v)
}

// printR is print_r with true: returns what it would print.
func printR(v any) string {
	var out strings.Builder
	printMembers(&out, v, 0, nil)
	return out.String()
}

// printMembers writes a value. around are the objects that it is in.
func printMembers(out *strings.Builder, v any, indent int, around []any) {
	space := strings.Repeat(" ", indent)
	if a, ok := v.(*Array[any]); ok {
		out.WriteString("Array\n" + space + "(\n")
		for k, v := range a.All() {
			out.WriteString(space + "    [" + toString(k) + "] => ")
			printMembers(out, v, indent+8, around)
			out.WriteString("\n")
		}
		out.WriteString(space + ")\n")
		return
	}
	class, members, ok := membersOf(v)
	if !ok {
		out.WriteString(toString(v))
		return
	}
	out.WriteString(class + " Object\n")
	if slices.Contains(around, v) {
		out.WriteString(" *RECURSION*")
		return
	}
	around = append(around, v)
	out.WriteString(space + "(\n")
	for _, m := range assigned(members) {
		scope := map[string]string{"": "", "*": ":protected"}[m.class]
		if m.class != "" && m.class != "*" {
			scope = ":" + m.class + ":private"
		}
		out.WriteString(space + "    [" + m.name + scope + "] => ")
		printMembers(out, m.value, indent+8, around)
		out.WriteString("\n")
	}
	out.WriteString(space + ")\n")
}

// varDump is var_dump, without the numbers of objects, which are all 1.
//
//php:function var_dump(values)
func varDump(values ...any) {
	for _, v := range values {
		var out strings.Builder
		dumpValue(&out, v, "", nil)
		echo(out.String())
	}
}

// dumpValue writes a value. around are the objects that it is in.
func dumpValue(out *strings.Builder, v any, indent string, around []any) {
	switch v := v.(type) {
	case nil:
		fmt.Fprintf(out, "%sNULL\n", indent)
	case bool:
		fmt.Fprintf(out, "%sbool(%t)\n", indent, v)
	case int:
		fmt.Fprintf(out, "%sint(%d)\n", indent, v)
	case float64:
		fmt.Fprintf(out, "%sfloat(%s)\n", indent, formatFloat(v, -1, "E"))
	case string:
		fmt.Fprintf(out, "%sstring(%d) \"%s\"\n", indent, len(v), v)
	case *Array[any]:
		fmt.Fprintf(out, "%sarray(%d) {\n", indent, v.Len())
		for k, v := range v.All() {
			key := toString(k)
			if isString(k) {
				key = `"` + key + `"`
			}
			fmt.Fprintf(out, "%s  [%s]=>\n", indent, key)
			dumpValue(out, v, indent+"  ", around)
		}
		out.WriteString(indent + "}\n")
	case uninitialized:
		fmt.Fprintf(out, "%suninitialized(%s)\n", indent, string(v))
	default:
		dumpObject(out, v, indent, around)
	}
}

func dumpObject(out *strings.Builder, v any, indent string, around []any) {
	class, members, ok := membersOf(v)
	if !ok {
		class = "Closure"
	}
	if ok && slices.Contains(around, v) {
		out.WriteString(indent + "*RECURSION*\n")
		return
	}
	if ok {
		around = append(around, v)
	}
	fmt.Fprintf(out, "%sobject(%s)#1 (%d) {\n", indent, class, len(assigned(slices.Clone(members))))
	for _, m := range members {
		if m.value == uninitialized("") {
			continue // a property that the class does not declare
		}
		scope := map[string]string{"": "", "*": ":protected"}[m.class]
		if m.class != "" && m.class != "*" {
			scope = `:"` + m.class + `":private`
		}
		fmt.Fprintf(out, "%s  [\"%s\"%s]=>\n", indent, m.name, scope)
		dumpValue(out, m.value, indent+"  ", around)
	}
	out.WriteString(indent + "}\n")
}

// exportOrReturn is var_export where it is not known whether it writes the code or returns it.
//
//php:function var_export(value, return = false)
func exportOrReturn(v any, give bool) any {
	if give {
		return varExport(v)
	}
	echo(varExport(v))
	return nil
}

// varExport is var_export with true: returns PHP code of a value.
func varExport(v any) string {
	var out strings.Builder
	exportValue(&out, v, "")
	return out.String()
}

func exportValue(out *strings.Builder, v any, indent string) {
	switch v := v.(type) {
	case nil:
		out.WriteString("NULL")
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case int:
		out.WriteString(exportInt(v))
	case float64:
		text := formatFloat(v, -1, "E")
		if strings.Trim(text, "-0123456789") == "" {
			text += ".0"
		}
		out.WriteString(text)
	case string:
		out.WriteString(exportString(v))
	case *Array[any]:
		out.WriteString("array (\n")
		for k, v := range v.All() {
			key := toString(k)
			if s, ok := k.(string); ok {
				key = exportString(s)
			}
			exportMember(out, key, v, indent, "  ")
		}
		out.WriteString(indent + ")")
	default:
		exportObject(out, v, indent)
	}
}

func exportObject(out *strings.Builder, v any, indent string) {
	class, members, ok := membersOf(v)
	if !ok {
		throw("Error", "var_export of an object")
	}
	opening, ending := "(object) array(\n", ")"
	if class != "stdClass" {
		opening, ending = `\`+class+"::__set_state(array(\n", "))"
	}
	out.WriteString(opening)
	for _, m := range assigned(members) {
		exportMember(out, exportString(m.name), m.value, indent, "   ")
	}
	out.WriteString(indent + ending)
}

// exportInt returns an integer as code. PHP has no literal of the least one.
func exportInt(n int) string {
	text := strconv.Itoa(n)
	if n < 0 && n == -n {
		return strconv.Itoa(n+1) + "-1"
	}
	return text
}

func exportString(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s)
	return strings.ReplaceAll("'"+s+"'", "\x00", `' . "\0" . '`)
}

func exportMember(out *strings.Builder, key string, v any, indent, step string) {
	out.WriteString(indent + step + key + " => ")
	_, array := v.(*Array[any])
	if _, _, object := membersOf(v); array || object {
		out.WriteString("\n" + indent + "  ")
	}
	exportValue(out, v, indent+"  ")
	out.WriteString(",\n")
}
