package functions

import (
	"context"
	"strings"
)

// phpMail is mail. The headers are a text, or an array of names and values. The parameters are
// further arguments of the sendmail program.
//
//php:function mail(to, subject, message, additional_headers = "", additional_params = "")
func phpMail(to, subject, message string, headers any, params string) bool {
	program := sendmailProgram()
	program.Args = append([]string{"-t", "-i"}, strings.Fields(params)...)
	text := "To: " + mailField(to) + "\r\nSubject: " + mailField(subject) + "\r\n"
	fields := mailHeaders(headers)
	if malformedHeaders(fields) {
		warnText("mail(): Multiple or malformed newlines found in additional_header")
		return false
	}
	if fields != "" {
		text += fields + "\r\n"
	}
	if err := program.Send(context.Background(), []byte(text+"\r\n"+message+"\r\n")); err != nil {
		warn(err)
		return false
	}
	return true
}

const mailBlanks = " \t\n\r\x00\v"

func mailHeaders(headers any) string {
	fields, ok := headers.(*Array[any])
	if !ok {
		return strings.TrimRight(toString(headers), mailBlanks)
	}
	var lines []string
	for name, value := range fields.All() {
		values, ok := value.(*Array[any])
		if !ok {
			values = listOf(value)
		}
		for _, v := range values.All() {
			lines = append(lines, toString(name)+": "+toString(v))
		}
	}
	return strings.Join(lines, "\r\n")
}

// malformedHeaders reports whether header fields begin with what no name begins with, or contain
// an empty line.
func malformedHeaders(s string) bool {
	if s != "" && (s[0] <= ' ' || s[0] > '~' || s[0] == ':') {
		return true
	}
	for _, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")[1:] {
		if line == "" || line[0] == '\r' {
			return true
		}
	}
	return strings.Contains(s, "\r\r")
}

// mailField returns a field without blanks at its end, and with blanks in place of controls,
// except where a line break folds the field.
func mailField(s string) string {
	b := []byte(strings.TrimRight(s, mailBlanks+"\f"))
	for i := 0; i < len(b); i++ {
		if i+2 < len(b) && b[i] == '\r' && b[i+1] == '\n' && (b[i+2] == ' ' || b[i+2] == '\t') {
			for i += 2; i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == '\t'); i++ {
			}
			continue
		}
		if b[i] < ' ' || b[i] == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}
