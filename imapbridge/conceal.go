package imapbridge

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/sasl"
)

// conceal takes the secrets of the login out of what may be shown of a response: its text,
// and its response code. The code of an OK is not shown, other than ALERT, and has to be
// understood: a password may well be what UIDVALIDITY is. What is no status response is
// mail, or a challenge.
func conceal(secrets *sasl.Concealed, resp *response) {
	if !resp.isStatus() || resp.tag == "+" {
		return
	}
	said := string(resp.rest)
	code, text := "", said
	name, _ := resp.code()
	if end := strings.IndexByte(said, ']'); name != "" && name != "ALERT" && (resp.name == "OK" || resp.name == "PREAUTH") {
		code, text = said[:end+1], said[end+1:]
	}
	if shown := code + secrets.Text(text); shown != said {
		resp.raw = []byte(resp.tag + " " + resp.name + " " + shown + "\r\n")
		resp.rest = []byte(shown)
	}
}
