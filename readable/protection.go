package readable

import (
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Protection says that a part is signed or encrypted. Nothing is verified or decrypted.
type Protection struct {
	// Section is the section number of the part that has the signature or the encrypted
	// content.
	Section   string
	Standard  string // "S/MIME" or "PGP"
	Signed    bool
	Encrypted bool
	Inline    bool // within a text, in the form of PGP from before MIME
}

// Protections returns what in the message is signed or encrypted: multipart/signed and
// multipart/encrypted (RFC 1847), S/MIME (RFC 8551), PGP/MIME (RFC 3156), and PGP within texts,
// for which it reads them. Of an application/pkcs7-mime that does not say what it is neither
// Signed nor Encrypted is set.
func (m *Message) Protections() ([]Protection, error) {
	var list []Protection
	for _, l := range m.leaves() {
		if p, ok := protectionOf(l.part); ok {
			p.Section = l.section
			list = append(list, p)
			continue
		}
		if l.role != roleBody || l.mediaType() != "text/plain" {
			continue
		}
		text, _, err := m.content(l)
		if err != nil {
			return nil, err
		}
		if _, p := withoutPGP(strings.ReplaceAll(text, "\r\n", "\n")); p.Inline {
			p.Section = l.section
			list = append(list, p)
		}
	}
	return list, nil
}

// protectionOf returns what a part that is no text says of itself.
func protectionOf(s *imapcompat.Structure) (Protection, bool) {
	if s.Type != imapcompat.TYPEAPPLICATION {
		return Protection{}, false
	}
	switch strings.ToLower(s.Subtype) {
	case "pkcs7-signature", "x-pkcs7-signature":
		return Protection{Standard: "S/MIME", Signed: true}, true
	case "pgp-signature":
		return Protection{Standard: "PGP", Signed: true}, true
	case "pgp-encrypted":
		return Protection{Standard: "PGP", Encrypted: true}, true
	case "pkcs7-mime", "x-pkcs7-mime":
		p := Protection{Standard: "S/MIME"}
		switch strings.ToLower(parameter(s.Parameters, "smime-type")) {
		case "signed-data":
			p.Signed = true
		case "enveloped-data", "authenveloped-data":
			p.Encrypted = true
		}
		return p, true
	}
	return Protection{}, false
}

const (
	pgpSigned    = "-----BEGIN PGP SIGNED MESSAGE-----"
	pgpSignature = "-----BEGIN PGP SIGNATURE-----"
	pgpEnd       = "-----END PGP SIGNATURE-----"
	pgpMessage   = "-----BEGIN PGP MESSAGE-----"
)

// withoutPGP returns a text without the lines that PGP adds to sign it (RFC 9580 section 7),
// and what they say. An encrypted message stays as it is.
func withoutPGP(text string) (string, Protection) {
	p := Protection{Standard: "PGP"}
	if !strings.Contains(text, "-----BEGIN PGP ") {
		return text, p
	}
	var kept strings.Builder
	inHeader, inText, inSignature := false, false, false
	whole := strings.Contains(text, pgpEnd) // of a signature cut off nothing is left out
	for line := range lines(text) {
		switch trimmed := strings.TrimRight(line, " \t"); {
		case trimmed == pgpSigned:
			p.Inline, p.Signed = true, true
			inHeader, inText = true, true
			continue
		case inHeader:
			inHeader = trimmed != "" // "Hash: SHA256"
			continue
		case trimmed == pgpSignature && inText && whole:
			inText, inSignature = false, true
			continue
		case inSignature:
			inSignature = trimmed != pgpEnd
			continue
		case trimmed == pgpMessage:
			p.Inline, p.Encrypted = true, true
		}
		if inText {
			line = strings.TrimPrefix(line, "- ")
		}
		kept.WriteString(line)
		kept.WriteByte('\n')
	}
	return kept.String(), p
}
