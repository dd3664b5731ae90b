package readable

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Parameter returns the value of a parameter among those of a media type or a disposition, or
// "" if there is none. The name is in any case, such as "charset" or "filename".
//
// A value that RFC 2231 splits or encodes is joined and decoded. It is preferred where the
// same parameter is also there in the plain form. A plain value may have encoded words (RFC
// 2047), which the RFC forbids and which many programs write, and text that is not ASCII.
// Both are read as [Header] reads them.
func Parameter(list []imapcompat.Parameter, name string, opts ...Option) (string, Doubts) {
	sections, plain, ok := parameterSections(list, name)
	if len(sections) > 0 {
		return joinSections(sections, opts)
	}
	if !ok {
		return "", nil
	}
	// Some programs write the value of RFC 2231 under the plain name.
	if charsetName, text, ok := cutCharset(plain); ok && strings.Contains(text, "%") {
		if _, known := findCharset(charsetName); known && charsetName != "" {
			value, doubts := joinSections([]section{{encoded: true, value: plain}}, opts)
			doubts.add(DoubtMalformedParameter, 0, plain)
			return value, doubts
		}
	}
	return Header(plain, opts...)
}

// FileName returns the name of the file that a part is, or "" if it has none: the parameter
// "filename" of its disposition (RFC 2183 section 2.3), or "name" of its media type, or what
// of these stands in the wrong place. An attacker may have chosen the name: [SafeName] makes
// a name for a file from it.
func FileName(part *imapcompat.Structure, opts ...Option) (string, Doubts) {
	for _, place := range []struct {
		list []imapcompat.Parameter
		name string
	}{
		{part.DParameters, "filename"}, {part.Parameters, "name"}, {part.Parameters, "filename"}, {part.DParameters, "name"},
	} {
		if name, doubts := Parameter(place.list, place.name, opts...); name != "" && name != missingValue {
			return name, doubts
		}
	}
	return "", nil
}

// missingValue is what c-client puts where a parameter has no value.
const missingValue = "MISSING_PARAMETER_VALUE"

// A section is a piece of a value, name*0 or name*0* (RFC 2231 section 3).
type section struct {
	number  int
	encoded bool
	value   string
}

// parameterSections returns the sections of a parameter in their order, each once, and its
// plain value.
func parameterSections(list []imapcompat.Parameter, name string) (sections []section, plain string, ok bool) {
	for _, p := range list {
		attribute := strings.ToLower(p.Attribute)
		if attribute == strings.ToLower(name) {
			if !ok {
				plain, ok = p.Value, true
			}
			continue
		}
		rest, isSection := strings.CutPrefix(attribute, strings.ToLower(name)+"*")
		if !isSection {
			continue
		}
		s := section{value: p.Value}
		digits, encoded := strings.CutSuffix(rest, "*")
		s.encoded = encoded || rest == ""
		if digits != "" {
			number, err := strconv.ParseUint(digits, 10, 31)
			if err != nil {
				continue
			}
			s.number = int(number)
		}
		sections = append(sections, s)
	}
	slices.SortStableFunc(sections, func(a, b section) int { return cmp.Compare(a.number, b.number) })
	sections = slices.CompactFunc(sections, func(a, b section) bool { return a.number == b.number })
	return sections, plain, ok
}

// joinSections joins and decodes the sections of a value.
func joinSections(sections []section, opts []Option) (string, Doubts) {
	var doubts Doubts
	var octets []byte
	charsetName, encoded := "", false
	for i, s := range sections {
		if s.number != i {
			doubts.add(DoubtMalformedParameter, len(octets), "*"+strconv.Itoa(s.number))
		}
		value := s.value
		if s.encoded && !encoded {
			// The first encoded section names the charset. It should be the first of all.
			name, text, ok := cutCharset(value)
			if ok {
				charsetName, value = name, text
			}
			if !ok || i > 0 {
				doubts.add(DoubtMalformedParameter, len(octets), s.value)
			}
			encoded = true
		}
		if s.encoded {
			octets = appendPercentDecoded(octets, value, &doubts)
		} else {
			octets = append(octets, value...)
		}
	}
	value := string(octets)
	if !encoded || charsetName == "" {
		value, others := Header(value, opts...)
		doubts.merge(others)
		return value, doubts
	}
	d := headerDecoder{options: newOptions(opts)}
	value = d.options.decode(octets, charsetName, &doubts)
	d.write(value, 0)
	doubts.merge(d.doubts)
	return d.line(), doubts
}

// cutCharset cuts the charset and the language off a value, charset'language'text.
func cutCharset(value string) (charsetName, text string, ok bool) {
	pieces := strings.SplitN(value, "'", 3)
	if len(pieces) < 3 || len(pieces[0]) > maxCharsetName {
		return "", value, false
	}
	return pieces[0], pieces[2], true
}

// appendPercentDecoded decodes "%" and two digits (RFC 2231 section 4). Another "%" stays.
func appendPercentDecoded(octets []byte, text string, doubts *Doubts) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			octets = append(octets, text[i])
			continue
		}
		if octet, ok := hexOctet(text[i+1:]); ok {
			octets = append(octets, octet)
			i += 2
			continue
		}
		doubts.add(DoubtMalformedParameter, len(octets), text[i:min(i+3, len(text))])
		octets = append(octets, '%')
	}
	return octets
}
