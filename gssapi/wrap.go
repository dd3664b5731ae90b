package gssapi

import (
	"slices"

	"github.com/jcmturner/gokrb5/v8/crypto"
	krb5gss "github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
)

// Flags of a wrap token (RFC 4121 section 4.2.2).
const (
	sealed         = 2
	acceptorSubkey = 4
)

// maxWrapped bounds the server's wrap token, which has four octets and a checksum.
const maxWrapped = 128

// unwrap checks the server's only wrap token, and returns its text. The token is not
// encrypted (RFC 4752 section 3.1).
func (x *exchange) unwrap(token []byte) ([]byte, error) {
	if len(token) <= krb5gss.HdrLen || len(token) > maxWrapped {
		return nil, violation("the server's wrap token has a wrong length")
	}
	var w krb5gss.WrapToken
	if w.Unmarshal(unrotated(token), true) != nil {
		return nil, violation("the server's wrap token is malformed")
	}
	switch ok, _ := w.Verify(x.key, keyusage.GSSAPI_ACCEPTOR_SEAL); {
	case w.Flags&sealed != 0:
		return nil, violation("the server's wrap token is encrypted")
	case w.Flags&acceptorSubkey != 0 != x.acceptors:
		return nil, violation("the server's wrap token has another key")
	case !ok:
		return nil, violation("the checksum of the server's wrap token is wrong")
	case w.SndSeqNum != x.sequence:
		return nil, violation("the server's wrap token has a wrong sequence number")
	}
	return w.Payload, nil
}

// unrotated undoes the rotation of a token's text and checksum by RRC octets (RFC 4121
// section 4.2.5), which gokrb5 ignores.
func unrotated(token []byte) []byte {
	header, body := token[:krb5gss.HdrLen], token[krb5gss.HdrLen:]
	n := (int(header[6])<<8 | int(header[7])) % len(body)
	return slices.Concat(header, body[n:], body[:n])
}

// wrap returns a wrap token that is not encrypted.
func (x *exchange) wrap(text []byte) ([]byte, error) {
	etype, err := crypto.GetEtype(x.key.KeyType)
	if err != nil {
		return nil, violation("the server's subkey cannot be used")
	}
	w := krb5gss.WrapToken{EC: uint16(etype.GetHMACBitLength() / 8), SndSeqNum: uint64(x.auth.SeqNumber), Payload: text}
	if x.acceptors {
		w.Flags |= acceptorSubkey
	}
	if w.SetCheckSum(x.key, keyusage.GSSAPI_INITIATOR_SEAL) != nil {
		return nil, violation("the server's subkey cannot be used")
	}
	octets, err := w.Marshal()
	if err != nil {
		return nil, violation("the response cannot be made")
	}
	return octets, nil
}
