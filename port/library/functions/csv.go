package functions

import "strings"

// A csvReader splits a line of CSV into its fields.
type csvReader struct {
	line      string
	at        int
	separator byte
	enclosure byte
	escape    string
	more      func() string // the next line, for a field whose quotes do not end
}

// fgetcsv is fgetcsv: the fields of a line, whose quotes may have line ends in them. An empty line is an
// array of null. The length that PHP reads at once makes no difference.
//
//php:function fgetcsv(stream, length = 0, separator = ",", enclosure = "\"", escape = "\\")
func fgetcsv(f *file, length int, separator, enclosure, escape string) (*Array[any], bool) {
	r := newCSVReader("fgetcsv", separator, enclosure, escape)
	line, ok := fgets(f)
	if !ok {
		return nil, false
	}
	r.line = line
	r.more = func() string {
		line, _ := fgets(f)
		return line
	}
	return r.fields(), true
}

// strGetcsv is str_getcsv. Of a string with quotes that are not closed, where PHP reads behind its end, and
// of one with quotes and line ends, the result may be another one.
//
//php:function str_getcsv(string, separator = ",", enclosure = "\"", escape = "\\")
func strGetcsv(s, separator, enclosure, escape string) *Array[any] {
	r := newCSVReader("str_getcsv", separator, enclosure, escape)
	r.line = s
	r.more = func() string { return "" }
	return r.fields()
}

func newCSVReader(function, separator, enclosure, escape string) *csvReader {
	for _, arg := range []struct{ name, value string }{{"separator", separator}, {"enclosure", enclosure}} {
		if len(arg.value) != 1 {
			throw("ValueError", function+"(): Argument ($"+arg.name+") must be a single character")
		}
	}
	return &csvReader{separator: separator[0], enclosure: enclosure[0], escape: escape}
}

// fields returns the fields of the line.
func (r *csvReader) fields() *Array[any] {
	out := newArray[any]()
	if r.end() == 0 {
		out.Append(nil)
		return out
	}
	for {
		out.Append(r.field())
		if r.at >= r.end() || r.line[r.at] != r.separator {
			return out
		}
		r.at++
	}
}

// end returns where the line ends, without its line end.
func (r *csvReader) end() int {
	end := len(r.line)
	if end > r.at && r.line[end-1] == '\n' {
		end--
	}
	if end > r.at && r.line[end-1] == '\r' {
		end--
	}
	return end
}

func (r *csvReader) field() string {
	start := r.at
	for r.at < r.end() && r.line[r.at] != r.separator && strings.IndexByte(whiteSpace, r.line[r.at]) >= 0 {
		r.at++
	}
	if r.at < r.end() && r.line[r.at] == r.enclosure {
		r.at++
		return r.quoted() + r.plain()
	}
	r.at = start
	return r.plain()
}

// plain returns what comes before the separator.
func (r *csvReader) plain() string {
	rest := r.line[r.at:r.end()]
	if i := strings.IndexByte(rest, r.separator); i >= 0 {
		rest = rest[:i]
	}
	r.at += len(rest)
	rest = strings.TrimSuffix(rest, "\n") // the end of a line is none of a field either
	return strings.TrimSuffix(rest, "\r")
}

// quoted returns what is in quotes. Two of them are one, and one after the escape is kept with it.
func (r *csvReader) quoted() string {
	var out strings.Builder
	for {
		if r.at >= len(r.line) {
			next := r.more()
			if next == "" {
				return out.String()
			}
			r.line += next
		}
		c := r.line[r.at]
		doubled := c == r.enclosure && strings.HasPrefix(r.line[r.at+1:], string([]byte{c}))
		switch {
		case c != r.enclosure && r.escape != "" && c == r.escape[0] && r.at+1 < len(r.line):
			out.WriteString(r.line[r.at : r.at+2])
			r.at += 2
		case doubled:
			out.WriteByte(c)
			r.at += 2
		case c == r.enclosure:
			r.at++
			return out.String()
		default:
			out.WriteByte(c)
			r.at++
		}
	}
}
