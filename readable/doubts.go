package readable

import (
	"fmt"
	"slices"
	"strings"
)

// A DoubtKind says in which way a reading is doubtful.
type DoubtKind string

// Kinds of doubts about a text.
const (
	// DoubtUnknownCharset: there is no charset of this name. The charset was guessed.
	DoubtUnknownCharset DoubtKind = "unknown charset"
	// DoubtMisspelledCharset: the name is not registered, and taken for one that is.
	DoubtMisspelledCharset DoubtKind = "misspelled charset"
	// DoubtWrongCharset: the text cannot be in this charset, which it names. Another was used.
	DoubtWrongCharset DoubtKind = "wrong charset"
	// DoubtGuessedCharset: nothing names the charset of 8-bit text or of escape sequences.
	// This one was used.
	DoubtGuessedCharset DoubtKind = "guessed charset"
	// DoubtInvalidOctets: octets are not valid in the charset. They stand as U+FFFD, or in
	// UTF-8 as the characters that they are in the fallback charset.
	DoubtInvalidOctets DoubtKind = "invalid octets"
	// DoubtMalformedWord: an encoded word breaks RFC 2047.
	DoubtMalformedWord DoubtKind = "malformed encoded word"
	// DoubtInvalidEncoding: what is not base64 or quoted-printable is in a text of this
	// encoding.
	DoubtInvalidEncoding DoubtKind = "invalid encoding"
	// DoubtControl: a control character was left out, or one that overrides the writing
	// direction.
	DoubtControl DoubtKind = "control character"
	// DoubtMalformedParameter: a parameter breaks RFC 2231.
	DoubtMalformedParameter DoubtKind = "malformed parameter"
	// DoubtHidden: elements that HTML hides are not closed. Their text is shown.
	DoubtHidden DoubtKind = "unclosed hidden element"
)

// A Doubt is what was doubtful in a text.
type Doubt struct {
	Kind DoubtKind
	// Offset is the first place, in octets. In a header field it is where the encoded word
	// begins, or the text beside it. Of DoubtInvalidEncoding it is in the encoded body, and of
	// other doubts about a text in the result.
	Offset int
	What   string // what stands there first, such as the name of the charset or the octets
	Count  int    // the number of places
}

// String returns the doubt for a log. It is one line without control characters.
func (d Doubt) String() string {
	s := fmt.Sprintf("%s %q at octet %d", d.Kind, d.What, d.Offset)
	if d.Count > 1 {
		s += fmt.Sprintf(", %d times", d.Count)
	}
	return s
}

// Doubts is what was doubtful in a text. It has each kind once.
type Doubts []Doubt

// Has reports whether there is a doubt of one of the kinds.
func (d Doubts) Has(kinds ...DoubtKind) bool {
	return slices.ContainsFunc(d, func(doubt Doubt) bool { return slices.Contains(kinds, doubt.Kind) })
}

// String returns the doubts for a log, separated by semicolons. Without doubts it is empty.
func (d Doubts) String() string {
	texts := make([]string, len(d))
	for i, doubt := range d {
		texts[i] = doubt.String()
	}
	return strings.Join(texts, "; ")
}

// maxWhat is the greatest length of [Doubt.What], in octets.
const maxWhat = 64

// add notes a doubt.
func (d *Doubts) add(kind DoubtKind, offset int, what string) {
	d.merge(Doubts{{Kind: kind, Offset: offset, What: what, Count: 1}})
}

// merge notes the doubts of others.
func (d *Doubts) merge(others Doubts) {
	for _, o := range others {
		if i := slices.IndexFunc(*d, func(doubt Doubt) bool { return doubt.Kind == o.Kind }); i >= 0 {
			(*d)[i].Count += o.Count
			continue
		}
		o.What = strings.Clone(o.What[:min(len(o.What), maxWhat)])
		*d = append(*d, o)
	}
}

// mergeAt notes the doubts of others about a word or text that begins at an offset.
func (d *Doubts) mergeAt(others Doubts, offset int) {
	for i := range others {
		others[i].Offset = offset
	}
	d.merge(others)
}
