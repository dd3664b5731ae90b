package functions

func init() {
	flags := []gen{oneOf(0, 0, 1, 2, 4, 8, 15, 16, 32, 64, 128, 128+64+256, 256, 256+2048, 1024, 1<<20, 1<<21, 128+16, 512, 512+32, 512+1<<22)}
	rows = append(rows, []row{
		{php: "return [json_encode($a[0], $a[1]), json_last_error(), json_last_error_msg()];", fn: func(v any, flags int) []any {
			r := orFail(jsonEncode(v, flags, 512))
			return []any{r, jsonLastError(), jsonLastErrorMsg()}
		}, args: append([]gen{either(value, text, array(value), list(value))}, flags...)},
		{php: "json_encode", fn: jsonEncode, args: []gen{array(value), oneOf(0, 512), oneOf(1, 2)}},
		{php: "$v = json_decode($a[0], true, $a[1], $a[2]); return [$v, json_last_error() > 0];", fn: func(s string, depth, flags int) []any {
			return []any{jsonDecode(s, true, depth, flags), jsonLastError() > 0}
		}, args: []gen{either(jsonText, text, numeric), oneOf(512, 1, 2), oneOf(0, 0, 2, 1<<20, 1<<21)}},
		{php: "return print_r(json_decode($a[0]), true);", fn: func(s string) string { return printR(jsonDecode(s, false, 512, 0)) }, args: []gen{jsonText}},
	})
}

var jsonText = from(`{`, `}`, `[`, `]`, `"a"`, `"b":1`, `"c":{"d":null}`, `{"x":[1,2.5e3,true]}`, `,`, `:`, `-0`, `1e5`, `12345678901234567890`, `"\u00e9\ud83d\ude00"`, `"\ud83d"`, ` `, "\n", `"é"`, "\"\xff\"",
	"\"\x01\"", `TRUE`, `null`, `{"":0,"0":1}`, `[[]]`, `{"a":[{"b":"\/\n"}]}`, `"\u0000a":1`)
