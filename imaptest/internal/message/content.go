package message

// contentType is a Content-Type (RFC 2045 section 5).
type contentType struct {
	kind, subtype string
	params        []param
	// boundary is nil if there is none.
	boundary []byte
}

func parseContentType(value []byte) *contentType {
	s := scanner{text: value}
	s.skip()
	var ct contentType
	var ok bool
	if ct.kind, ct.subtype, ok = s.mediaType(); !ok {
		return &ct
	}
	ct.params = s.params()
	if lower([]byte(ct.kind)) != "multipart" {
		return &ct
	}
	for _, p := range ct.params {
		if lower([]byte(p.name)) == "boundary" {
			ct.boundary = append([]byte{}, p.value[:min(len(p.value), maxBoundary)]...)
			break
		}
	}
	return &ct
}

func (ct *contentType) partKind() kind {
	subtype := lower([]byte(ct.subtype))
	switch lower([]byte(ct.kind)) {
	case "text":
		return text
	case "message":
		if subtype == "rfc822" {
			return nested
		}
	case "multipart":
		switch subtype {
		case "":
			return other
		case "digest":
			return digest
		}
		return multipart
	}
	return other
}

// content is what the Content- fields of a part say.
type content struct {
	contentType                    *contentType
	id, description, md5, location []byte
	encoding                       string
	disposition                    *string
	dispositionParams              []param
	languages                      []string
}

// content reads the Content- fields. Of a repeated field the first counts, but for a disposition
// without parameters.
func (p *part) content() *content {
	c := new(content)
	if !p.mime {
		return c
	}
	first := func(s *[]byte, f field) {
		if *s == nil {
			*s = withReplacement(f.shown(innerLine))
		}
	}
	for f := range fields(p.header) {
		switch f.key() {
		case "content-type":
			if c.contentType == nil {
				c.contentType = parseContentType(f.value)
			}
		case "content-transfer-encoding":
			if c.encoding == "" {
				c.encoding = parseEncoding(f.value)
			}
		case "content-disposition":
			if c.dispositionParams == nil {
				c.readDisposition(f.value)
			}
		case "content-language":
			if c.languages == nil {
				c.languages = parseLanguages(f.value)
			}
		case "content-id":
			first(&c.id, f)
		case "content-description":
			first(&c.description, f)
		case "content-md5":
			first(&c.md5, f)
		case "content-location":
			first(&c.location, f)
		}
	}
	return c
}

// parseEncoding returns "" for what is not one token.
func parseEncoding(value []byte) string {
	s := scanner{text: value}
	s.skip()
	token, o := s.token(nil)
	if o != ended {
		return ""
	}
	return string(token)
}

func (c *content) readDisposition(value []byte) {
	s := scanner{text: value}
	s.skip()
	token, o := s.token(nil)
	if o == broken {
		return
	}
	disposition := string(token)
	c.disposition = &disposition
	c.dispositionParams = s.params()
}

// parseLanguages reads the list up to what is no language.
func parseLanguages(value []byte) (languages []string) {
	s := scanner{text: value}
	s.skip()
	for {
		language, o := s.atom(nil)
		if o == broken {
			return languages
		}
		languages = append(languages, string(language))
		if !s.at(',') {
			return languages
		}
		s.pos++
		s.skip()
	}
}
