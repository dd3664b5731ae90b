package golden

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// JSON is a result of the library as PHP's json_encode has it, with a string as
// [Octets].
func JSON(result any) string {
	if result, ok := result.(bool); ok {
		return strconv.FormatBool(result)
	}
	return Normal(phpvalue.Latin1(result))
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// Normal writes the strings of a JSON text in one way. json.Marshal writes "<"
// as "\u003c" and json_encode does not, and that is all that may differ.
func Normal(text []byte) string {
	return string(jsonString.ReplaceAllFunc(text, func(literal []byte) []byte {
		if !bytes.Contains(literal, []byte(`\`)) && isASCII(literal) {
			return literal
		}
		var s string
		if err := json.Unmarshal(literal, &s); err != nil {
			return literal
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.Encode(s)
		return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	}))
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f {
			return false
		}
	}
	return true
}
