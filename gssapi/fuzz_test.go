package gssapi

import (
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// A credential cache is read within its length, whatever it announces.
func FuzzCache(f *testing.F) {
	f.Add([]byte("\x05\x04\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01R\x00\x00\x00\x01a"))
	f.Add([]byte("\x05\x03\x00\x00\x00\x01\xff\xff\xff\xff\x00\x00\x00\x01R\x00\x00\x00\x01a"))
	f.Add([]byte("\x05\x02"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		c, err := parseCache(octets)
		if (c == nil) == (err == nil) {
			t.Fatalf("%v, %v", c, err)
		}
		if c == nil {
			return
		}
		for _, cred := range c.list {
			if len(cred.Ticket)+len(cred.Key.KeyValue) > len(octets) {
				t.Errorf("a ticket of %d octets from %d", len(cred.Ticket), len(octets))
			}
		}
		c.find("imap/h", time.Unix(0, 0))
		c.gokrb5(time.Unix(0, 0)).GetClientCredentials()
	})
}

// No server without the key of the service completes an exchange.
func FuzzExchange(f *testing.F) {
	key := types.EncryptionKey{KeyType: etypeID.AES128_CTS_HMAC_SHA1_96, KeyValue: make([]byte, 16)}
	ticket := messages.Ticket{TktVNO: 5, Realm: "R", SName: types.PrincipalName{NameString: []string{"imap", "h"}}}
	f.Add([]byte{}, contextToken(apReply, []byte{0x6f, 0}), []byte("\x05\x04\x01\xff\x00\x0c\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00123456789012"))
	f.Add([]byte{}, contextToken(krbError, []byte{0x7e, 2, 0x30, 0}), []byte{})
	f.Add([]byte{}, contextToken(apReply, []byte("\x6f\x1a\x30\x18\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0f\xa2\x0c\x30\x0a\xa0\x03\x02\x01\x12\xa2\x03\x04\x01x")), []byte{})
	f.Fuzz(func(t *testing.T, first, reply, wrap []byte) {
		x, err := newExchange(credentials.New("ada", "R"), ticket, key, "ben")
		if err != nil {
			t.Fatal(err)
		}
		for _, challenge := range [][]byte{first, reply, wrap} {
			if _, err := x.Next(challenge); err != nil {
				break
			}
		}
		if x.Complete() {
			t.Error("the exchange is complete")
		}
		if _, err := x.unwrap(wrap); err == nil {
			t.Errorf("accepts %q", wrap)
		}
	})
}
