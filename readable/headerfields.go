package readable

import "strings"

// headerField is a field of a header or of a report in that form, unfolded.
type headerField struct{ name, value string }

// headerFields are the fields of a header, in order.
type headerFields []headerField

// maxHeader limits how much of a header is read, in octets, and maxFields how many fields.
const (
	maxHeader = 1 << 20
	maxFields = 10_000
)

// splitHeader reads the fields of a header as [AllFields] does, and returns what follows its
// empty line.
func splitHeader(text string) (fields headerFields, rest string) {
	for text != "" {
		var field string
		if field, text = cutField(text); field == "" {
			break
		}
		name, value, ok := strings.Cut(field, ":")
		if name = strings.TrimRight(name, " \t"); ok && isFieldName(name) && len(fields) < maxFields {
			fields = append(fields, headerField{name, unfold(value)})
		}
	}
	return fields, text
}

// isFieldName reports whether a text is the name of a field (RFC 5322 section 2.2).
func isFieldName(name string) bool {
	return name != "" && len(name) <= 100 && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// get returns the value of the first field of a name, or "".
func (h headerFields) get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// has reports whether there is a field of a name.
func (h headerFields) has(name string) bool {
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// all returns the values of all fields of a name.
func (h headerFields) all(name string) []string {
	var values []string
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}
