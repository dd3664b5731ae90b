package golden

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// JSON returns a result of the library as PHP's json_encode does, with strings as [Octets].
func JSON(result any) string {
	if result, ok := result.(bool); ok {
		return strconv.FormatBool(result)
	}
	return Normal(phpvalue.Latin1(result))
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// Normal normalizes the strings of a JSON text. json.Marshal writes "<" as "\u003c" and
// json_encode does not; there is no other difference.
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
