package conformance

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// excuse is a difference of docs/differences.md that random texts reach.
type excuse struct {
	reason string
	holds  func(c played, text []byte) bool
}

var excuses = []excuse{
	{"an empty part of a multipart/digest", func(c played, text []byte) bool {
		return c.died != "" && (c.fn == "imap_fetchstructure" || c.fn == "imap_bodystruct") && dies(whole(text))
	}},
	{"a source route ends in an empty domain literal", func(c played, text []byte) bool {
		return c.died != "" && strings.Contains(c.got, "Empty domain literal") && openRoute.Match(text)
	}},
	{"comments nest too deep", func(c played, text []byte) bool {
		return c.died != "" && bytes.Count(text, []byte("(")) > 7000
	}},
	{"a domain has more labels than there can be", func(c played, text []byte) bool {
		return c.died == "" && bytes.Count(text, []byte(".")) > 126 && labels.MatchString(c.got)
	}},
	{"a word in UCS-4 or UTF-16", func(c played, text []byte) bool {
		return c.died != "" && c.fn == "imap_utf8" && wideWord.Match(text)
	}},
	{"a word in Shift_JIS ends in half of a character", func(c played, text []byte) bool {
		return c.died == "" && c.fn == "imap_utf8" && halfShiftJIS(text)
	}},
}

var (
	openRoute    = regexp.MustCompile(`(?s)<.*@.*,.*@.*\[`)
	labels       = regexp.MustCompile(`"host":"(?:[^".]*\.){126}`)
	wideWord     = regexp.MustCompile(`(?i)=\?(?:UCS-?4|UTF-16)[^?]*\?[BQ]\?`)
	shiftJISWord = regexp.MustCompile(`(?i)=\?SHIFT[-_]JIS[^?]*\?([BQ])\?([^?]*)\?=`)
)

// excuse returns the reason why the sides may differ in a call, or "".
func (c played) excuse(text []byte) string {
	for _, e := range excuses {
		if (c.died != "" || !c.equal()) && e.holds(c, text) {
			return e.reason
		}
	}
	return ""
}

// halfShiftJIS reports whether the last octet of a word in Shift_JIS is the first of two.
func halfShiftJIS(text []byte) bool {
	for _, word := range shiftJISWord.FindAllSubmatch(text, -1) {
		octets, _ := base64.StdEncoding.DecodeString(string(word[2]))
		if strings.EqualFold(string(word[1]), "q") {
			decoded, _ := imapcompat.QPrint(string(word[2]))
			octets = []byte(decoded)
		}
		for ; len(octets) > 0; octets = octets[1:] {
			if lead := octets[0]; lead < 0x80 || 0xa0 <= lead && lead < 0xe0 {
				continue
			}
			if len(octets) == 1 {
				return true
			}
			octets = octets[1:]
		}
	}
	return false
}
