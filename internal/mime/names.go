package mime

import (
	"slices"
	"sync"
)

// These are the names for PHP's constants TYPETEXT to TYPEOTHER and ENC7BIT to ENCOTHER,
// numbered from 0.
var (
	mediaTypes = [...]string{
		"TEXT", "MULTIPART", "MESSAGE", "APPLICATION", "AUDIO", "IMAGE", "VIDEO", "MODEL", "X-UNKNOWN",
	}
	encodings = [...]string{
		"7BIT", "8BIT", "BINARY", "BASE64", "QUOTED-PRINTABLE", "X-UNKNOWN",
	}
)

// These limit the names that PHP numbers, including the well-known ones.
const (
	maxMediaTypes = 16
	maxEncodings  = 11
)

// Names numbers media types and transfer encodings as the properties type and encoding of
// imap_fetchstructure do. The well-known names have fixed numbers. Any other name gets the next
// free number when it is first seen, or that of X-UNKNOWN if none is left.
//
// PHP keeps one such table for the life of a process. The zero value is ready for use. Several
// goroutines may use it.
type Names struct {
	mu        sync.Mutex
	types     []string // those met beyond mediaTypes
	encodings []string // those met beyond encodings
}

// Novelty tells whether a name was in the table before it was looked up.
type Novelty int

const (
	Known    Novelty = iota // well-known, or met before
	New                     // first met now, and numbered
	Overflow                // not in the table, which is full
)

// Type returns the number of a media type in upper case.
func (n *Names) Type(name string) (int, Novelty) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return number(name, mediaTypes[:], &n.types, maxMediaTypes)
}

// Encoding returns the number of a transfer encoding in upper case.
func (n *Names) Encoding(name string) (int, Novelty) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return number(name, encodings[:], &n.encodings, maxEncodings)
}

// number looks name up among the known names, the last of which stands for names without a
// number, and among those met before.
func number(name string, known []string, met *[]string, limit int) (int, Novelty) {
	if i := slices.Index(known, name); i >= 0 {
		return i, Known
	}
	if i := slices.Index(*met, name); i >= 0 {
		return len(known) + i, Known
	}
	if len(known)+len(*met) == limit {
		return len(known) - 1, Overflow
	}
	*met = append(*met, name)
	return len(known) + len(*met) - 1, New
}
