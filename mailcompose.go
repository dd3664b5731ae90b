package imapcompat

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/rfc822"
	"github.com/imapcompat/imapcompat/internal/transfer"
)

// ComposeEnvelope is PHP's argument $envelope of imap_mail_compose. The comment of each
// field has PHP's key.
//
// A field that is "" is left out, as a key that is missing in PHP. [ComposeEmpty] is the
// value of a field that is there and empty.
type ComposeEnvelope struct {
	Remail        string   // remail: the header of a message that is sent on
	ReturnPath    string   // return_path: checked, and written nowhere
	Date          string   // date
	From          string   // from, a list of addresses
	ReplyTo       string   // reply_to, a list of addresses
	InReplyTo     string   // in_reply_to
	Subject       string   // subject
	To            string   // to, a list of addresses
	Cc            string   // cc, a list of addresses
	Bcc           string   // bcc: not written; alone it gives "To: undisclosed recipients: ;"
	MessageID     string   // message_id
	CustomHeaders []string // custom_headers: whole fields, the last of which is written first; an empty one ends the header
}

// ComposeBody is an element of PHP's argument $bodies of imap_mail_compose. The comment of
// each field has PHP's key. PHP's keys lines and bytes change nothing in the message and
// have no field.
//
// A text that is "" is left out, as a key that is missing in PHP. [ComposeEmpty] is the
// value of a text that is there and empty.
type ComposeBody struct {
	Type     BodyType     // type: one without a name is TYPETEXT
	Encoding BodyEncoding // encoding: one without a name is ENC7BIT
	// Charset is charset. TypeParameters, if there are any, replace it.
	Charset string
	// TypeParameters is type.parameters. The last one is written first. The one named
	// BOUNDARY, in upper case, is the delimiter of a multipart.
	TypeParameters  []Parameter
	Subtype         string      // subtype: by default that of the type
	ID              string      // id
	Description     string      // description
	DispositionType string      // disposition.type
	Disposition     []Parameter // disposition; the last one is written first
	ContentsData    string      // contents.data
	MD5             string      // md5
}

// ComposeEmpty is the value of a field of [ComposeEnvelope] or [ComposeBody] that is there
// and empty, as a key of PHP's whose value is "". It is a NUL, because [MailCompose] reads
// a text up to its first NUL, as PHP does.
const ComposeEmpty = "\x00"

// MailCompose returns a message, as imap_mail_compose does. If the first body is a
// multipart, the other bodies are its parts; otherwise they are ignored. A part that is a
// multipart becomes a text.
//
// Contents with ENC8BIT are encoded in quoted-printable, and contents with ENCBINARY in
// base64. Contents with another encoding stay as they are, up to the first NUL. Contents of
// TYPEMESSAGE are never encoded. With the subtype "RFC822" they are left out; without a
// subtype they are written as message/rfc822.
//
// An address that does not parse has the host ".SYNTAX-ERROR.", as in PHP, and a notice
// says why, as imap_errors does. The members of a group are left out of the header.
//
// The error matches [ErrInvalidArgument] when there is no body, and for a text with a line
// break that is not folding (RFC 5322 section 2.2.3), with PHP's text "header injection
// attempt in subject".
func MailCompose(envelope ComposeEnvelope, bodies []ComposeBody) (message string, notices []string, err error) {
	if len(bodies) == 0 {
		return "", nil, argumentError("imap_mail_compose", 2, "bodies", "cannot be empty")
	}
	c := composer{envelope: &envelope, addresses: make(map[string][]backend.Address)}
	out, err := c.message(bodies[0], bodies[1:])
	if err != nil {
		return "", nil, err
	}
	return strings.Join(out, ""), c.notices, nil
}

// composer writes one message.
type composer struct {
	envelope  *ComposeEnvelope
	addresses map[string][]backend.Address // by PHP's key
	notices   []string
}

func (c *composer) notice(text string) { c.notices = append(c.notices, text) }

func (c *composer) fail(text string) error {
	return &Error{Func: "imap_mail_compose", Text: text, Errors: c.notices, Err: ErrInvalidArgument}
}

// warn is fail where PHP warns.
func (c *composer) warn(text string) error {
	return &Error{Func: "imap_mail_compose", Class: ClassWarning, Text: text, Errors: c.notices, Err: ErrInvalidArgument}
}

// message returns the message in pieces, because the contents are long and a second copy
// costs.
func (c *composer) message(top ComposeBody, inner []ComposeBody) ([]string, error) {
	if top.Type != TYPEMULTIPART {
		inner = nil
	}
	if err := c.check(&top, inner); err != nil {
		return nil, err
	}
	if top.Type == TYPEMULTIPART && len(inner) == 0 {
		return nil, c.warn("Cannot generate multipart e-mail without components.")
	}
	part, err := c.part(&top)
	if err != nil {
		return nil, err
	}
	if top.Type == TYPEMULTIPART {
		return c.multipart(&part.fields, inner)
	}
	return append(c.header(&part.fields), part.contents, "\r\n"), nil
}

func (c *composer) multipart(fields *backend.BodyStructure, inner []ComposeBody) ([]string, error) {
	boundary := setBoundary(fields)
	out := c.header(fields)
	for _, body := range inner {
		if body.Type == TYPEMULTIPART {
			body.Type = TYPETEXT
		}
		part, err := c.part(&body)
		if err != nil {
			return nil, err
		}
		header := mime.AppendHeader([]byte("--"+boundary+"\r\n"), &part.fields)
		out = append(out, string(header), "\r\n", part.contents, "\r\n")
	}
	return append(out, "--"+boundary+"--\r\n"), nil
}

// header returns the header of the message with its empty line. The header of a message
// that is sent on has no MIME fields.
func (c *composer) header(body *backend.BodyStructure) []string {
	e := c.envelope
	remail := cString(e.Remail)
	prefix := ""
	if remail != "" {
		prefix = "ReSent-"
	}
	// Two octets are for the empty line at the end of the header, which PHP
	// sees wherever there is a CR in this place.
	if n := len(remail); n > 4 && remail[n-4] == '\r' {
		remail = remail[:n-2]
	}
	out := []byte(remail)
	text := func(name, value string) {
		if value != "" {
			out = append(out, prefix+name+": "+cString(value)+"\r\n"...)
		}
	}
	addresses := func(name, key string) {
		out = rfc822.AppendAddressField(out, prefix+name, c.addresses[key])
	}
	text("Date", e.Date)
	addresses("From", "from")
	addresses("Reply-To", "reply_to")
	text("Subject", e.Subject)
	if len(c.addresses["bcc"]) > 0 && len(c.addresses["to"]) == 0 && len(c.addresses["cc"]) == 0 {
		out = append(out, "To: undisclosed recipients: ;\r\n"...)
	}
	addresses("To", "to")
	addresses("cc", "cc")
	text("In-Reply-To", e.InReplyTo)
	text("Message-ID", e.MessageID)
	if e.Remail == "" {
		out = append(out, "MIME-Version: 1.0\r\n"...)
		out = mime.AppendHeader(out, body)
	}
	for _, field := range slices.Backward(e.CustomHeaders) {
		out = append(out, cString(field)+"\r\n"...)
	}
	return []string{string(out), "\r\n"}
}

// composedPart is a body as it is written.
type composedPart struct {
	fields   backend.BodyStructure
	contents string
}

func (c *composer) part(b *ComposeBody) (composedPart, error) {
	var p composedPart
	f := &p.fields
	f.Type = mime.TypeName(int(b.Type))
	encoding := b.Encoding
	switch data := b.ContentsData; {
	case f.Type == "MULTIPART":
	case f.Type == "MESSAGE":
		switch encoding {
		case ENC8BIT:
			c.notice("8-bit included message in 7-bit message body")
		case ENCBINARY:
			c.notice("Binary included message in 7-bit message body")
		case ENCBASE64, ENCQUOTEDPRINTABLE, ENCOTHER:
			return p, c.fail("Invalid rfc822_encode_body_7bit message encoding")
		}
		if cString(b.Subtype) != "RFC822" {
			p.contents = cString(data)
		}
	case encoding == ENC8BIT:
		p.contents, encoding = transfer.EncodeQuotedPrintable(data), ENCQUOTEDPRINTABLE
	case encoding == ENCBINARY:
		p.contents, encoding = transfer.EncodeBase64(data), ENCBASE64
	default:
		p.contents = cString(data)
	}
	f.Encoding = backend.String(mime.EncodingName(int(encoding)))
	f.Subtype = composeText(b.Subtype)
	f.Params = composeParams(b.TypeParameters)
	if b.Charset != "" && f.Params == nil {
		f.Params = []backend.Param{{Name: backend.String("CHARSET"), Value: composeText(b.Charset)}}
	}
	f.ID = composeText(b.ID)
	f.Description = composeText(b.Description)
	f.MD5 = composeText(b.MD5)
	f.Disposition = composeText(b.DispositionType)
	f.DispositionParams = composeParams(b.Disposition)
	return p, nil
}

func composeText(s string) backend.NString {
	return backend.NString{Value: cString(s), Valid: s != ""}
}

// composeParams returns parameters in the order in which PHP writes them.
func composeParams(params []Parameter) []backend.Param {
	var list []backend.Param
	for _, p := range slices.Backward(params) {
		list = append(list, backend.Param{Name: composeText(p.Attribute), Value: composeText(p.Value)})
	}
	return list
}

// setBoundary returns the delimiter of a multipart. Unless the body has one, it is a text
// that occurs in no quoted-printable and in no base64.
func setBoundary(f *backend.BodyStructure) string {
	for _, p := range f.Params {
		if p.Name.Value == "BOUNDARY" {
			return p.Value.Value
		}
	}
	// PHP has the numbers of the host and of the process here.
	boundary := fmt.Sprintf("%d-%d-%d=:%d", rand.Uint32(), rand.Uint32(), time.Now().Unix(), rand.Uint32())
	f.Params = append(f.Params, backend.Param{Name: backend.String("BOUNDARY"), Value: backend.String(boundary)})
	return boundary
}

// What may be in a field: line breaks that fold it, or with addresses one at
// the end.
var (
	foldedText  = regexp.MustCompile(`^(?:[^\r\n]|(?:\r\n?|\n)[ \t])*$`)
	addressText = regexp.MustCompile(`^[^\r\n]*(?:\r\n?|\n)?$`)
)

// composeField is a text of an envelope or a body with PHP's name for it.
type composeField struct {
	name, text string
	allowed    *regexp.Regexp
}

// check refuses texts with line breaks that begin another field, and parses addresses.
func (c *composer) check(top *ComposeBody, inner []ComposeBody) error {
	fields := append(c.envelope.fields(), top.fields("body disposition", "body type.parameters")...)
	for i := range inner {
		fields = append(fields, inner[i].fields("body type.parameters", "body disposition")...)
	}
	for _, f := range fields {
		if !f.allowed.MatchString(cString(f.text)) {
			return c.warn("header injection attempt in " + f.name)
		}
		if f.allowed == addressText {
			c.addresses[f.name] = rfc822.ParseAddressList(f.text, "NO HOST", c.notice)
		}
	}
	return nil
}

// fields returns the texts of the envelope in the order in which PHP checks them.
func (e *ComposeEnvelope) fields() []composeField {
	list := []composeField{
		{"remail", e.Remail, foldedText},
		{"return_path", e.ReturnPath, addressText},
		{"date", e.Date, foldedText},
		{"from", e.From, addressText},
		{"reply_to", e.ReplyTo, addressText},
		{"in_reply_to", e.InReplyTo, foldedText},
		{"subject", e.Subject, foldedText},
		{"to", e.To, addressText},
		{"cc", e.Cc, addressText},
		{"bcc", e.Bcc, addressText},
		{"message_id", e.MessageID, foldedText},
	}
	for _, field := range e.CustomHeaders {
		list = append(list, composeField{"custom_headers", field, foldedText})
	}
	return list
}

// fields returns the texts of a body in the order in which PHP checks them. The arguments
// are PHP's names for the two lists of parameters, because PHP swaps them in the first
// body.
func (b *ComposeBody) fields(typeParameters, disposition string) []composeField {
	list := []composeField{{"body charset", b.Charset, foldedText}}
	list = appendParamFields(list, typeParameters, b.TypeParameters)
	list = append(list,
		composeField{"body subtype", b.Subtype, foldedText},
		composeField{"body id", b.ID, foldedText},
		composeField{"body description", b.Description, foldedText},
		composeField{"body disposition.type", b.DispositionType, foldedText},
	)
	list = appendParamFields(list, disposition, b.Disposition)
	return append(list, composeField{"body md5", b.MD5, foldedText})
}

func appendParamFields(list []composeField, name string, params []Parameter) []composeField {
	for _, p := range params {
		list = append(list,
			composeField{name + " key", p.Attribute, foldedText},
			composeField{name + " value", p.Value, foldedText},
		)
	}
	return list
}
