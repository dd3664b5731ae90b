package imapcompat

import (
	"errors"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// Structure is PHP's result of imap_fetchstructure about a message or a part: the fields of
// its MIME header (RFC 2045, RFC 2183), not decoded. Subtype is in upper case. Everything
// else is as the IMAP server has it; on POP3 it is in upper case too, except for values, ID
// and Description.
//
// A field whose If… is false is empty. [HeaderInfo] describes Isset and the JSON; each If…
// is 0 or 1 in the JSON.
type Structure struct {
	Type          BodyType      `json:"type" php:"always"`
	Encoding      BodyEncoding  `json:"encoding" php:"always"`
	IfSubtype     bool          `json:"ifsubtype" php:"always"`
	Subtype       string        `json:"subtype"`
	IfDescription bool          `json:"ifdescription" php:"always"`
	Description   string        `json:"description"`
	IfID          bool          `json:"ifid" php:"always"`
	ID            string        `json:"id"`
	Lines         int           `json:"lines"` // of a text or a message
	Bytes         int           `json:"bytes"` // encoded; 0 for a multipart on IMAP
	IfDisposition bool          `json:"ifdisposition" php:"always"`
	Disposition   string        `json:"disposition"`
	IfDParameters bool          `json:"ifdparameters" php:"always"`
	DParameters   ParameterList `json:"dparameters"` // of the disposition
	IfParameters  bool          `json:"ifparameters" php:"always"`
	Parameters    ParameterList `json:"parameters" php:"object"` // of the media type

	// Parts are the parts of a multipart, or the one body of a message/rfc822.
	// [Connection.BodyStruct] leaves them out.
	Parts []*Structure `json:"parts"`

	empty phpvalue.Empty
}

// Isset reports whether the object has a property, by PHP's name, as PHP's isset does.
func (s *Structure) Isset(property string) bool { return phpvalue.Isset(s, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (s *Structure) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(s) }

// Parameter is a parameter of a media type or a disposition.
type Parameter struct {
	Attribute string `json:"attribute" php:"always"`
	Value     string `json:"value" php:"always"`
}

// MarshalJSON returns PHP's json_encode of the object.
func (p Parameter) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(p) }

// ParameterList holds parameters in the order of the header, and as often as they stand there.
type ParameterList []Parameter

// First returns the first parameter, PHP's $part->parameters[0], and an empty one where there
// is none. Servers differ in which one is first: [ParameterList.Get] finds one by its name.
func (l ParameterList) First() Parameter {
	if len(l) == 0 {
		return Parameter{}
	}
	return l[0]
}

// Get returns the value of the first parameter with a name, in any case, or "". The value is
// as it stands in the header: package readable joins and decodes it.
func (l ParameterList) Get(name string) string {
	for _, p := range l {
		if strings.EqualFold(p.Attribute, name) {
			return p.Value
		}
	}
	return ""
}

// FetchStructure returns the MIME structure of a message, as imap_fetchstructure does. On
// IMAP the server sends it; on POP3 the whole message is read and parsed. It never sets
// \Seen. The flag is [FT_UID].
//
// PHP numbers media types and encodings without a constant in the order in which it meets
// them, for the life of the process. The first seven such types get the numbers from 9 on,
// and the first five such encodings those from 6 on. Later ones are TYPEOTHER and ENCOTHER.
// Here each connection counts for itself; [WithNumbering] shares the numbers.
//
// The error matches [ErrBadMessageNumber] when there is no such message. An error about
// this message alone may come with a structure: what a service says of a message that is
// gone, or a text without octets.
func (c *Connection) FetchStructure(num int, flags ...FetchFlag) (*Structure, error) {
	f := combine(flags)
	return do(c, "imap_fetchstructure", func(c *call) (*Structure, error) {
		if num > 0 && f&^FT_UID != 0 {
			return nil, argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
		}
		r, err := c.numberOrUID(num, f)
		if err != nil {
			return nil, err
		}
		body, err := c.structureOf(r)
		if body == nil {
			return nil, c.noBody(err)
		}
		return newStructureTree(body, c.names), err
	})
}

// noBody is PHP's error when a service sends no structure. PHP has reported a message that
// does not exist before.
func (c *call) noBody(err error) error {
	const text = "No body information available"
	var own *Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &own):
		return c.warned(text, err)
	case own.Class == ClassSilent:
		return warning(c.fn, text, own)
	}
	return err
}

// newStructureTree returns a body with its parts as PHP has it.
func newStructureTree(b *backend.BodyStructure, names *mime.Names) *Structure {
	s := newStructure(b, names)
	switch {
	case s.Type == TYPEMULTIPART:
		s.Parts = make([]*Structure, len(b.Parts))
		for i, part := range b.Parts {
			s.Parts[i] = newStructureTree(part, names)
		}
	case s.Type == TYPEMESSAGE && strings.EqualFold(s.Subtype, "RFC822"):
		s.Parts = []*Structure{}
		if b.Body != nil {
			s.Parts = append(s.Parts, newStructureTree(b.Body, names))
		}
	}
	return s
}

// newStructure returns a body without its parts as PHP has it.
func newStructure(b *backend.BodyStructure, names *mime.Names) *Structure {
	s := &Structure{Lines: b.Lines, Bytes: b.Size}
	s.Type, s.Encoding = numbers(b, names)
	subtype := b.Subtype
	if !subtype.Valid && !isUnknown(b) {
		subtype = backend.String(mime.DefaultSubtype(mime.Upper(b.Type)))
	}
	s.setString(&s.IfSubtype, &s.Subtype, "subtype", subtype)
	s.Subtype = mime.Upper(s.Subtype)
	s.setString(&s.IfDescription, &s.Description, "description", b.Description)
	s.setString(&s.IfID, &s.ID, "id", b.ID)
	s.setString(&s.IfDisposition, &s.Disposition, "disposition", b.Disposition)
	s.DParameters = newParameters(b.DispositionParams)
	s.IfDParameters = s.DParameters != nil
	s.Parameters = newParameters(b.Params)
	s.IfParameters = s.Parameters != nil
	return s
}

func (s *Structure) setString(there *bool, dst *string, property string, value backend.NString) {
	*there = value.Valid
	setString(&s.empty, dst, property, value)
}

// isUnknown reports whether the service says nothing of a body.
func isUnknown(b *backend.BodyStructure) bool {
	return b.Type == "" && !b.Subtype.Valid && !b.Encoding.Valid
}

// numbers returns the numbers of the media type and the transfer encoding of a body. An
// IMAP server sends no encoding of a multipart.
func numbers(b *backend.BodyStructure, names *mime.Names) (BodyType, BodyEncoding) {
	if isUnknown(b) {
		return TYPETEXT, ENC7BIT
	}
	t, _ := names.Type(mime.Upper(b.Type))
	switch {
	case b.Encoding.Valid:
		e, _ := names.Encoding(mime.Upper(b.Encoding.Value))
		return BodyType(t), BodyEncoding(e)
	case len(b.Parts) > 0:
		return BodyType(t), ENC7BIT
	}
	return BodyType(t), ENCOTHER
}

// meet numbers the media types and encodings of a body and its parts in PHP's order.
func meet(b *backend.BodyStructure, names *mime.Names) {
	if b == nil {
		return
	}
	numbers(b, names)
	for _, part := range b.Parts {
		meet(part, names)
	}
	meet(b.Body, names)
}

// newParameters returns parameters as PHP has them, and nil for none. Where an IMAP server
// leaves a value out, c-client puts a word of its own.
func newParameters(params []backend.Param) ParameterList {
	if len(params) == 0 {
		return nil
	}
	list := make(ParameterList, len(params))
	for i, p := range params {
		list[i] = Parameter{Attribute: orUnknown(p.Name), Value: orUnknown(p.Value)}
	}
	return list
}

func orUnknown(s backend.NString) string {
	if !s.Valid {
		return "UNKNOWN"
	}
	return cString(s.Value)
}

// cachedStructure is the structure of the message that was last asked for. The next section
// of that message needs it again. The zero value belongs to no message.
type cachedStructure struct {
	num, uid  int
	structure *backend.BodyStructure
}

// of reports whether it is the structure of a message.
func (have *cachedStructure) of(r ref) bool {
	if r.uid {
		return have.uid == r.n
	}
	return have.num == r.n
}

// structureOf returns the structure of a message. An error may come with the structure of a
// message of which nothing else is known.
func (c *call) structureOf(r ref) (*backend.BodyStructure, error) {
	if c.structure.of(r) {
		return c.structure.structure, nil
	}
	msg, err := c.one(r, backend.Items{UID: true, Structure: true})
	if msg == nil {
		return nil, err
	}
	meet(msg.Structure, c.names)
	if err != nil {
		return msg.Structure, err
	}
	c.structure = cachedStructure{msg.Num, msg.UID, msg.Structure}
	return msg.Structure, nil
}
