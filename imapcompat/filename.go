package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat"
)

// fileName returns the name in the header of a part (RFC 2183 section 2.3), or in the older
// parameter of its type, or "".
func fileName(s *imapcompat.Structure) string {
	return cmp.Or(parameter(s.DParameters, "filename"), parameter(s.Parameters, "name"))
}

// parameter returns the value of a parameter, joined and decoded by RFC 2231, or by RFC 2047,
// which forbids it and which many programs use.
func parameter(list []imapcompat.Parameter, name string) string {
	type section struct {
		number  string
		encoded bool
		value   string
	}
	var plain string
	var sections []section
	for _, p := range list {
		attribute := strings.ToLower(p.Attribute)
		if attribute == name {
			plain = cmp.Or(plain, p.Value)
			continue
		}
		rest, ok := strings.CutPrefix(attribute, name+"*")
		if !ok {
			continue
		}
		number, encoded := strings.CutSuffix(rest, "*")
		sections = append(sections, section{number, encoded || rest == "", p.Value})
	}
	if len(sections) == 0 {
		return decodeWords(plain)
	}
	slices.SortStableFunc(sections, func(a, b section) int {
		return cmp.Or(cmp.Compare(len(a.number), len(b.number)), strings.Compare(a.number, b.number))
	})
	var charsetName string
	var value strings.Builder
	for i, s := range sections {
		text := s.value
		if s.encoded {
			if fields := strings.SplitN(text, "'", 3); i == 0 && len(fields) == 3 {
				charsetName, text = fields[0], fields[2]
			}
			if decoded, err := url.PathUnescape(text); err == nil {
				text = decoded
			}
		}
		value.WriteString(text)
	}
	return decodeCharset(charsetName, value.String())
}

// decodeCharset decodes a text in a charset. In an unknown charset it stays unchanged.
func decodeCharset(name, text string) string {
	if name == "" {
		return text
	}
	r, err := charset.Reader(name, strings.NewReader(text))
	if err != nil {
		return text
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		return text
	}
	return string(decoded)
}

// maxFileName is the greatest length of a file name, in octets. File systems allow 255, or 143
// if they encrypt names. Suffixes must fit too.
const maxFileName = 120

// reservedNames are the names of devices on Windows, with any extension.
var reservedNames = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// safeFileName makes a foreign name safe for a file in a folder. It has no path, on any system,
// and no system, shell or person takes it for something else. It is "" if nothing is left.
func safeFileName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r), r == utf8.RuneError:
			return '_'
		case unicode.IsSpace(r) && !unicode.IsControl(r):
			return ' '
		case !unicode.IsGraphic(r) && r != '\u200d': // U+200D joins emoji
			return -1
		}
		return r
	}, norm.NFC.String(name))
	name = strings.TrimRight(strings.TrimSpace(name), ". ") // Windows removes these
	name = shorten(name, maxFileName)
	if name != "" && strings.ContainsRune(".-~", rune(name[0])) || reservedNames.MatchString(name) {
		name = shorten("_"+name, maxFileName)
	}
	return name
}

// shorten cuts a name to limit octets, and keeps its extension.
func shorten(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	base, extension := splitExtension(name)
	base = base[:limit-len(extension)]
	for !utf8.ValidString(base) {
		base = base[:len(base)-1]
	}
	return strings.TrimRight(base, ". ") + extension
}

// splitExtension splits a name before its extension, if that is short.
func splitExtension(name string) (base, extension string) {
	const longest = 16
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= longest {
		return name[:i], name[i:]
	}
	return name, ""
}

// numbered returns the nth variant of a name, "name (2).txt".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	base, extension := splitExtension(name)
	return fmt.Sprintf("%s (%d)%s", base, n, extension)
}

// sameName returns the same text for names that some file system treats as equal.
func sameName(name string) string {
	return string(bytes.ToLower(bytes.ToUpper(norm.NFC.Bytes([]byte(name)))))
}
