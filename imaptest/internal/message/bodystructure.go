package message

import "strconv"

// appendStructure appends the list of BODYSTRUCTURE, or BODY if it is not extended (RFC 3501
// section 7.4.2).
func appendStructure(dst []byte, p *part, extended bool) []byte {
	c := p.content()
	dst = append(dst, '(')
	if p.isMultipart() {
		dst = appendMultipart(dst, p, c, extended)
	} else {
		dst = appendSingle(dst, p, c, extended)
	}
	return append(dst, ')')
}

func appendMultipart(dst []byte, p *part, c *content, extended bool) []byte {
	for _, child := range p.children {
		dst = appendStructure(dst, child, extended)
	}
	if len(p.children) == 0 {
		dst = appendStructure(dst, &part{kind: text}, extended)
	}
	dst = append(dst, ' ')
	dst = appendString(dst, []byte(c.contentType.subtype))
	if !extended {
		return dst
	}
	dst = append(dst, ' ')
	dst = appendParams(dst, c.contentType.params)
	return appendExtension(dst, c)
}

func appendSingle(dst []byte, p *part, c *content, extended bool) []byte {
	kind, subtype, params := c.shown(p)
	dst = appendString(dst, []byte(kind))
	dst = append(dst, ' ')
	dst = appendString(dst, []byte(subtype))
	dst = append(dst, ' ')
	dst = appendParams(dst, params)
	dst = append(dst, ' ')
	dst = appendUnfolded(dst, c.id)
	dst = append(dst, ' ')
	dst = appendUnfolded(dst, c.description)
	dst = append(dst, ' ')
	encoding := c.encoding
	if encoding == "" {
		encoding = "7bit"
	}
	dst = appendString(dst, []byte(encoding))
	dst = appendNumber(dst, p.bodySize)
	switch p.kind {
	case text:
		dst = appendNumber(dst, p.bodyLines)
	case nested:
		dst = append(dst, ' ')
		dst = appendEnvelope(dst, p.children[0].header, innerLine)
		dst = append(dst, ' ')
		dst = appendStructure(dst, p.children[0], extended)
		dst = appendNumber(dst, p.bodyLines)
	}
	if !extended {
		return dst
	}
	dst = append(dst, ' ')
	dst = appendUnfolded(dst, c.md5)
	return appendExtension(dst, c)
}

func appendNumber(dst []byte, n int) []byte {
	return strconv.AppendInt(append(dst, ' '), int64(n), 10)
}

// shown returns the media type and the parameters of a part without parts. A text has a charset,
// us-ascii by default. What has parts but too many is application/octet-stream.
func (c *content) shown(p *part) (kind, subtype string, params []param) {
	ct := c.contentType
	if ct != nil {
		params = ct.params
	}
	switch {
	case p.kind == nested:
		return "message", "rfc822", params
	case p.isCut(ct):
		return "application", "octet-stream", params
	case ct == nil:
		kind, subtype = "text", "plain"
	default:
		kind, subtype = ct.kind, ct.subtype
	}
	if p.kind == text && !hasCharset(params) {
		params = append(params[:len(params):len(params)], param{"charset", "us-ascii"})
	}
	return kind, subtype, params
}

// isCut reports whether a part would have parts if there were not too many. A multipart without
// subtype is such, too.
func (p *part) isCut(ct *contentType) bool {
	if ct == nil {
		return p.parent != nil && p.parent.kind == digest
	}
	kind := lower([]byte(ct.kind))
	return kind == "multipart" || kind == "message" && lower([]byte(ct.subtype)) == "rfc822"
}

func hasCharset(params []param) bool {
	for _, p := range params {
		if lower([]byte(p.name)) == "charset" {
			return true
		}
	}
	return false
}

func appendParams(dst []byte, params []param) []byte {
	if len(params) == 0 {
		return append(dst, "NIL"...)
	}
	dst = append(dst, '(')
	for i, p := range params {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendString(dst, []byte(p.name))
		dst = append(dst, ' ')
		dst = appendString(dst, []byte(p.value))
	}
	return append(dst, ')')
}

// appendExtension appends disposition, language and location.
func appendExtension(dst []byte, c *content) []byte {
	dst = append(dst, ' ')
	if c.disposition == nil {
		dst = append(dst, "NIL"...)
	} else {
		dst = append(dst, '(')
		dst = appendString(dst, []byte(*c.disposition))
		dst = append(dst, ' ')
		dst = appendParams(dst, c.dispositionParams)
		dst = append(dst, ')')
	}
	dst = append(dst, ' ')
	dst = appendLanguages(dst, c.languages)
	dst = append(dst, ' ')
	return appendUnfolded(dst, c.location)
}

func appendLanguages(dst []byte, languages []string) []byte {
	if len(languages) == 0 {
		return append(dst, "NIL"...)
	}
	dst = append(dst, '(')
	for i, language := range languages {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendString(dst, []byte(language))
	}
	return append(dst, ')')
}
