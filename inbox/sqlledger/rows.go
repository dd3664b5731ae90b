package sqlledger

import "strconv"

// table is the rows of a statement's argument: a JSON array of arrays. One argument for all
// rows keeps the text of a statement the same, so that it is prepared once.
type table struct {
	json []byte
	rows int
}

// add appends a row of int, int64, bool and string values.
func (t *table) add(values ...any) {
	t.open()
	for i, value := range values {
		if i > 0 {
			t.json = append(t.json, ',')
		}
		switch v := value.(type) {
		case int:
			t.json = strconv.AppendInt(t.json, int64(v), 10)
		case int64:
			t.json = strconv.AppendInt(t.json, v, 10)
		case bool:
			t.json = append(t.json, '0')
			if v {
				t.json[len(t.json)-1] = '1'
			}
		case string:
			t.json = appendString(t.json, v)
		default:
			panic("sqlledger: a value of another type")
		}
	}
	t.json = append(t.json, ']')
}

func (t *table) open() {
	if t.rows++; t.rows == 1 {
		t.json = append(t.json, '[', '[')
		return
	}
	t.json = append(t.json, ',', '[')
}

// arg returns the argument.
func (t *table) arg() string {
	if t.rows == 0 {
		return "[]"
	}
	return string(append(t.json, ']'))
}

// idTable returns numbers as an argument: a JSON array.
func idTable(ids []int64) string {
	json := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			json = append(json, ',')
		}
		json = strconv.AppendInt(json, id, 10)
	}
	return string(append(json, ']'))
}

// appendString appends a JSON string. The text is valid UTF-8: encode and plain see to it.
func appendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
