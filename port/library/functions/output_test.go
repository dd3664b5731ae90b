package functions

import (
	"math/rand/v2"
)

// captured returns what f writes.
func captured(f func()) string {
	obStart()
	f()
	text, _ := obGetClean()
	return text
}

func init() {
	formats := either(from("%s", "%d", "%05d", "%-8s|", "%08.3f", "%'*10s", "%+d", "%x", "%X", "%o", "%b", "%c", "%e", "%.2e", "%g", "%G", "%u", "%%", "a", "%2$s", "%1$d", "%5.1f", "%-10.4f", "%.3s", "%+.1f", "%-05d", "%+05d"),
		from("%", "s", "d", "1", "$", ".", "-", "0", "'", "x", "+", " ", "l", "z"))
	rows = append(rows, []row{
		{php: "sprintf", fn: sprintf, args: []gen{formats, scalar, either(float, small), scalar}, skip: has("-INF")},
		{php: "sprintf", fn: sprintf, args: []gen{formats}},
		{php: "sprintf", fn: sprintf, args: []gen{oneOf("%f", "%.2f", "%.0f", "%5.1f", "%e", "%.3E", "%g", "%.10g", "%G", "%+f", "%010.3f", "%.53f", "%.3g"), either(float, func(r *rand.Rand) any { return float64(r.Int64N(1e15)) })}, skip: has("-INF")},
		{php: "vsprintf", fn: vsprintf, args: []gen{oneOf("%s-%d", "%2$s %1$05.1f", "%s"), array(scalar)}, skip: func(a []any) bool { return a[1].(*Array[any]).Len() < 2 || has("-INF")(a) }},
		{php: "ob_start(); $r = [print_r($a[0], $a[1]), var_export($a[0], $a[1])]; return [$r, ob_get_clean()];", fn: func(v any, give bool) []any {
			var r []any
			text := captured(func() { r = []any{printOrReturn(v, give), exportOrReturn(v, give)} })
			return []any{r, text}
		}},
		{php: "ob_start(); $n = printf(...$a); return [$n, ob_get_clean()];", fn: func(f string, v any) []any {
			n := 0
			text := captured(func() { n = printf(f, v) })
			return []any{n, text}
		}, args: []gen{oneOf("%s", "%5d", "%'x-9s"), scalar}},
		{php: "$f = fopen('php://memory', 'w+'); ob_start(); $r = [vprintf('%s-%s', [$a[0], $a[1]]), fprintf($f, '%5s', $a[0])]; rewind($f); return [$r, ob_get_clean(), stream_get_contents($f)];", fn: func(a, b any) []any {
			f, _ := fopen("php://memory", "w+")
			defer f.Close()
			var r []any
			text := captured(func() { r = []any{vprintf("%s-%s", listOf(a, b)), orFalse(fprintf(f, "%5s", a))} })
			rewind(f)
			return []any{r, text, orFail(streamGetContents(f))}
		}, args: []gen{scalar, scalar}},
		{php: "return print_r($a[0], true);", fn: printR},
		{php: "return print_r($a[0], true);", fn: printR, args: []gen{array(array(scalar))}},
		{php: "return print_r((object) $a[0], true);", fn: func(v any) string { return printR(toObject(v)) }, args: []gen{array(value)}},
		{php: "return var_export($a[0], true);", fn: varExport, args: []gen{either(value, array(value))}},
		{php: "return var_export((object) $a[0], true);", fn: func(v any) string { return varExport(toObject(v)) }, args: []gen{array(value)}, skip: func(a []any) bool { return hasIntKey(a[0]) }},
		{php: "ob_start(); var_dump($a[0]); return ob_get_clean();", fn: func(v any) string { return captured(func() { varDump(v) }) }, args: []gen{either(value, array(value))}},
		{php: "ob_start(); var_dump((object) $a[0]); return preg_replace('/#\\d+ /', '#1 ', ob_get_clean());", fn: func(v any) string { return captured(func() { varDump(toObject(v)) }) },
			args: []gen{array(oneOf(1, 2.5, true, nil, "x"))}},
		{php: "ob_start(); echo 'a'; ob_start(); echo $a[0]; $r = [ob_get_contents(), ob_get_flush()]; ob_start(); echo 'b'; $r[] = ob_end_clean(); ob_start(); echo 'c'; ob_end_flush(); $r[] = ob_get_clean(); return $r;",
			fn: func(s string) []any {
				obStart()
				echo("a")
				obStart()
				echo(s)
				r := []any{orFail(obGetContents()), orFail(obGetFlush())}
				obStart()
				echo("b")
				r = append(r, obEndClean())
				obStart()
				echo("c")
				obEndFlush()
				return append(r, orFail(obGetClean()))
			}},
		{php: "number_format", fn: numberFormat, args: []gen{either(float, centsAndHalves), small, oneOf(".", ",", ""), oneOf(",", ".", "", "&nbsp;")}},
		{php: "round", fn: round, args: []gen{either(float, centsAndHalves), small}},
		{php: "fmod", fn: fmod},
		{php: "intdiv", fn: intdiv},
		{php: "abs", fn: absOf, args: []gen{either(integer, float)}},
		{php: "dechex", fn: dechex},
		{php: "decbin", fn: decbin},
		{php: "decoct", fn: decoct},
		{php: "hexdec", fn: hexdec, args: []gen{either(from("0", "f", "A", "x", "1", "g"), text)}},
		{php: "bindec", fn: bindec, args: []gen{either(from("0", "1", "b", "2"), text)}},
		{php: "octdec", fn: octdec, args: []gen{either(from("0", "7", "o", "8"), text)}},
	})
}

// centsAndHalves makes numbers that are hard to round.
func centsAndHalves(r *rand.Rand) any {
	return float64(r.IntN(2000000)-1000000)/1000 + []float64{0, 0.0005, 0.5, 1e-15, 0.00049999}[r.IntN(5)]
}

func hasIntKey(v any) bool {
	for k := range v.(*Array[any]).All() {
		if _, ok := k.(int); ok {
			return true
		}
	}
	return false
}
