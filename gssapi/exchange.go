package gssapi

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// exchange is one exchange of RFC 4752 section 3.1: the client's AP-REQ, the server's
// AP-REP, an empty response, the server's layers, and the client's choice with the name of
// the user.
type exchange struct {
	request []byte // the first token
	user    string // as whom to act

	session   types.EncryptionKey // of the ticket
	auth      types.Authenticator // of the request
	key       types.EncryptionKey // of the context
	acceptors bool                // key is the acceptor's subkey
	sequence  uint64              // of the server's first wrap token

	step int
}

// context flags of RFC 4121 section 4.1.1.1. c-client asks for the same.
const (
	mutual    = 2
	replay    = 4
	integrity = 32
)

// newExchange makes the AP-REQ.
func newExchange(creds *credentials.Credentials, ticket messages.Ticket, key types.EncryptionKey, user string) (*exchange, error) {
	if !isKey(key) {
		return nil, unsupported("GSSAPI: the key of the ticket is not one of AES")
	}
	x := &exchange{user: user, session: key}
	var err error
	if x.auth, err = types.NewAuthenticator(creds.Realm(), creds.CName()); err == nil {
		err = x.auth.GenerateSeqNumberAndSubKey(key.KeyType, len(key.KeyValue))
	}
	if err != nil {
		return nil, denied("GSSAPI failure: no random numbers")
	}
	x.key = x.auth.SubKey
	x.auth.Cksum = types.Checksum{CksumType: chksumtype.GSSAPI, Checksum: contextFlags(mutual | replay | integrity)}
	request, err := messages.NewAPReq(ticket, key, x.auth)
	if err != nil {
		return nil, denied("GSSAPI failure: the ticket cannot be used")
	}
	types.SetFlag(&request.APOptions, flags.APOptionMutualRequired)
	octets, err := request.Marshal()
	if err != nil {
		return nil, denied("GSSAPI failure: the ticket cannot be used")
	}
	x.request = contextToken(apRequest, octets)
	return x, nil
}

// contextFlags returns the checksum of the authenticator (RFC 4121 section 4.1.1), without
// channel bindings.
func contextFlags(flags uint32) []byte {
	sum := make([]byte, 24)
	binary.LittleEndian.PutUint32(sum, 16) // the length of the channel bindings, which are zeros
	binary.LittleEndian.PutUint32(sum[20:], flags)
	return sum
}

// The names of context tokens (RFC 4121 section 4.1).
var (
	apRequest = [2]byte{1, 0}
	apReply   = [2]byte{2, 0}
	krbError  = [2]byte{3, 0}
)

// krb5 is the DER form of the mechanism's object identifier, 1.2.840.113554.1.2.2.
var krb5 = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02}

// contextToken frames a message (RFC 2743 section 3.1).
func contextToken(name [2]byte, message []byte) []byte {
	return asn1tools.AddASNAppTag(slices.Concat(krb5, name[:], message), 0)
}

// parseContextToken returns the name and the message of a context token.
func parseContextToken(token []byte) (name [2]byte, message []byte, ok bool) {
	if len(token) < 2 || token[0] != 0x60 {
		return name, nil, false
	}
	length, rest := int(token[1]), token[2:]
	if octets := length - 0x80; octets >= 0 {
		if octets == 0 || octets > 3 || len(rest) < octets {
			return name, nil, false
		}
		length = 0
		for _, b := range rest[:octets] {
			length = length<<8 | int(b)
		}
		rest = rest[octets:]
	}
	message, ok = bytes.CutPrefix(rest, krb5)
	if !ok || length != len(rest) || len(message) < len(name) {
		return name, nil, false
	}
	return [2]byte(message), message[len(name):], true
}

// Complete reports whether the server has proved who it is and has the name of the user.
func (x *exchange) Complete() bool { return x.step == 3 }

// Next answers a challenge.
func (x *exchange) Next(challenge []byte) ([]byte, error) {
	x.step++
	switch x.step {
	case 1:
		if len(challenge) > 0 {
			return nil, unsupported("Server bug: non-empty initial GSSAPI challenge")
		}
		return x.request, nil
	case 2:
		return []byte{}, x.accept(challenge)
	case 3:
		response, err := x.choose(challenge)
		if err != nil {
			x.step = 0
		}
		return response, err
	}
	x.step = 0 // never complete again
	return nil, violation("the server goes on after the end")
}

// accept checks the server's proof.
func (x *exchange) accept(token []byte) error {
	name, message, ok := parseContextToken(token)
	switch {
	case ok && name == krbError:
		var e messages.KRBError
		if e.Unmarshal(message) != nil {
			return violation("the server's error is malformed")
		}
		return denied("GSSAPI failure: the server says: " + reason(e.ErrorCode, "service"))
	case !ok || name != apReply:
		return violation("the server's first token is no AP-REP")
	}
	var reply messages.APRep
	if reply.Unmarshal(message) != nil {
		return violation("the server's AP-REP is malformed")
	}
	part, ok := x.decrypt(reply.EncPart)
	if !ok || part.CTime.Unix() != x.auth.CTime.Unix() || part.Cusec != x.auth.Cusec {
		return violation("the server does not prove that it has the key of the service")
	}
	x.sequence = uint64(uint32(part.SequenceNumber))
	if len(part.Subkey.KeyValue) > 0 {
		if !isKey(part.Subkey) {
			return violation("the server's subkey cannot be used")
		}
		x.key, x.acceptors = part.Subkey, true
	}
	return nil
}

// decrypt decrypts an AP-REP.
func (x *exchange) decrypt(data types.EncryptedData) (part messages.EncAPRepPart, ok bool) {
	etype, err := crypto.GetEtype(x.session.KeyType)
	// gokrb5 8.4.4 slices the data without checking its length.
	if err != nil || len(data.Cipher) < etype.GetConfounderByteSize()+etype.GetHMACBitLength()/8 {
		return part, false
	}
	octets, err := crypto.DecryptEncPart(data, x.session, keyusage.AP_REP_ENCPART)
	return part, err == nil && part.Unmarshal(octets) == nil
}

// isKey reports whether a key is one of AES. RFC 4121 is for these. Older ones have the
// tokens of RFC 1964 and RFC 4757. AES256-SHA384 is missing, because gokrb5 8.4.4 takes its
// keys for shorter than they are.
func isKey(key types.EncryptionKey) bool {
	switch key.KeyType {
	case etypeID.AES128_CTS_HMAC_SHA1_96, etypeID.AES256_CTS_HMAC_SHA1_96, etypeID.AES128_CTS_HMAC_SHA256_128:
		etype, err := crypto.GetEtype(key.KeyType)
		return err == nil && len(key.KeyValue) == etype.GetKeyByteSize()
	}
	return false
}

// Security layers (RFC 4752 section 3.3).
const noLayer = 1

// choose reads the server's layers, and returns the token that chooses none.
func (x *exchange) choose(token []byte) ([]byte, error) {
	layers, err := x.unwrap(token)
	if err != nil {
		return nil, err
	}
	if len(layers) != 4 {
		return nil, violation("the server's list of security layers is malformed")
	}
	if layers[0]&noLayer == 0 {
		return nil, unsupported("GSSAPI: the server insists on a security layer of its own, which is not supported; use TLS")
	}
	// Without a layer the maximum size is 0.
	return x.wrap(append([]byte{noLayer, 0, 0, 0}, x.user...))
}
