package readahead

import (
	"maps"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// Flags that are shown are at most minAge old, or on a slow link ageTrips round trips, but
// never older than maxAge: to ask more often would take longer than the reading.
const (
	minAge   = 250 * time.Millisecond
	maxAge   = 2 * time.Second
	ageTrips = 10
)

// ageOn is how old flags may be on a link.
func ageOn(link backend.Link) time.Duration {
	return min(max(minAge, ageTrips*link.RoundTrip), maxAge)
}

// prefetched is a message that was fetched before it was read.
type prefetched struct {
	*backend.Message
	err      error // it could not be fetched
	size     int   // about how much memory it takes, in octets
	untraced bool  // the service has taken no note of it

	// When its flags were so, if they were asked for.
	at      time.Time
	changes int // of State then
}

// cache holds prefetched messages of one kind of reading, by number or UID.
type cache struct {
	messages map[int]prefetched
	size     int // of a message, on average of the last ones, in octets
}

func (c *cache) add(n int, m prefetched) {
	if c.size == 0 {
		c.size = m.size
	}
	c.size += (m.size - c.size) / 16
	c.messages[n] = m
}

func (c *cache) has(n int) bool {
	_, ok := c.messages[n]
	return ok
}

// count is how many of a list are there.
func (c *cache) count(list []int) int {
	count := 0
	for _, n := range list {
		if c.has(n) {
			count++
		}
	}
	return count
}

// besides counts the messages other than n.
func (c *cache) besides(n int) int {
	if c.has(n) {
		return len(c.messages) - 1
	}
	return len(c.messages)
}

// keep drops what is not on a list, and returns how many messages that were.
func (c *cache) keep(list []int) (dropped int) {
	kept := make(map[int]prefetched, len(list))
	for _, n := range list {
		if m, ok := c.messages[n]; ok {
			kept[n] = m
		}
	}
	dropped = len(c.messages) - len(kept)
	c.messages = kept
	return dropped
}

// forget drops the messages of a set.
func (c *cache) forget(set backend.Set) {
	maps.DeleteFunc(c.messages, func(_ int, m prefetched) bool { return set.Has(m.Message) })
}

// outdate notes that flags of the messages of a set are about to change.
func (c *cache) outdate(set backend.Set) {
	for n, m := range c.messages {
		if set.Has(m.Message) {
			m.at = time.Time{}
			c.messages[n] = m
		}
	}
}

// isStale reports whether the flags of a message may have changed since, after so many
// changes of State, or are older than age.
func (m prefetched) isStale(changes int, age time.Duration) bool {
	return m.changes != changes || time.Since(m.at) > age
}

func numberOf(msg *backend.Message, uid bool) int {
	if uid {
		return msg.UID
	}
	return msg.Num
}
