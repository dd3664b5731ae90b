package readahead

import (
	"maps"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// Flags that the caller gets are at most minAge old, or on a slow link ageTrips round
// trips, but never older than maxAge. Fetching them more often would take longer than the
// reading.
const (
	minAge   = 250 * time.Millisecond
	maxAge   = 2 * time.Second
	ageTrips = 10
)

// ageOn returns the greatest age of flags on a link.
func ageOn(link backend.Link) time.Duration {
	return min(max(minAge, ageTrips*link.RoundTrip), maxAge)
}

// prefetched is a message that a window brought.
type prefetched struct {
	*backend.Message
	err        error // why the message could not be fetched
	memory     int   // estimated, in octets
	unrecorded bool  // the service has not recorded it as retrieved

	// When its flags were received, if they were asked for.
	at          time.Time
	unsolicited int // State.Unsolicited at that time
}

// cache holds the prefetched messages of one stream, by number or UID.
type cache struct {
	messages   map[int]prefetched
	meanMemory int // moving average of the memory of a message, in octets
}

func (c *cache) add(n int, m prefetched) {
	if c.meanMemory == 0 {
		c.meanMemory = m.memory
	}
	c.meanMemory += (m.memory - c.meanMemory) / 16
	c.messages[n] = m
}

func (c *cache) has(n int) bool {
	_, ok := c.messages[n]
	return ok
}

// count returns how many messages of a list are in the cache.
func (c *cache) count(list []int) int {
	count := 0
	for _, n := range list {
		if c.has(n) {
			count++
		}
	}
	return count
}

// countOthers returns how many messages other than n are in the cache.
func (c *cache) countOthers(n int) int {
	if c.has(n) {
		return len(c.messages) - 1
	}
	return len(c.messages)
}

// keep drops the messages that are not on a list, and returns how many it dropped.
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

// markStale marks the flags of a set as stale, because they are about to change.
func (c *cache) markStale(set backend.Set) {
	for n, m := range c.messages {
		if set.Has(m.Message) {
			m.at = time.Time{}
			c.messages[n] = m
		}
	}
}

// isStale reports whether the flags of a message are older than age, or the service has
// sent data unasked since they were received.
func (m prefetched) isStale(unsolicited int, age time.Duration) bool {
	return m.unsolicited != unsolicited || time.Since(m.at) > age
}

func numberOf(msg *backend.Message, uid bool) int {
	if uid {
		return msg.UID
	}
	return msg.Num
}
