package gssapi

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// ccache is a credential cache: versions 3 and 4 of the file format that MIT Kerberos
// documents. gokrb5's own reader reserves as much memory as a damaged file announces.
type ccache struct {
	realm string
	name  types.PrincipalName
	list  []*credentials.Credential
}

// malformedCache is an error in a cache.
type malformedCache string

func (m malformedCache) Error() string { return string(m) }

const (
	badVersion = malformedCache("Unsupported credentials cache format version number")
	badFormat  = malformedCache("Bad format in credentials cache")
)

// parseCache parses a cache. An error is a malformedCache.
func parseCache(octets []byte) (*ccache, error) {
	r := &cacheReader{rest: octets}
	c := new(ccache)
	version := r.uint16()
	switch version {
	case 0x0503:
	case 0x0504:
		r.take(uint32(r.uint16())) // tagged fields, such as the time offset of the KDC
	default:
		return nil, badVersion
	}
	c.realm, c.name = r.principal()
	for len(r.rest) > 0 && !r.failed {
		if cred := r.credential(version == 0x0503); cred != nil {
			c.list = append(c.list, cred)
		}
	}
	if r.failed {
		return nil, badFormat
	}
	return c, nil
}

// cacheReader reads the fields of a cache, which are big-endian. After a failure, it reads
// zeros.
type cacheReader struct {
	rest   []byte
	failed bool
}

func (r *cacheReader) take(n uint32) []byte {
	if uint64(n) > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return nil
	}
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *cacheReader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *cacheReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *cacheReader) data() []byte { return r.take(r.uint32()) }

func (r *cacheReader) time() time.Time { return time.Unix(int64(r.uint32()), 0) }

func (r *cacheReader) principal() (realm string, name types.PrincipalName) {
	name.NameType = int32(r.uint32())
	components := r.uint32()
	realm = string(r.data())
	for ; components > 0 && !r.failed; components-- {
		name.NameString = append(name.NameString, string(r.data()))
	}
	return realm, name
}

// pairs skips a list of addresses or of authorization data.
func (r *cacheReader) pairs() {
	for n := r.uint32(); n > 0 && !r.failed; n-- {
		r.uint16()
		r.data()
	}
}

// credential reads a ticket with its key. It returns nil for an entry that holds
// configuration.
func (r *cacheReader) credential(repeatsKeyType bool) *credentials.Credential {
	c := new(credentials.Credential)
	c.Client.Realm, c.Client.PrincipalName = r.principal()
	c.Server.Realm, c.Server.PrincipalName = r.principal()
	c.Key.KeyType = int32(int16(r.uint16()))
	if repeatsKeyType {
		r.uint16()
	}
	c.Key.KeyValue = r.data()
	c.AuthTime, c.StartTime, c.EndTime, c.RenewTill = r.time(), r.time(), r.time(), r.time()
	r.take(1) // is_skey
	c.TicketFlags = types.NewKrbFlags()
	copy(c.TicketFlags.Bytes, r.take(4))
	r.pairs()
	r.pairs()
	c.Ticket = r.data()
	r.data() // second ticket
	if strings.HasPrefix(c.Server.Realm, "X-CACHECONF:") || len(c.Server.PrincipalName.NameString) == 0 {
		return nil
	}
	return c
}

// find returns a ticket for a service that is valid at a time.
func (c *ccache) find(spn string, now time.Time) (ticket messages.Ticket, key types.EncryptionKey, ok bool) {
	for _, cred := range c.list {
		if cred.Server.PrincipalName.PrincipalNameString() == spn && now.Before(cred.EndTime) &&
			ticket.Unmarshal(cred.Ticket) == nil {
			return ticket, cred.Key, true
		}
	}
	return ticket, key, false
}

// gokrb5 returns the cache for gokrb5, without the tickets that have expired: gokrb5 takes
// the first of several.
func (c *ccache) gokrb5(now time.Time) *credentials.CCache {
	cache := new(credentials.CCache)
	cache.DefaultPrincipal.Realm, cache.DefaultPrincipal.PrincipalName = c.realm, c.name
	for _, cred := range c.list {
		if now.Before(cred.EndTime) {
			cache.Credentials = append(cache.Credentials, cred)
		}
	}
	return cache
}
