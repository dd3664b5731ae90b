package backend

// BodyStructure is the MIME structure of a message or part, with the values of body in RFC 9051
// section 7.5.2. Nothing is decoded, and parameters are in the order of the header. The zero
// value is a body about which the service says nothing.
type BodyStructure struct {
	// Type is the media type. A multipart has Parts, a message/rfc822 a Body
	// and an Envelope.
	Type    string
	Subtype NString
	Params  []Param

	ID          NString
	Description NString
	Encoding    NString // the content-transfer-encoding

	Size  int // octets, encoded
	Lines int // of a text or a message/rfc822

	Parts    []*BodyStructure
	Envelope *Envelope
	Body     *BodyStructure

	MD5               NString
	Disposition       NString
	DispositionParams []Param
	Language          []string
	Location          NString
}

// Param is a parameter of a media type or a disposition.
type Param struct{ Name, Value NString }
