package imapcompat

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/rfc822"
	"github.com/imapcompat/imapcompat/internal/transfer"
)

// ComposeEnvelope is the argument $envelope of imap_mail_compose. PHP's key
// is in the comment.
//
// A field that is "" is left out, like a key that is not there in PHP. For one
// that is there and empty, give [Empty].
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
	CustomHeaders []string // custom_headers: whole fields; the last one is written first
}

// ComposeBody is an element of the argument $bodies of imap_mail_compose.
// PHP's key is in the comment; its keys lines and bytes change nothing in the
// message and are not here.
//
// A text that is "" is left out, like a key that is not there in PHP. For one
// that is there and empty, give [Empty].
type ComposeBody struct {
	Type     BodyType     // type: one without a name is TYPETEXT
	Encoding BodyEncoding // encoding: one without a name is ENC7BIT
	// Charset is charset. TypeParameters, if there are any, take its place.
	Charset string
	// TypeParameters is type.parameters; the last one is written first. The
	// one named BOUNDARY, in upper case, is the delimiter of a multipart.
	TypeParameters  []Parameter
	Subtype         string      // subtype: by default that of the type
	ID              string      // id
	Description     string      // description
	DispositionType string      // disposition.type
	Disposition     []Parameter // disposition; the last one is written first
	ContentsData    string      // contents.data
	MD5             string      // md5
}

// Empty is a text that is there and empty: [MailCompose] reads a text up to the
// first NUL, as PHP does.
const Empty = "\x00"

// MailCompose writes a message, as imap_mail_compose does. If the first body
// is a multipart the others are its parts; otherwise they are not looked at.
// A part cannot be a multipart itself and is a text then.
//
// Contents with ENC8BIT come out as quoted-printable, those with ENCBINARY as
// base64; those with any other encoding as they are, up to the first NUL. The
// contents of a TYPEMESSAGE are never encoded, and with the subtype "RFC822"
// left out; without a subtype they are written, as message/rfc822.
//
// A text with a line break that is not folding (RFC 5322 section 2.2.3) is an
// error with PHP's text, "header injection attempt in subject". An address that
// does not parse is written as PHP does, with the host ".SYNTAX-ERROR.";
// [RFC822ParseAdrList] tells what is wrong with it. The members of a group are
// left out of the header.
func MailCompose(envelope ComposeEnvelope, bodies []ComposeBody) (string, error) {
	if len(bodies) == 0 {
		return "", argumentError("imap_mail_compose", 2, "bodies", "cannot be empty")
	}
	top, inner := bodies[0], bodies[1:]
	if top.Type != TYPEMULTIPART {
		inner = nil
	}
	fields := append(envelope.fields(), top.fields("body disposition", "body type.parameters")...)
	for i := range inner {
		fields = append(fields, inner[i].fields("body type.parameters", "body disposition")...)
	}
	if err := checkInjection(fields); err != nil {
		return "", err
	}
	if top.Type == TYPEMULTIPART {
		return composeMultipart(&envelope, &top, inner)
	}
	part, err := top.compose()
	if err != nil {
		return "", err
	}
	return string(append(envelope.header(&part.fields), part.contents+"\r\n"...)), nil
}

func composeMultipart(envelope *ComposeEnvelope, top *ComposeBody, inner []ComposeBody) (string, error) {
	if len(inner) == 0 {
		return "", composeError("Cannot generate multipart e-mail without components.")
	}
	multipart, err := top.compose()
	if err != nil {
		return "", err
	}
	boundary := setBoundary(&multipart.fields)
	out := envelope.header(&multipart.fields)
	for _, body := range inner {
		if body.Type == TYPEMULTIPART {
			body.Type = TYPETEXT
		}
		part, err := body.compose()
		if err != nil {
			return "", err
		}
		out = append(out, "--"+boundary+"\r\n"...)
		out = append(mime.AppendHeader(out, &part.fields), "\r\n"...)
		out = append(out, part.contents+"\r\n"...)
	}
	return string(append(out, "--"+boundary+"--\r\n"...)), nil
}

// header is the header of the message, with the empty line at its end. That
// of a message that is sent on has no MIME fields.
func (e *ComposeEnvelope) header(body *backend.BodyStructure) []byte {
	const fold = 4 // octets, of "\r\n" and a line of two
	remail := cString(e.Remail)
	prefix := ""
	if remail != "" {
		prefix = "ReSent-"
	}
	if n := len(remail); n > fold && remail[n-fold] == '\r' {
		remail = remail[:n-2] // PHP takes it for the header's empty line
	}
	out := []byte(remail)
	text := func(name, value string) {
		if value != "" {
			out = append(out, prefix+name+": "+cString(value)+"\r\n"...)
		}
	}
	addresses := func(name string, list []backend.Address) {
		out = rfc822.AppendAddressField(out, prefix+name, list)
	}
	to, cc, bcc := composeAddresses(e.To), composeAddresses(e.Cc), composeAddresses(e.Bcc)
	text("Date", e.Date)
	addresses("From", composeAddresses(e.From))
	addresses("Reply-To", composeAddresses(e.ReplyTo))
	text("Subject", e.Subject)
	if len(bcc) > 0 && len(to) == 0 && len(cc) == 0 {
		out = append(out, "To: undisclosed recipients: ;\r\n"...)
	}
	addresses("To", to)
	addresses("cc", cc)
	text("In-Reply-To", e.InReplyTo)
	text("Message-ID", e.MessageID)
	if e.Remail == "" {
		out = append(out, "MIME-Version: 1.0\r\n"...)
		out = mime.AppendHeader(out, body)
	}
	for _, field := range slices.Backward(e.CustomHeaders) {
		out = append(out, cString(field)+"\r\n"...)
	}
	return append(out, "\r\n"...)
}

func composeAddresses(list string) []backend.Address {
	return rfc822.ParseAddressList(list, "NO HOST", nil)
}

// composedPart is a body as it is written.
type composedPart struct {
	fields   backend.BodyStructure
	contents string
}

func (b *ComposeBody) compose() (composedPart, error) {
	var p composedPart
	f := &p.fields
	f.Type = mime.TypeName(int(b.Type))
	encoding := b.Encoding
	switch data := b.ContentsData; {
	case f.Type == "MULTIPART":
	case f.Type == "MESSAGE":
		if encoding > ENCBINARY && encoding <= ENCOTHER {
			return p, composeError("Invalid rfc822_encode_body_7bit message encoding")
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

// composeParams are parameters in the order in which PHP writes them.
func composeParams(params []Parameter) []backend.Param {
	var list []backend.Param
	for _, p := range slices.Backward(params) {
		list = append(list, backend.Param{Name: composeText(p.Attribute), Value: composeText(p.Value)})
	}
	return list
}

// setBoundary returns the delimiter of a multipart, one that is in no
// quoted-printable and in no base64 text unless the body has one.
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

// composeField is a text of an envelope or a body, with the name that PHP has
// for it.
type composeField struct {
	name, text string
	allowed    *regexp.Regexp
}

// checkInjection refuses texts whose line breaks would begin a field of their
// own.
func checkInjection(fields []composeField) error {
	for _, f := range fields {
		if !f.allowed.MatchString(cString(f.text)) {
			return composeError("header injection attempt in " + f.name)
		}
	}
	return nil
}

// fields are the texts of the envelope, in the order in which PHP looks at
// them.
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

// fields are the texts of a body, in the order in which PHP looks at them. Its
// names for the two lists of parameters are given, because PHP swaps them in
// the first body.
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

func composeError(text string) error {
	return &Error{Func: "imap_mail_compose", Text: text, Err: ErrInvalidArgument}
}
