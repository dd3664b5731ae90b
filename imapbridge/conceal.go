package imapbridge

import (
	"strings"

	"github.com/imapcompat/imapcompat/internal/sasl"
)

// conceal removes the login's secrets from the parts of a response that may be shown: its
// text, its response code, and the name of a tagged response that is no status response. It
// keeps the code of an OK or PREAUTH other than ALERT, because the code is parsed and never
// shown, and a password may equal a UIDVALIDITY. It also keeps untagged responses that are
// no status responses, because they are mail.
func conceal(secrets *sasl.Concealed, resp *response) {
	if resp.tag == "*" && !resp.isStatus() {
		return
	}
	said := string(resp.rest)
	code, text := "", said
	name, _ := resp.code()
	if end := strings.IndexByte(said, ']'); name != "" && name != "ALERT" && (resp.name == "OK" || resp.name == "PREAUTH") {
		code, text = said[:end+1], said[end+1:]
	}
	shown, known := code+secrets.Status(text), resp.name
	before := resp.tag + " "
	if known != "" {
		if !resp.isStatus() {
			resp.name = secrets.Text(known)
		}
		before += resp.name + " "
	}
	if shown != said || resp.name != known {
		resp.raw, resp.rest = []byte(before+shown+"\r\n"), []byte(shown)
	}
}
