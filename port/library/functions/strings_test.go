package functions

import "strings"

func init() {
	rows = append(rows, []row{
		{php: "str_pad", fn: strPad, args: []gen{text, small, text, oneOf(0, 1, 2, 3)}},
		{php: "substr", fn: substr},
		{php: "substr", fn: substrLength, args: []gen{text, either(small, integer), either(small, integer)}},
		{php: "strpos", fn: strpos, args: []gen{letters, letters, small}},
		{php: "stripos", fn: stripos, args: []gen{letters, letters, small}},
		{php: "strrpos", fn: strrpos, args: []gen{letters, letters, small}},
		{php: "strripos", fn: strripos, args: []gen{letters, letters, small}},
		{php: "strstr", fn: strstr, args: []gen{letters, letters}},
		{php: "stristr", fn: stristr, args: []gen{letters, letters}},
		{php: "strrchr", fn: strrchr, args: []gen{letters, letters}},
		{php: "strrchr", fn: strrchr},
		{php: "substr_count", fn: substrCount, args: []gen{letters, letters}},
		{php: "substr_replace", fn: substrReplace, args: []gen{text, text, small}},
		{php: "substr_replace", fn: substrReplaceLength, args: []gen{text, text, small, small}},
		{php: "substr_compare", fn: substrCompare, sign: true, args: []gen{letters, letters, small}},
		{php: "strtolower", fn: strtolower},
		{php: "strtoupper", fn: strtoupper},
		{php: "ucfirst", fn: ucfirst},
		{php: "lcfirst", fn: lcfirst},
		{php: "ucwords", fn: ucwords, args: []gen{text, text}},
		{php: "trim", fn: trim},
		{php: "ltrim", fn: ltrim},
		{php: "rtrim", fn: rtrim},
		{php: "trim", fn: trimChars, args: []gen{letters, either(letters, oneOf("a..z", "A..", "..", "\x00..\x1f"))}},
		{php: "ltrim", fn: ltrimChars, args: []gen{text, text}},
		{php: "rtrim", fn: rtrimChars, args: []gen{text, text}},
		{php: "explode", fn: explode, args: []gen{letters, letters}},
		{php: "explode", fn: explodeLimit, args: []gen{oneOf("a", ".", " ", "ab"), letters, small}},
		{php: "implode", fn: implode, args: []gen{text, list(scalar)}},
		{php: "str_replace", fn: strReplace, args: []gen{letters, letters, letters}},
		{php: "str_replace", fn: strReplaceList, args: []gen{list(letters), list(letters), letters}},
		{php: "str_replace", fn: strReplaceEach, args: []gen{list(letters), letters, letters}},
		{php: "str_replace", fn: strReplaceAny, args: []gen{either(letters, array(letters), scalar), either(letters, array(letters), scalar), either(letters, array(letters), value)}, skip: strayArray},
		{php: "str_ireplace", fn: strIreplace, args: []gen{letters, letters, letters}},
		{php: "str_ireplace", fn: strIreplaceAny, args: []gen{either(letters, array(letters)), either(letters, array(letters)), either(letters, array(letters))}, skip: strayArray},
		{php: "strtr", fn: strtr, args: []gen{letters, letters, letters}},
		{php: "strtr", fn: strtrPairs, args: []gen{either(letters, text), either(array(letters), letterPairs)}},
		{php: "str_repeat", fn: strRepeat, args: []gen{text, small}},
		{php: "strrev", fn: strrev},
		{php: "str_split", fn: strSplit, args: []gen{text, small}},
		{php: "chunk_split", fn: chunkSplit, args: []gen{text, small, text}},
		{php: "nl2br", fn: nl2br, args: []gen{from("a", "\r", "\n", "\r\n", " ")}},
		{php: "wordwrap", fn: wordwrap, args: []gen{from("a", " ", "word", "\n", "longerword", "b "), some, oneOf("\n", "\r\n", "a", "", "<br>", " "), oneOf(true, false)}},
		{php: "ord", fn: ord},
		{php: "chr", fn: chr},
		{php: "addslashes", fn: addslashes},
		{php: "stripslashes", fn: stripslashes, args: []gen{from("\\", "a", "0", "\\\\", "'")}},
		{php: "quotemeta", fn: quotemeta},
		{php: "strcasecmp", fn: strcasecmp, args: []gen{letters, letters}},
		{php: "strncmp", fn: strncmp, sign: true, args: []gen{letters, letters, small}},
		{php: "strncasecmp", fn: strncasecmp, args: []gen{letters, letters, small}},
		{php: "strspn", fn: strspn, args: []gen{letters, letters}},
		{php: "strcspn", fn: strcspn, args: []gen{letters, letters}},
		{php: "strpbrk", fn: strpbrk, args: []gen{letters, letters}},
		{php: "str_word_count", fn: strWordCount, args: []gen{either(from("a", "-", "'", " ", "\xe9", "Z"), text)}},
		{php: "similar_text", fn: similarText, args: []gen{letters, letters}},
		{php: "levenshtein", fn: levenshtein, args: []gen{letters, letters}},
		{php: "str_contains", fn: strings.Contains, args: []gen{letters, letters}},
		{php: "strcmp", fn: strcmp, sign: true},
	})
}

var letterPairs = func() gen {
	return oneOf(mapOf(pair[any]{"a", "b"}, pair[any]{"b", "a"}, pair[any]{"ab", "x"}, pair[any]{" ", ""}), mapOf(pair[any]{"", "x"}), newArray[any]())
}()

// strayArray excludes an array of replacements for one text, for which PHP throws another text.
func strayArray(a []any) bool {
	_, search := a[0].(*Array[any])
	_, replace := a[1].(*Array[any])
	return replace && !search
}
