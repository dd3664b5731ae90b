// Package retryafter reads the field Retry-After of an HTTP answer.
package retryafter

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longest bounds what a service may ask for.
const longest = 24 * time.Hour

// Parse reads the field (RFC 9110 section 10.2.3): seconds or a date. The time is at most a day.
func Parse(field string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(strings.TrimSpace(field), 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, longest), true
	}
	if t, err := http.ParseTime(field); err == nil {
		return min(max(t.Sub(now), 0), longest), true
	}
	return 0, false
}
