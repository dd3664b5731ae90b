package conformance

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// odd is a server with three messages that answers oddly for the first.
type odd struct {
	name string
	// values replace the values of data items of the first message, by name.
	values map[string]string
	// response is the form of a FETCH response: the number replaces the first %d, and the items
	// %s.
	response string
	// answers are answers to other commands, as in a script.
	answers map[string]string
	calls   []call // nil for oddReadings
}

// oddReadings are the calls that an odd message may affect. Each is made on a connection of its
// own.
var oddReadings = []call{
	do("imap_fetch_overview", "1:*"), do("imap_fetch_overview", "1:*", ftUID), do("imap_headers"), do("imap_headerinfo", 1), do("imap_headerinfo", 2),
	do("imap_uid", 1), do("imap_msgno", 12), do("imap_mailboxmsginfo"), do("imap_sort", 0, false), do("imap_sort", 1, false), do("imap_sort", 6, false), do("imap_thread"),
	do("imap_fetchstructure", 1), do("imap_fetchstructure", 2), do("imap_bodystruct", 1, "1"), do("imap_bodystruct", 1, "2"),
	do("imap_body", 1), do("imap_fetchbody", 1, "1"), do("imap_fetchbody", 1, "1.1"), do("imap_fetchbody", 1, "2"), do("imap_fetchbody", 2, "1"), do("imap_fetchheader", 1), do("imap_fetchmime", 1, "1"),
}

func oddEnvelope(text string) map[string]string  { return map[string]string{"ENVELOPE": text} }
func oddStructure(text string) map[string]string { return map[string]string{"BODYSTRUCTURE": text} }
func oddFlags(text string) map[string]string     { return map[string]string{"FLAGS": text} }

const oddDate = `"Mon, 7 Oct 2024 10:00:00 +0000"`

var odds = []odd{
	{name: "nothing odd"},

	{name: "flag with a bracket", values: oddFlags(`(\Seen OIB-Seen-[Gmail]/Sent)`)},
	{name: "flag with quotes and braces", values: oddFlags(`(\Seen "x" a{3} b]c)`)},
	{name: "flags without blanks between", values: oddFlags(`(\Seen\Flagged \Deleted)`)},
	{name: "flags NIL", values: oddFlags(`NIL`)},
	{name: "flags empty", values: oddFlags(`()`)},
	{name: "flags with blanks", values: oddFlags(`( \Seen  \Flagged )`)},
	{name: "flags in lower case", values: oddFlags(`(\seen \FLAGGED)`)},
	{name: "flags within flags", values: oddFlags(`((\Seen) \Flagged)`)},

	{name: "addresses in a pair of parentheses less", values: oddEnvelope(`(` + oddDate + ` "s" (NIL ("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "nine fields", values: oddEnvelope(`(` + oddDate + ` "s" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL)`)},
	{name: "eight fields", values: oddEnvelope(`(` + oddDate + ` "s" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL)`)},
	{name: "two fields", values: oddEnvelope(`(` + oddDate + ` "s")`)},
	{name: "twelve fields", values: oddEnvelope(`(` + oddDate + ` "s" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>" NIL "more")`)},
	{name: "no address in a list", values: oddEnvelope(`(` + oddDate + ` "s" () () () () () () NIL "<1@x>")`)},
	{name: "quote within a quoted string", values: oddEnvelope(`(` + oddDate + ` "a "b" c" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "quote at the end of a quoted string", values: oddEnvelope(`(` + oddDate + ` "a"" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "string without end", values: oddEnvelope(`(` + oddDate + ` "a (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "envelope without end", values: oddEnvelope(`(` + oddDate + ` "s" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>"`)},
	{name: "envelope NIL", values: oddEnvelope(`NIL`)},
	{name: "envelope ()", values: oddEnvelope(`()`)},
	{name: "envelope of a string", values: oddEnvelope(`"hello"`)},
	{name: "envelope of 8-bit octets", values: oddEnvelope("(" + oddDate + " \"\xe9t\xe9\" ((\"\xe9\" NIL \"a\" \"b.example\")) NIL NIL NIL NIL NIL NIL \"<1@x>\")")},
	{name: "envelope with blanks", values: oddEnvelope(`( ` + oddDate + `  "s"  ( ("x" NIL "a" "b.example") )  NIL NIL NIL NIL NIL NIL  "<1@x>" )`)},
	{name: "envelope with atoms", values: oddEnvelope(`(` + oddDate + ` subject ((x NIL a b.example)) NIL NIL NIL NIL NIL NIL id)`)},
	{name: "addresses of three fields", values: oddEnvelope(`(` + oddDate + ` "s" (("x" "a" "b.example")) NIL NIL (("y" NIL "c" "d.example")) NIL NIL NIL "<1@x>")`)},
	{name: "addresses of five fields", values: oddEnvelope(`(` + oddDate + ` "s" (("x" NIL "a" "b.example" NIL)) NIL NIL (("y" NIL "c" "d.example")) NIL NIL NIL "<1@x>")`)},
	{name: "end of a group without a beginning", values: oddEnvelope(`(` + oddDate + ` "s" ((NIL NIL NIL NIL)("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "addresses in a string", values: oddEnvelope(`(` + oddDate + ` "s" "a@b.example" NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "an address without its list", values: oddEnvelope(`(` + oddDate + ` "s" ("x" NIL "a" "b.example") NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "escaped quotes", values: oddEnvelope(`(` + oddDate + ` "a \"b\" \\" (("x \"y\"" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "other escapes", values: oddEnvelope(`(` + oddDate + ` "a \b \n" (("x" NIL "a" "b.example")) NIL NIL NIL NIL NIL NIL "<1@x>")`)},
	{name: "literals", values: oddEnvelope("({31}\nMon, 7 Oct 2024 10:00:00 +0000  {1}\ns (({1}\nx NIL {1}\na {9}\nb.example)) NIL NIL NIL NIL NIL NIL {5}\n<1@x>)")},
	{name: "literal too long by a line", values: oddEnvelope("(NIL {3}\na\n (NIL) NIL NIL NIL NIL NIL NIL NIL)")},

	{name: "size of 9.3736e+06", values: oddStructure(`("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 9.3736e+06 1 NIL NIL NIL NIL)`)},
	{name: "size of 9.3736e+06 in a part", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1 NIL NIL NIL)("APPLICATION" "PDF" ("NAME" "x.pdf") NIL NIL "BASE64" 9.3736e+06 NIL ("attachment" ("filename" "x.pdf")) NIL) "MIXED" ("BOUNDARY" "x") NIL NIL)`)},
	{name: "negative size", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" -1 1)`)},
	{name: "huge size", values: oddStructure(`("APPLICATION" "PDF" NIL NIL NIL "7BIT" 99999999999999999999999)`)},
	{name: "size NIL", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" NIL NIL NIL NIL NIL)`)},
	{name: "size in quotes", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" "12" "1")`)},
	{name: "no lines", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12)`)},
	{name: "lines NIL", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 NIL NIL ("inline" NIL) NIL)`)},
	{name: "lines where there are none", values: oddStructure(`("IMAGE" "PNG" NIL NIL NIL "BASE64" 12 3 NIL ("inline" ("filename" "x.png")) NIL)`)},
	{name: `description """"`, values: oddStructure(`("TEXT" "PLAIN" NIL NIL """" "7BIT" 12 1)`)},
	{name: `description """" in a part`, values: oddStructure(`(("TEXT" "PLAIN" NIL NIL """" "7BIT" 9 1 NIL NIL NIL)("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1 NIL NIL NIL) "MIXED" ("BOUNDARY" "x") NIL NIL)`)},
	{name: "quotes in a file name", values: oddStructure(`("APPLICATION" "PDF" ("NAME" "a "b".pdf") NIL NIL "BASE64" 12 NIL ("attachment" ("filename" "a "b".pdf")) NIL)`)},
	{name: "part without a subtype", values: oddStructure(`("TEXT" NIL NIL NIL NIL "7BIT" 12 1)`)},
	{name: "application without a subtype", values: oddStructure(`("APPLICATION" NIL NIL NIL NIL "7BIT" 12)`)},
	{name: "unknown type without a subtype", values: oddStructure(`("X" NIL NIL NIL NIL "7BIT" 12)`)},
	{name: "part without a type", values: oddStructure(`(NIL NIL NIL NIL NIL NIL 12)`)},
	{name: "multipart without a subtype", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) NIL ("BOUNDARY" "x"))`)},
	{name: "multipart with nothing behind its parts", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1))`)},
	{name: "multipart with blanks between its parts", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) ("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1) "MIXED")`)},
	{name: "multipart with a blank before its parts", values: oddStructure(`( ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1) "MIXED")`)},
	{name: "disposition in a string", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 1 NIL "inline" NIL)`)},
	{name: "disposition without parameters", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 1 NIL ("inline") NIL)`)},
	{name: "disposition in a string, of a multipart", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) "MIXED" NIL "inline" NIL)`)},
	{name: "parameter without a value", values: oddStructure(`("TEXT" "PLAIN" ("CHARSET") NIL NIL "7BIT" 12 1)`)},
	{name: "parameters of NIL", values: oddStructure(`("TEXT" "PLAIN" (NIL NIL "a" NIL) NIL NIL "7BIT" 12 1)`)},
	{name: "parameters in a string", values: oddStructure(`("TEXT" "PLAIN" "charset" NIL NIL "7BIT" 12 1)`)},
	{name: "parameters in pairs", values: oddStructure(`("TEXT" "PLAIN" (("CHARSET" "utf-8")) NIL NIL "7BIT" 12 1)`)},
	{name: "languages", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 1 NIL NIL (en de) "loc" (1 "x" (NIL 2)) 7)`)},
	{name: "odd extensions", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7BIT" 12 1 NIL NIL NIL NIL atom)`)},
	{name: "message without an envelope", values: oddStructure(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 12 NIL NIL 3)`)},
	{name: "message without a body", values: oddStructure(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 12 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) NIL 3)`)},
	{name: "message like a text", values: oddStructure(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 12 4 NIL ("attachment" NIL) NIL)`)},
	{name: "message with an odd envelope", values: oddStructure(`("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 12 (NIL "s" (NIL ("x" NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) 3)`)},
	{name: "message of a multipart", values: oddStructure(`(("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 12 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1) "MIXED") 3)("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) "MIXED")`)},
	{name: "structure in parentheses", values: oddStructure(`((("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1) "MIXED"))`)},
	{name: "structure without end", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1) "MIXED"`)},
	{name: "structure without an end of a part", values: oddStructure(`(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 9 1 ("TEXT" "HTML" NIL NIL NIL "7BIT" 9 1) "MIXED")`)},
	{name: "structure NIL", values: oddStructure(`NIL`)},
	{name: "structure ()", values: oddStructure(`()`)},
	{name: "structure with ()", values: oddStructure(`(() "MIXED")`)},
	{name: "structure of a string", values: oddStructure(`"TEXT"`)},
	{name: "structure of atoms", values: oddStructure(`(TEXT PLAIN NIL NIL NIL 7BIT 9 1)`)},
	{name: "type with a slash", values: oddStructure(`("TEXT/PLAIN" NIL NIL NIL "7BIT" 9 1)`)},
	{name: "structure with 8-bit octets", values: oddStructure("(\"TEXT\" \"PLAIN\" (\"NAME\" \"\xe9\") NIL \"\xe9\" \"7BIT\" 9 1)")},
	{name: "structure with literals", values: oddStructure("(\"TEXT\" \"PLAIN\" (\"NAME\" {3}\na\"b) NIL {4}\n\"\"\"\" \"7BIT\" 9 1)")},
	{name: "encoding of an unknown kind", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL "7 bit" 9 1)`)},
	{name: "encoding NIL", values: oddStructure(`("TEXT" "PLAIN" NIL NIL NIL NIL 9 1)`)},

	{name: "date NIL", values: map[string]string{"INTERNALDATE": "NIL"}},
	{name: "date of nothing", values: map[string]string{"INTERNALDATE": `""`}},
	{name: "date that is none", values: map[string]string{"INTERNALDATE": `"yesterday"`}},
	{name: "date without a zone", values: map[string]string{"INTERNALDATE": `"17-Jul-2023 02:44:25"`}},
	{name: "date of RFC 5322", values: map[string]string{"INTERNALDATE": `"Mon, 17 Jul 2023 02:44:25 +0000"`}},
	{name: "message size NIL", values: map[string]string{"RFC822.SIZE": `NIL`}},
	{name: "message size of -1", values: map[string]string{"RFC822.SIZE": `-1`}},
	{name: "message size in quotes", values: map[string]string{"RFC822.SIZE": `"40"`}},
	{name: "message size of 1e3", values: map[string]string{"RFC822.SIZE": `1e3`}},
	{name: "UID NIL", values: map[string]string{"UID": `NIL`}},
	{name: "UID of 0", values: map[string]string{"UID": `0`}},

	{name: "items in parentheses", response: "* %d FETCH ((%s))"},
	{name: "items but the first in parentheses", response: "* %d FETCH (UID 12 (%s))"},
	{name: "items without parentheses", response: "* %d FETCH %s"},
	{name: "items with a blank first", response: "* %d FETCH ( %s )"},
	{name: "two blanks before the items", response: "* %d FETCH  (%s)"},
	{name: "items without end", response: "* %d FETCH (%s"},
	{name: "more behind the end", response: "* %d FETCH (%s) more"},
	{name: "unknown items", response: `* %d FETCH (X-NEW 1 MODSEQ (12) X-LIST ("a" (b)) %s X-END)`},
	{name: "STORE in place of FETCH", response: "* %d STORE (%s)"},
	{name: "lower case", response: "* %d fetch (%s)"},
	{name: "two blanks behind the asterisk", response: "*  %d FETCH (%s)"},
}

// oddly is the number of messages on an odd server.
const oddly = 3

// TestOdd compares the results for a message for which a server answers oddly.
func TestOdd(t *testing.T) {
	for _, o := range odds {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.imap = listen(t, script{answer: o.answer}.serve)
			php, ours := newOracle(t, p), newLibrary(t, p)
			calls := o.calls
			if calls == nil {
				calls = oddReadings
			}
			for _, c := range calls {
				both(t, php, ours, open(imapBox), fmt.Sprintf("imap/imap_open/odd %s: %v", o.name, c))
				both(t, php, ours, c, fmt.Sprintf("imap/%s/odd %s: %v", c.fn, o.name, c))
				both(t, php, ours, do("imap_close"), fmt.Sprintf("imap/imap_close/odd %s: %v", o.name, c))
			}
		})
	}
}

func (o odd) answer(name, arguments string) string {
	if answer, ok := o.answers[name]; ok {
		return answer
	}
	switch name {
	case "SELECT":
		return fmt.Sprintf("* %d EXISTS\n* 0 RECENT\n* FLAGS (\\Deleted \\Seen)\n* OK [UIDVALIDITY 1700000000] valid\n%%s OK [READ-WRITE] done", oddly)
	case "FETCH":
		return o.fetched(arguments) + "%s OK done"
	}
	return usual(name, arguments)
}

// oddValue returns the usual value of an item.
func oddValue(num int, item string) string {
	switch item {
	case "UID":
		return strconv.Itoa(10 + num)
	case "FLAGS":
		return `(\Seen)`
	case "INTERNALDATE":
		return fmt.Sprintf(`"1%d-Jul-2023 02:44:25 +0000"`, num)
	case "RFC822.SIZE":
		return "40"
	case "ENVELOPE":
		return fmt.Sprintf(`("Mon, 1%d Jul 2023 02:44:25 +0000" "subject %d" (("n" NIL "a" "b.example")) (("n" NIL "a" "b.example")) NIL (("t" NIL "c" "d.example")) NIL NIL NIL "<%d@b.example>")`, num, num, num)
	case "BODYSTRUCTURE":
		return `("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL)`
	}
	return ""
}

var (
	oddItems    = regexp.MustCompile(`UID|FLAGS|INTERNALDATE|RFC822\.SIZE|ENVELOPE|BODYSTRUCTURE|BODY(\.PEEK)?\[[^]]*\](<[0-9.]*>)?`)
	oddSections = regexp.MustCompile(`BODY(\.PEEK)?\[([^]]*)\](<([0-9]+)\.([0-9]+)>)?`)
)

// fetched returns the requested items of the messages of a set.
func (o odd) fetched(arguments string) string {
	set, items, _ := strings.Cut(arguments, " ")
	var b strings.Builder
	for num := 1; num <= oddly; num++ {
		if !inSet(set, num) {
			continue
		}
		var list []string
		for _, item := range oddItems.FindAllString(items, -1) {
			value, ok := "", false
			if num == 1 {
				value, ok = o.values[item]
			}
			if !ok {
				value = oddValue(num, item)
			}
			if section := oddSections.FindStringSubmatch(item); section != nil {
				item, value = sectionOf(section)
			}
			list = append(list, item+" "+value)
		}
		form := "* %d FETCH (%s)"
		if num == 1 && o.response != "" {
			form = o.response
		}
		fmt.Fprintf(&b, form+"\n", num, strings.Join(list, " "))
	}
	return b.String()
}

// inSet reports whether a set contains a message's number or UID.
func inSet(set string, num int) bool {
	for part := range strings.SplitSeq(set, ",") {
		first, last, isRange := strings.Cut(part, ":")
		low, _ := strconv.Atoi(first)
		high := low
		if isRange {
			high, _ = strconv.Atoi(strings.ReplaceAll(last, "*", "9999"))
		}
		if low <= num && num <= high || low <= num+10 && num+10 <= high {
			return true
		}
	}
	return false
}

// sectionOf returns the section that a command asks for, and its text.
func sectionOf(asked []string) (item, text string) {
	switch asked[2] {
	case "HEADER":
		text = "Subject: hello\r\n\r\n"
	case "TEXT", "1":
		text = "hello\r\n"
	case "":
		text = "Subject: hello\r\n\r\nhello\r\n"
	case "1.MIME", "MIME":
		text = "Content-Type: text/plain\r\n\r\n"
	default:
		text = "\r\n"
		if !strings.HasPrefix(asked[2], "HEADER.FIELDS") {
			text = "part " + asked[2] + "\r\n"
		}
	}
	origin := ""
	if asked[3] != "" {
		from, _ := strconv.Atoi(asked[4])
		size, _ := strconv.Atoi(asked[5])
		from = min(from, len(text))
		text = text[from:min(from+size, len(text))]
		origin = "<" + asked[4] + ">"
	}
	return "BODY[" + asked[2] + "]" + origin, fmt.Sprintf("{%d}\r\n%s", len(text), text)
}
