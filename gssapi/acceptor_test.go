package gssapi_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/crypto"
	krb5gss "github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/iana/msgtype"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

const realm = "EXAMPLE.TEST"

// acceptor is the server's side of an exchange, which checks what the client sends. The
// functions, if set, change what it sends.
type acceptor struct {
	keys  *keytab.Keytab
	etype int32

	subkey  bool                                                 // asserts a subkey
	layers  []byte                                               // default: none, and 0
	rotate  int                                                  // RRC of the wrap token
	greet   []byte                                               // the first challenge
	reply   func(part *messages.EncAPRepPart)                    // before it is encrypted
	token   func(token []byte) []byte                            // the AP-REP
	wrap    func(w *krb5gss.WrapToken, key *types.EncryptionKey) // before the checksum
	wrapped func(token []byte) []byte
	accepts int // the number of challenges after which the server accepts, -1 for none
	goesOn  bool

	step   int
	req    messages.APReq
	key    types.EncryptionKey
	client string // the principal
	user   string // as whom it acts
	choice []byte
}

var krb5OID = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02}

const serverSequence = 0xfffffff0

// next returns the challenge to a response, or nil when the exchange is over.
func (a *acceptor) next(response []byte) (challenge []byte, err error) {
	a.step++
	if a.accepts != 0 && a.step > a.accepts {
		return nil, nil
	}
	switch a.step {
	case 1:
		return append([]byte{}, a.greet...), nil
	case 2:
		return a.request(response)
	case 3:
		if len(response) > 0 {
			return nil, fmt.Errorf("%d octets after the AP-REP", len(response))
		}
		return a.offer()
	case 4:
		if err := a.chosen(response); err != nil || !a.goesOn {
			return nil, err
		}
	}
	return []byte("more"), nil
}

func (a *acceptor) request(response []byte) ([]byte, error) {
	var raw asn1.RawValue
	if rest, err := asn1.Unmarshal(response, &raw); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("framing: %v", err)
	}
	message, ok := bytes.CutPrefix(raw.Bytes, append(slices.Clone(krb5OID), 1, 0))
	if !ok || raw.FullBytes[0] != 0x60 {
		return nil, fmt.Errorf("no AP-REQ: %x", response)
	}
	if err := a.req.Unmarshal(message); err != nil {
		return nil, err
	}
	if ok, err := a.req.Verify(a.keys, time.Minute, types.HostAddress{}, nil); !ok {
		return nil, fmt.Errorf("verify: %v", err)
	}
	auth := a.req.Authenticator
	if !types.IsFlagSet(&a.req.APOptions, flags.APOptionMutualRequired) {
		return nil, fmt.Errorf("no mutual authentication")
	}
	if sum := auth.Cksum.Checksum; auth.Cksum.CksumType != 0x8003 || len(sum) != 24 ||
		binary.LittleEndian.Uint32(sum) != 16 || !bytes.Equal(sum[4:20], make([]byte, 16)) ||
		binary.LittleEndian.Uint32(sum[20:]) != 2|4|32 {
		return nil, fmt.Errorf("checksum %d %x", auth.Cksum.CksumType, sum)
	}
	a.client = auth.CName.PrincipalNameString() + "@" + auth.CRealm
	a.key = auth.SubKey
	part := messages.EncAPRepPart{CTime: auth.CTime, Cusec: auth.Cusec, SequenceNumber: serverSequence}
	if a.subkey {
		part.Subkey = types.EncryptionKey{KeyType: a.etype, KeyValue: slices.Clone(a.key.KeyValue)}
		part.Subkey.KeyValue[0]++
		a.key = part.Subkey
	}
	if a.reply != nil {
		a.reply(&part)
	}
	octets, err := asn1.Marshal(part)
	if err != nil {
		return nil, err
	}
	encrypted, err := crypto.GetEncryptedData(asn1tools.AddASNAppTag(octets, asnAppTag.EncAPRepPart),
		a.req.Ticket.DecryptedEncPart.Key, keyusage.AP_REP_ENCPART, 0)
	if err != nil {
		return nil, err
	}
	octets, err = asn1.Marshal(messages.APRep{PVNO: 5, MsgType: msgtype.KRB_AP_REP, EncPart: encrypted})
	if err != nil {
		return nil, err
	}
	token := framed(2, asn1tools.AddASNAppTag(octets, asnAppTag.APREP))
	if a.token != nil {
		token = a.token(token)
	}
	return token, nil
}

// framed frames a message as a context token.
func framed(name byte, message []byte) []byte {
	return asn1tools.AddASNAppTag(slices.Concat(krb5OID, []byte{name, 0}, message), 0)
}

func (a *acceptor) offer() ([]byte, error) {
	w := &krb5gss.WrapToken{Flags: 1, EC: uint16(a.hmac()), SndSeqNum: serverSequence, Payload: a.layers}
	if w.Payload == nil {
		w.Payload = []byte{1, 0, 0, 0}
	}
	if a.subkey {
		w.Flags |= 4
	}
	key := a.key
	if a.wrap != nil {
		a.wrap(w, &key)
	}
	if err := w.SetCheckSum(key, keyusage.GSSAPI_ACCEPTOR_SEAL); err != nil {
		return nil, err
	}
	w.RRC = uint16(a.rotate)
	token, err := w.Marshal()
	if body := token[krb5gss.HdrLen:]; a.rotate > 0 {
		n := len(body) - a.rotate%len(body)
		token = slices.Concat(token[:krb5gss.HdrLen], body[n:], body[:n])
	}
	if a.wrapped != nil {
		token = a.wrapped(token)
	}
	return token, err
}

func (a *acceptor) hmac() int {
	etype, err := crypto.GetEtype(a.key.KeyType)
	if err != nil {
		panic(err)
	}
	return etype.GetHMACBitLength() / 8
}

func (a *acceptor) chosen(response []byte) error {
	var w krb5gss.WrapToken
	if err := w.Unmarshal(response, false); err != nil {
		return err
	}
	if ok, err := w.Verify(a.key, keyusage.GSSAPI_INITIATOR_SEAL); !ok {
		return err
	}
	if w.SndSeqNum != uint64(a.req.Authenticator.SeqNumber) || w.Flags&4 != 0 != a.subkey || w.Flags&3 != 0 || len(w.Payload) < 4 {
		return fmt.Errorf("wrap token %+v", w)
	}
	a.choice, a.user = w.Payload[:4], string(w.Payload[4:])
	return nil
}

// ticketed is a service, and a credential cache with a ticket for it.
type ticketed struct {
	keys  *keytab.Keytab
	cache string
}

// newTicket makes a key of a service and a ticket of ada for it.
func newTicket(t testing.TB, service string, etype int32, end time.Time) ticketed {
	t.Helper()
	keys := keytab.New()
	must(t, keys.AddEntry(service, realm, "of the service", time.Now().Add(-time.Hour), 1, etype))
	start := time.Now().Add(-time.Hour).UTC()
	name := types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, "ada")
	sname := types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, service)
	ticket, key, err := messages.NewTicket(name, realm, sname, realm, types.NewKrbFlags(), keys, etype, 1, start, start, end.UTC(), end.UTC())
	must(t, err)
	octets, err := ticket.Marshal()
	must(t, err)
	path := filepath.Join(t.TempDir(), "cache")
	must(t, os.WriteFile(path, cacheFile(service, key, start, end, octets), 0o600))
	return ticketed{keys, path}
}

// cacheFile returns a credential cache of version 4, with an entry of configuration before
// the ticket.
func cacheFile(service string, key types.EncryptionKey, start, end time.Time, ticket []byte) []byte {
	ada := principal(realm, "ada")
	config := credential(ada, principal("X-CACHECONF:", "krb5_ccache_conf_data", "pa_type"), types.EncryptionKey{}, start, end, []byte("2"))
	service1, host, _ := bytes.Cut([]byte(service), []byte("/"))
	return slices.Concat([]byte{5, 4, 0, 12, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0}, ada, config,
		credential(ada, principal(realm, string(service1), string(host)), key, start, end, ticket))
}

func u32[N int | int64](n N) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func data(b []byte) []byte { return append(u32(len(b)), b...) }

func principal(realm string, names ...string) []byte {
	b := slices.Concat(u32(1), u32(len(names)), data([]byte(realm)))
	for _, n := range names {
		b = append(b, data([]byte(n))...)
	}
	return b
}

func credential(client, server []byte, key types.EncryptionKey, start, end time.Time, ticket []byte) []byte {
	b := slices.Concat(client, server, []byte{byte(key.KeyType >> 8), byte(key.KeyType)}, data(key.KeyValue))
	for _, at := range []time.Time{start, start, end, end} {
		b = append(b, u32(at.Unix())...)
	}
	b = append(b, 0, 0x40, 0xe1, 0, 0)
	address := slices.Concat(u32(1), []byte{0, 2}, data([]byte{127, 0, 0, 1}))
	return slices.Concat(b, address, u32(0), data(ticket), data(nil))
}

const aes256 = etypeID.AES256_CTS_HMAC_SHA1_96

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
