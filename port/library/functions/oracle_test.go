package functions

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// cases is how many cases of each row are compared with PHP.
var cases = flag.Int("cases", 0, "cases of each comparison with PHP (0: 500, 100 with -short, 5000 with IMAPCOMPAT_CONFORMANCE=1)")

// An oracle is a PHP process.
type oracle struct {
	in  io.Writer
	out *bufio.Reader
}

const phpVersion = "8.2."

// startOracle starts PHP. The functions are those of one version of PHP, so that another one
// says nothing.
func startOracle(t *testing.T) *oracle {
	if strconv.IntSize < 64 {
		t.Skip("PHP's integers have 64 bits")
	}
	version, err := exec.Command("php", "-r", "echo extension_loaded('mbstring') ? PHP_VERSION : 'no mbstring';").Output()
	if err != nil || !strings.HasPrefix(string(version), phpVersion) {
		if os.Getenv("IMAPCOMPAT_CONFORMANCE") == "1" {
			t.Fatalf("needs PHP %s with mbstring: %q, %v", phpVersion, version, err)
		}
		t.Skipf("needs PHP %s with mbstring", phpVersion)
	}
	t.Setenv("TMPDIR", t.TempDir())
	cmd := exec.Command("php", "testdata/oracle.php")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	return &oracle{in: in, out: bufio.NewReaderSize(out, 1<<20)}
}

// ask returns PHP's answers to calls of one function.
func (o *oracle) ask(t *testing.T, code string, calls [][]any) []string {
	t.Helper()
	var batch strings.Builder
	fmt.Fprintf(&batch, "a:%d:{", len(calls))
	for i, args := range calls {
		fmt.Fprintf(&batch, "i:%d;%s", i, phpSerialize(listOf[any](code, anyList(args))))
	}
	batch.WriteString("}")
	if _, err := fmt.Fprintf(o.in, "%d\n%s", batch.Len(), batch.String()); err != nil {
		t.Fatal(err)
	}
	text := o.read(t)
	answers := make([]string, len(calls))
	for i := range answers {
		length, rest, _ := strings.Cut(text, ":")
		n, err := strconv.Atoi(length)
		if err != nil || n > len(rest) {
			t.Fatalf("%s: PHP answers %.200q", code, text)
		}
		answers[i], text = rest[:n], rest[n:]
	}
	return answers
}

func (o *oracle) read(t *testing.T) string {
	t.Helper()
	line, err := o.out.ReadString('\n')
	if err != nil {
		t.Fatalf("PHP: %v %q", err, line)
	}
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		rest, _ := io.ReadAll(o.out)
		t.Fatalf("PHP: %s%s", line, rest)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(o.out, text); err != nil {
		t.Fatalf("PHP: %v", err)
	}
	return string(text)
}

// A row compares a function with PHP's.
type row struct {
	php  string // PHP's function, or PHP code with the arguments in $a
	fn   any    // Go's
	args []gen  // nil: by the types of the parameters

	// skip reports the cases that the comment of the function excludes.
	skip func(args []any) bool

	// sign compares the sign of a number only. Its size is what memcmp of the C library
	// returns, which depends on the processor.
	sign bool
}

// A gen makes an argument.
type gen func(r *rand.Rand) any

// rows are the functions by the books of PHP's manual. Each file of tests adds its own.
var rows [][]row

// TestPHP compares all functions with PHP.
func TestPHP(t *testing.T) {
	o := startOracle(t)
	quiet(t)
	n := *cases
	if n == 0 {
		n = 100
		if testing.Short() {
			n = 40
		}
		if os.Getenv("IMAPCOMPAT_CONFORMANCE") == "1" {
			n = 3500
		}
	}
	compared := 0
	for _, book := range rows {
		for _, row := range book {
			compared += row.compare(t, o, n)
		}
	}
	t.Logf("%d cases were compared with PHP", compared)
}

// signOf returns -1, 0 or 1 for a serialized number, and another text as it is.
func signOf(serialized string) string {
	number, isInt := strings.CutPrefix(serialized, "i:")
	n, err := strconv.Atoi(strings.TrimSuffix(number, ";"))
	if !isInt || err != nil {
		return serialized
	}
	return fmt.Sprintf("i:%d;", threeWay(n, 0))
}

// quiet discards warnings for the time of a test.
func quiet(t *testing.T) {
	stderr := os.Stderr
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	os.Stderr = null
	t.Cleanup(func() {
		os.Stderr = stderr
		null.Close()
	})
}

func (row row) compare(t *testing.T, o *oracle, n int) int {
	r := rand.New(rand.NewPCG(uint64(len(row.php)), 7))
	fn := reflect.ValueOf(row.fn)
	compared, different := 0, 0
	for compared < n && different < 5 {
		var calls [][]any
		for tries := 0; len(calls) < min(n-compared, 500) && tries < 5000; tries++ {
			if args := row.arguments(r, fn.Type()); row.skip == nil || !row.skip(args) {
				calls = append(calls, args)
			}
		}
		if len(calls) == 0 {
			t.Errorf("%s: no cases", row.php)
			return compared
		}
		for i, want := range o.ask(t, row.php, calls) {
			got := call(fn, calls[i])
			if row.sign {
				got, want = signOf(got), signOf(want)
			}
			if got != want && different < 5 {
				different++
				t.Errorf("%s%s:\n  %q\n  PHP: %q", row.php, describe(calls[i]), got, want)
			}
		}
		compared += len(calls)
	}
	return compared
}

func describe(args []any) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = strconv.Quote(phpSerialize(a))
		if s, ok := a.(string); ok {
			texts[i] = strconv.Quote(s)
		}
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

func (row row) arguments(r *rand.Rand, fn reflect.Type) []any {
	var args []any
	for i := range fn.NumIn() {
		switch {
		case i < len(row.args):
			args = append(args, row.args[i](r))
		case fn.IsVariadic() && i == fn.NumIn()-1:
			for range r.IntN(4) {
				args = append(args, byType(fn.In(i).Elem())(r))
			}
		default:
			args = append(args, byType(fn.In(i))(r))
		}
	}
	for i := fn.NumIn(); i < len(row.args); i++ { // of the variadic parameter
		args = append(args, row.args[i](r))
	}
	return args
}

// call calls a function with PHP's arguments and serializes the results as oracle.php does.
func call(fn reflect.Value, args []any) (answer string) {
	defer func() {
		if v := recover(); v != nil {
			e, ok := v.(*Exception)
			if !ok {
				answer = fmt.Sprintf("panic: %v", v)
				return
			}
			answer = "throw " + e.Error()
		}
	}()
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		in[i] = toGo(arg, paramType(fn.Type(), i))
	}
	out := fn.Call(in)
	result := phpResult(out)
	byReference := newArray[any]()
	for _, v := range in {
		if v.Kind() == reflect.Pointer && (v.Elem().Kind() == reflect.Pointer || v.Elem().Kind() == reflect.Slice || v.Elem().Kind() == reflect.Interface) {
			byReference.Append(fromGo(v.Elem()))
		}
	}
	if byReference.Len() == 0 {
		return phpSerialize(result)
	}
	for i, v := range byReference.All() {
		byReference.Set(i, v)
	}
	return phpSerialize(listOf(result, any(byReference)))
}

func paramType(fn reflect.Type, i int) reflect.Type {
	if fn.IsVariadic() && i >= fn.NumIn()-1 {
		return fn.In(fn.NumIn() - 1).Elem()
	}
	return fn.In(i)
}

// phpResult returns what PHP returns in the place of a function's results.
func phpResult(out []reflect.Value) any {
	switch {
	case len(out) == 0:
		return nil
	case len(out) == 2 && (out[1].Kind() == reflect.Bool && !out[1].Bool() || out[1].Kind() == reflect.Interface && !out[1].IsNil()) && !isNothing(out[0]):
		return fmt.Sprintf("absent, but a port that takes the first result only gets %v", out[0])
	case len(out) == 2 && out[1].Kind() == reflect.Bool && !out[1].Bool():
		return false
	case len(out) == 2 && out[1].Kind() == reflect.Interface && !out[1].IsNil():
		return false
	case out[0].Type() == reflect.TypeFor[error]():
		return out[0].IsNil()
	}
	return fromGo(out[0])
}

// toGo returns a PHP value as a Go type.
// isNothing reports whether a result is what a port takes for PHP's false or null: a zero value or an empty array.
func isNothing(v reflect.Value) bool {
	if v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	if length := v.MethodByName("Len"); length.IsValid() {
		return length.Call(nil)[0].Int() == 0
	}
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

func toGo(v any, typ reflect.Type) reflect.Value {
	switch {
	case v == nil:
		return reflect.Zero(typ)
	case typ.Kind() == reflect.Interface, reflect.TypeOf(v) == typ:
		return reflect.ValueOf(v)
	case typ.Kind() == reflect.Slice:
		list := reflect.MakeSlice(typ, 0, 0)
		for _, e := range v.(*Array[any]).All() {
			list = reflect.Append(list, toGo(e, typ.Elem()))
		}
		return list
	case typ.Kind() == reflect.Pointer && strings.HasPrefix(typ.Elem().Name(), "Array["):
		a := reflect.New(typ.Elem())
		set := a.MethodByName("Set")
		for k, e := range v.(*Array[any]).All() {
			set.Call([]reflect.Value{reflect.ValueOf(k), toGo(e, set.Type().In(1))})
		}
		return a
	case typ.Kind() == reflect.Pointer:
		p := reflect.New(typ.Elem())
		p.Elem().Set(toGo(v, typ.Elem()))
		return p
	}
	return reflect.ValueOf(v).Convert(typ)
}

// fromGo returns a Go value as PHP's functions would: slices and arrays are *Array[any].
func fromGo(v reflect.Value) any {
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice:
		a := newArray[any]()
		for i := range v.Len() {
			a.Append(fromGo(v.Index(i)))
		}
		return a
	case reflect.Pointer:
		keys := v.MethodByName("Keys")
		if v.IsNil() || !keys.IsValid() {
			return v.Interface()
		}
		a := newArray[any]()
		for _, k := range keys.Call(nil)[0].Interface().([]any) {
			a.Set(k, fromGo(v.MethodByName("Get").Call([]reflect.Value{reflect.ValueOf(k)})[0]))
		}
		return a
	}
	return v.Interface()
}
