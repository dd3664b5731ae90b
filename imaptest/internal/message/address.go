package message

// address is an entry of an address list (RFC 3501 section 7.4.2). A string that is nil is NIL.
// A group begins with an entry that has a mailbox only, and ends with one that has nothing.
type address struct {
	name, route, mailbox, host []byte
}

// addressScanner reads an address list (RFC 5322 section 3.4).
type addressScanner struct {
	scanner
	list []address
	// now is the address that is read.
	now address
	// word is what was read last.
	word []byte
}

// parseAddresses reads the addresses of a field. Reading ends at what is no address.
func parseAddresses(value []byte) []address {
	s := addressScanner{scanner: scanner{text: value, keepsComment: true}}
	if s.skip() != more {
		return nil
	}
	for s.addressOrGroup() != ended && s.at(',') {
		s.pos++
		switch s.skip() {
		case ended:
			return s.list
		case broken:
			s.complete()
			return s.list
		}
	}
	return s.list
}

// lastWord returns a copy of the last word, which is never nil.
func (s *addressScanner) lastWord() []byte { return append([]byte{}, s.word...) }

func (s *addressScanner) add() {
	s.list = append(s.list, s.now)
	s.now = address{}
}

// complete adds the address, with names for what it lacks.
func (s *addressScanner) complete() {
	if s.now.mailbox == nil {
		s.now.mailbox = []byte("MISSING_MAILBOX")
	}
	if len(s.now.host) == 0 {
		s.now.host = []byte("MISSING_DOMAIN")
	}
	s.add()
}

func (s *addressScanner) addressOrGroup() outcome {
	start := s.pos
	var o outcome
	s.word, o = s.phrase(s.word[:0])
	if o == more && s.at(':') {
		return s.group()
	}
	s.pos = start
	return s.address()
}

// group reads a group behind its name, which is the last word.
func (s *addressScanner) group() outcome {
	s.pos++
	o := s.skip()
	s.now.mailbox = s.lastWord()
	s.add()
	if o == more && !s.at(';') {
		o = s.members()
	}
	if o != broken {
		o = broken
		if s.at(';') {
			s.pos++
			o = s.skip()
		}
	}
	s.add()
	if o == ended {
		return ended
	}
	return more
}

// members reads the addresses of a group.
func (s *addressScanner) members() outcome {
	for {
		s.address()
		if !s.at(',') {
			return more
		}
		s.pos++
		if s.skip() != more {
			return broken
		}
	}
}

// address reads "name <mailbox@host>" or "mailbox@host (name)".
func (s *addressScanner) address() outcome {
	start := s.pos
	var o outcome
	if s.word, o = s.phrase(s.word[:0]); o == more && s.at('<') {
		if len(s.word) > 0 {
			s.now.name = s.lastWord()
		}
		if s.angleAddress() == broken {
			s.now.host = []byte("SYNTAX_ERROR")
		}
		o = s.outcome()
	} else {
		s.pos = start
		o = s.bareAddress()
	}
	s.complete()
	return o
}

// angleAddress reads "<mailbox@host>", or "<@route:mailbox@host>".
func (s *addressScanner) angleAddress() outcome {
	s.pos++
	if s.skip() != more {
		return broken
	}
	if s.at('@') {
		if !s.route() {
			s.now.route = []byte("INVALID_ROUTE")
		}
		if s.skip() != more {
			return broken
		}
	}
	if !s.at('>') {
		if s.localPart() != more {
			return broken
		}
		if s.at('@') && s.host() != more {
			return broken
		}
	}
	if !s.at('>') {
		return broken
	}
	s.pos++
	return s.skip()
}

// route reads the domains of a route with the colon behind them.
func (s *addressScanner) route() bool {
	s.word = s.word[:0]
	for s.at('@') {
		if len(s.word) > 0 {
			s.word = append(s.word, ',')
		}
		s.word = append(s.word, '@')
		var o outcome
		if s.word, o = s.domain(s.word); o != more {
			return false
		}
		for s.skip() == more && s.at(',') {
			s.pos++
		}
	}
	if !s.at(':') {
		return false
	}
	s.now.route = s.lastWord()
	s.pos++
	return true
}

// bareAddress reads an address without angle brackets. A comment is its name. One word without a
// host is a mailbox, several are a name.
func (s *addressScanner) bareAddress() outcome {
	s.comment = nil
	quoted := s.at('"')
	o := s.localPart()
	invalid := o != more
	hasHost := o != ended && s.at('@')
	if hasHost {
		if h := s.host(); h != more {
			o = h
		}
	}
	switch {
	case len(s.comment) > 0:
		s.now.name = append([]byte{}, s.comment...)
	case !hasHost:
		s.word = append(s.word, ' ')
		before := len(s.word)
		s.word, _ = s.phrase(s.word)
		if len(s.word) > before {
			s.now.mailbox, s.now.name = nil, s.lastWord()
		} else if !quoted {
			s.now.host = []byte{}
		}
		invalid, o = true, broken
	}
	if invalid && s.now.name == nil && s.now.mailbox != nil && s.now.host == nil {
		s.now.name, s.now.mailbox = s.now.mailbox, nil
	}
	return o
}

// localPart reads a local-part, in which dots may be anywhere.
func (s *addressScanner) localPart() (o outcome) {
	s.word = s.word[:0]
	if s.at('"') {
		s.word, o = s.quotedString(s.word)
	} else {
		o = s.dottedWords()
	}
	if o != broken {
		s.now.mailbox = s.lastWord()
	}
	return o
}

func (s *addressScanner) dottedWords() outcome {
	o := broken
	for {
		for s.at('.') {
			s.word = append(s.word, '.')
			s.pos++
			if s.atEnd() {
				return ended
			}
			o = more
		}
		if s.at('@') {
			return o
		}
		if s.word, o = s.atom(s.word); o != more || !s.at('.') {
			return o
		}
	}
}

func (s *addressScanner) host() (o outcome) {
	s.word, o = s.domain(s.word[:0])
	if o != broken {
		s.now.host = s.lastWord()
	}
	return o
}
