package imapcompat

// BodyType is the media type of a part of a message.
type BodyType int

const (
	TYPETEXT        BodyType = 0
	TYPEMULTIPART   BodyType = 1
	TYPEMESSAGE     BodyType = 2
	TYPEAPPLICATION BodyType = 3
	TYPEAUDIO       BodyType = 4
	TYPEIMAGE       BodyType = 5
	TYPEVIDEO       BodyType = 6
	TYPEMODEL       BodyType = 7
	TYPEOTHER       BodyType = 8
)

// BodyEncoding is the transfer encoding of a part of a message.
type BodyEncoding int

const (
	ENC7BIT            BodyEncoding = 0
	ENC8BIT            BodyEncoding = 1
	ENCBINARY          BodyEncoding = 2
	ENCBASE64          BodyEncoding = 3
	ENCQUOTEDPRINTABLE BodyEncoding = 4
	ENCOTHER           BodyEncoding = 5
)

// Parameter is a parameter of a media type or of a disposition.
type Parameter struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}
