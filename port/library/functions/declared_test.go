package functions

func init() {
	var list []row
	for _, typ := range []string{"int", "float", "string", "bool", "array", "?int", "?string", "?array", "string|false", "?bool", "?float"} {
		check := func(php string, fn func(v any, typ, message string) any) {
			message := "{closure}(): Argument #1 ($v) must be of type " + typ + ", %s given"
			list = append(list, row{
				php:  php + " try { return $f($a[0]); } catch (TypeError $e) { throw new TypeError(strstr($e->getMessage() . ', called', ', called', true)); }",
				fn:   func(v any) any { return fn(v, typ, message) },
				args: []gen{value},
			})
		}
		check("$f = fn("+typ+" $v) => $v;", declared)
		check("$f = eval('declare(strict_types=1); return function (array $a) { return (fn("+typ+" $v) => $v)($a[0]); };'); $f = fn($v) => $f([$v]);", declaredStrictly)
	}
	rows = append(rows, list)
}
