package functions

import "math/rand/v2"

func init() {
	rows = append(rows, []row{
		{php: "strval", fn: toString, args: []gen{scalar}},
		{php: "strval", fn: toString, args: []gen{func(r *rand.Rand) any { return float64(r.Int64N(1e16)) / []float64{1, 10, 100}[r.IntN(3)] }}},
		{php: "return (int) $a[0];", fn: toInt},
		{php: "return (float) $a[0];", fn: toFloat},
		{php: "return (bool) $a[0];", fn: toBool},
		{php: "return (array) $a[0];", fn: toArray},
		{php: "intval", fn: intval, args: []gen{either(numeric, text)}},
		{php: "floatval", fn: floatval, args: []gen{either(numeric, text)}},
		{php: "return [[$a[0] => 1], array_key_first([$a[0] => 1])];", fn: func(k any) []any {
			a := mapOf(pair[any]{k, 1})
			if k == nil {
				a = newArray[any]()
				a.Set(nil, 1)
			}
			return []any{a, a.Keys()[0]}
		}, args: []gen{scalar}},
		{php: "return $a[0] + $a[1];", fn: add, args: []gen{either(value, numeric), either(value, numeric)}},
		{php: "return $a[0] - $a[1];", fn: sub, args: []gen{either(scalar, numeric), either(value, numeric)}},
		{php: "return $a[0] * $a[1];", fn: mul, args: []gen{either(scalar, numeric), either(value, numeric)}},
		{php: "return $a[0] / $a[1];", fn: div, args: []gen{either(scalar, numeric), either(value, numeric)}},
		{php: "return $a[0] % $a[1];", fn: mod, args: []gen{either(scalar, numeric), either(value, numeric)}},
		{php: "return $a[0] ** $a[1];", fn: pow, args: []gen{either(scalar, numeric, small), either(value, numeric, small)}, skip: isFloatPower},
		{php: "return $a[0] == $a[1];", fn: looseEqual, args: []gen{either(value, numeric), either(value, numeric)}},
		{php: "return $a[0] === $a[1];", fn: strictEqual, args: []gen{either(value, word), either(value, word)}},
		{php: "return $a[0] <=> $a[1];", fn: compare, args: []gen{either(value, numeric), either(value, numeric)}},
		{php: "return $a[0] < $a[1];", fn: func(a, b any) bool { return compare(a, b) < 0 }, args: []gen{either(value, numeric), either(value, numeric)}},
		{php: "return $a[0] > $a[1];", fn: func(a, b any) bool { return compare(b, a) < 0 }, args: []gen{either(value, numeric), either(value, numeric)}},
		{php: "return @$a[0][$a[1]];", fn: index, args: []gen{value, either(small, word)}, skip: func(a []any) bool { return isString(a[0]) && isString(a[1]) }},
		{php: "serialize", fn: phpSerialize},
	})
}

func isFloatPower(a []any) bool {
	defer func() { recover() }()
	_, ok := pow(a[0], a[1]).(float64)
	return ok
}
