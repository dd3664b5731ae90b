package functions

import "strings"

// unevenQuotes excludes CSV whose last quotes do not end: PHP reads bytes behind the text then.
func unevenQuotes(a []any) bool {
	s, quote := a[0].(string), a[2].(string)
	return strings.Count(s, quote)%2 == 1 || strings.Contains(s, `\`) ||
		strings.Contains(s, quote) && (strings.ContainsAny(s, "\r\n") || strings.HasSuffix(s, quote) && !strings.HasPrefix(s, quote))
}

func init() {
	header := from("a", "word ", "Grüße", " ", "  ", "=", "?", "1", "€", "ein längerer Betreff ", "日本語", "plain text of a subject ", "x")
	rows = append(rows, []row{
		{php: "mb_encode_mimeheader", fn: mbEncodeMimeheader, args: []gen{header, oneOf("UTF-8", "ISO-8859-1", "ISO-8859-15", "ASCII", "Windows-1252"), oneOf("B", "Q", "b", "x"), oneOf("\n", "\r\n"), oneOf(0, 9, 40, 70)}},
		{php: "mb_strwidth", fn: mbStrwidth, args: []gen{unicodeText, oneOf("UTF-8")}},
		{php: "mb_strimwidth", fn: mbStrimwidth, args: []gen{unicodeText, oneOf(0, 1, 3), oneOf(0, 1, 4, 5, 10), oneOf("", "...", "…"), oneOf("UTF-8")}},
		{php: "mb_strstr", fn: mbStrstr, args: []gen{unicodeText, from("a", "é", "日"), oneOf(true, false)}},
		{php: "mb_strrchr", fn: mbStrrchr, args: []gen{unicodeText, from("a", "é", "日"), oneOf(true, false)}},
		{php: "intval", fn: intvalBase, args: []gen{either(from("0x", "1", "F", "-", " ", "z", "0", "b", "7", "9", "+"), small), oneOf(0, 2, 8, 10, 16, 36)}},
		{php: "return @base_convert($a[0], $a[1], $a[2]);", fn: baseConvert, args: []gen{from("1", "f", "0", "z", "7"), oneOf(2, 8, 10, 16, 36), oneOf(2, 8, 10, 16, 36, 1)}, skip: func(a []any) bool { return len(a[0].(string)) > 11 }},
		{php: "$r = str_replace($a[0], $a[1], $a[2], $n); return [$r, $n];", fn: func(a, b, c any) any { var n int; r := strReplaceAnyCount(a, b, c, &n); return listOf(r, any(n)) }, args: []gen{either(letters, list(letters)), letters, either(letters, array(letters))}},
		{php: "$r = str_ireplace($a[0], $a[1], $a[2], $n); return [$r, $n];", fn: func(a, b, c any) any { var n int; r := strIreplaceAnyCount(a, b, c, &n); return listOf(r, any(n)) }, args: []gen{either(letters, list(letters)), letters, either(letters, array(letters))}},
		{php: "$r = similar_text($a[0], $a[1], $n); return [$r, $n];", fn: func(a, b string) any { var n float64; r := similarTextPercent(a, b, &n); return listOf[any](r, n) }},
		{php: "soundex", fn: soundex, args: []gen{from("a", "B", "c", "H", "w", "Robert", "st", "é", "1", "ll")}},
		{php: "str_rot13", fn: strRot13},
		{php: "substr_count", fn: substrCountFrom, args: []gen{from("a", "b", "ab"), oneOf("a", "ab", ""), small}},
		{php: "ctype_cntrl", fn: ctypeCntrl},
		{php: "ctype_graph", fn: ctypeGraph},
		{php: "ctype_print", fn: ctypePrint},
		{php: "md5", fn: md5Binary, args: []gen{text, oneOf(true, false)}},
		{php: "sha1", fn: sha1Binary, args: []gen{text, oneOf(true, false)}},
		{php: "str_getcsv", fn: strGetcsv, args: []gen{from("a", "\"", ",", " ", "b c", "\"\"", "\\", "\n", "\r\n", "'", ";", "\t"), oneOf(",", ";", "\t"), oneOf("\"", "'"), oneOf("\\", "")}, skip: unevenQuotes},
		{php: "return count($a[0], 1);", fn: func(a *Array[any]) int { return countRecursive(a, 1) }, args: []gen{array(value)}},
		{php: "array_change_key_case", fn: arrayChangeKeyCase[any], args: []gen{array(value), oneOf(0, 1)}},
		{php: "array_replace_recursive", fn: arrayReplaceRecursive, args: []gen{array(value), array(value)}},
		{php: "array_intersect_assoc", fn: arrayIntersectAssoc[any], args: []gen{array(oneOf(1, "1", 2)), array(oneOf(1, "1", 2))}},
		{php: "return array_map(null, $a[0], $a[1]);", fn: func(a, b []any) any { return toAny(arrayZip(a, b)) }, args: []gen{list(small), list(letters)}},
		{php: "return array_map(fn($x, $y) => [$x, $y], $a[0], $a[1]);", fn: func(a, b []any) any {
			return toAny(arrayMapPairs(func(x, y any) []any { return []any{x, y} }, a, b))
		}, args: []gen{list(small), list(letters)}},
		{php: "return array_filter($a[0], fn($k) => is_string($k), ARRAY_FILTER_USE_KEY);", fn: func(a *Array[any]) any { return arrayFilterKeys(a, func(k any) bool { return isString(k) }) }},
	})
}
