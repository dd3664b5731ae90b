package rfc822

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// MissingHost is the host that c-client gives to an address without one in messages that it
// parses itself, as on POP3.
const MissingHost = ".MISSING-HOST-NAME."

// errorHost is the host of addresses that report a syntax error.
const errorHost = ".SYNTAX-ERROR."

// maxGroupDepth is the depth to which c-client lets groups nest, counted from 0. RFC 5322 does
// not allow nested groups.
const maxGroupDepth = 50

// maxLabels is the greatest number of labels in a domain name: 255 octets, at least two for
// each label (RFC 1035 section 2.3.4).
const maxLabels = 127

// maxAddresses limits the addresses of a list, and of all lists of a header together. Without
// it "a,a,a,..." would take 50 times its length in memory. A server accepts at most some
// thousand recipients for a message.
const maxAddresses = 65_536

// ParseAddressList parses a list of addresses as imap_rfc822_parse_adrlist does. An address
// without a host gets defaultHost.
//
// A group is an address with only a mailbox, the name of the group, then the members, then an
// address with no field set. If the list cannot be parsed further, or has more than 65,536
// addresses, an address of the host ".SYNTAX-ERROR." ends it.
//
// As in C, a NUL byte ends the list, and the default host.
func ParseAddressList(list, defaultHost string, notice func(text string)) []backend.Address {
	p := newParser(defaultHost, notice)
	return p.addressList(nil, cString(list))
}

// cString returns text up to its first NUL byte.
func cString(text string) string {
	if i := strings.IndexByte(text, 0); i >= 0 {
		return text[:i]
	}
	return text
}

// parser parses addresses (RFC 5322 section 3.4). Its methods begin at pos, move pos past what
// they read, and append to list. A method that finds nothing returns false.
type parser struct {
	scanner
	host string // host of an address without one
	pos  int
	room int // addresses that may still follow
	list []backend.Address
}

func newParser(defaultHost string, notice func(string)) *parser {
	if notice == nil {
		notice = func(string) {}
	}
	return &parser{host: cString(defaultHost), scanner: scanner{notice: notice}, room: maxAddresses}
}

// addressList appends the addresses in text to list.
func (p *parser) addressList(list []backend.Address, text string) []backend.Address {
	p.list = list
	p.scan(text)
	p.pos = p.skipSpace(0)
	for p.skipNullAddresses(); p.at(p.pos) != 0; p.skipNullAddresses() {
		if !p.address(0) {
			p.invalidAddress()
			break
		}
		p.pos = p.skipSpace(p.pos)
		switch c := p.at(p.pos); {
		case c == ',':
			p.pos++
		case isAlnum(c):
			p.fail("UNEXPECTED_DATA_AFTER_ADDRESS", "Must use comma to separate addresses: "+p.rest(p.pos))
		case c != 0:
			p.fail("UNEXPECTED_DATA_AFTER_ADDRESS", "Unexpected characters at end of address: "+p.rest(p.pos))
		}
	}
	return p.list
}

// skipNullAddresses skips the empty elements that RFC 5322 section 4.4 (obs-addr-list) allows.
func (p *parser) skipNullAddresses() {
	for p.at(p.pos) == ',' {
		p.pos = p.skipSpace(p.pos + 1)
	}
}

func (p *parser) invalidAddress() {
	p.pos = p.skipSpace(p.pos)
	text := "Missing address after comma"
	if p.at(p.pos) != 0 {
		text = "Invalid mailbox list: " + p.rest(p.pos)
	}
	p.fail("INVALID_ADDRESS", text)
}

// fail reports a syntax error and skips the rest. An address named for the error replaces it.
func (p *parser) fail(mailbox, text string) {
	p.notice(text)
	p.appendError(mailbox)
	p.pos = len(p.text)
}

func (p *parser) appendError(mailbox string) {
	p.list = append(p.list, backend.Address{
		Mailbox: backend.String(mailbox),
		Host:    backend.String(errorHost),
	})
}

func (p *parser) address(depth int) bool {
	p.pos = p.skipSpace(p.pos)
	if p.at(p.pos) == 0 {
		return false
	}
	p.room--
	switch {
	case p.room >= 0:
		return p.group(depth) || p.mailbox()
	case p.room == -1:
		p.fail("TOO_MANY_ADDRESSES", "Too many addresses: "+p.rest(p.pos))
	default: // already reported
		p.pos = len(p.text)
	}
	return true
}

// group reads "name: member, member;". The name may be empty, and the ";" may be missing at the
// end of the list.
func (p *parser) group(depth int) bool {
	if depth > maxGroupDepth {
		p.notice("Ignoring excessively deep group recursion")
		return false
	}
	name, ok := p.groupName()
	if !ok {
		return false
	}
	p.list = append(p.list, backend.Address{Mailbox: backend.String(name)})
	for p.at(p.pos) != 0 && p.at(p.pos) != ';' {
		p.groupMember(depth)
	}
	if p.at(p.pos) == ';' {
		p.pos++
	}
	p.pos = p.skipSpace(p.pos)
	p.list = append(p.list, backend.Address{})
	return true
}

// groupName reads the name of a group and its colon. Without a colon it only skips white space.
func (p *parser) groupName() (name string, ok bool) {
	p.pos = p.skipSpace(p.pos)
	end := p.pos
	if p.at(end) != ':' {
		if end, ok = p.phrase(p.pos); !ok {
			return "", false
		}
	}
	colon := p.skipSpace(end)
	if p.at(colon) != ':' {
		return "", false
	}
	name = unquote(p.text[p.pos:end])
	p.pos = p.skipSpace(colon + 1)
	return name, true
}

// groupMember reads an address within a group and the comma after it.
func (p *parser) groupMember(depth int) {
	if !p.address(depth + 1) {
		p.fail("INVALID_ADDRESS_IN_GROUP", "Invalid group mailbox list: "+p.rest(p.pos))
		return
	}
	p.pos = p.skipSpace(p.pos)
	switch p.at(p.pos) {
	case ',':
		p.pos++
	case ';', 0:
	default:
		p.fail("UNEXPECTED_DATA_AFTER_ADDRESS_IN_GROUP", "Unexpected characters after address in group: "+p.rest(p.pos))
	}
}

// mailbox reads "phrase <addr>", "<addr>" or "addr".
func (p *parser) mailbox() bool {
	p.pos = p.skipSpace(p.pos)
	if p.at(p.pos) == '<' {
		return p.angleAddr(p.pos)
	}
	end, ok := p.phrase(p.pos)
	if !ok {
		return false
	}
	phrase, n := p.text[p.pos:end], len(p.list)
	if p.angleAddr(end) {
		p.list[n].Personal = backend.String(unquote(phrase))
		return true
	}
	return p.addrSpec(p.pos)
}

// angleAddr reads "<addr>" or "<@route:addr>" at i. It moves pos only if it finds one.
func (p *parser) angleAddr(i int) bool {
	i = p.skipSpace(i)
	if p.at(i) != '<' {
		return false
	}
	route, start := p.route(i + 1)
	n := len(p.list)
	if !p.addrSpec(start) {
		return false
	}
	adr := &p.list[n]
	adr.ADL = route
	if p.at(p.pos) == '>' {
		p.pos = p.skipSpace(p.pos + 1)
		return true
	}
	host := clip(adr.Host.Value)
	if strings.HasPrefix(host, "@") {
		host = "<null>"
	}
	p.notice("Unterminated mailbox: " + clip(adr.Mailbox.Value) + "@" + host)
	p.appendError("MISSING_MAILBOX_TERMINATOR")
	return true
}

// route reads the source route "@a,@b:" (RFC 5322 section 4.4, obs-route) at i, and returns
// where the address after it begins. Without a route, or without its colon, that is i.
func (p *parser) route(i int) (route backend.NString, start int) {
	var domains []string
	pos := p.skipSpace(i)
	for p.at(pos) == '@' {
		domain, end, ok := p.domain(pos+1, maxLabels)
		if end > pos+1 {
			pos = end
		}
		if !ok {
			break
		}
		domains = append(domains, "@"+domain)
		pos = p.skipSpace(pos)
		if p.at(pos) != ',' {
			break
		}
		pos = p.skipSpace(pos + 1)
	}
	if domains == nil {
		return route, i
	}
	adl := strings.Join(domains, ",")
	if p.at(pos) != ':' {
		p.notice("Unterminated at-domain-list: " + clip(adl) + p.rest(pos))
		return route, i
	}
	return backend.String(adl), pos + 1
}

// addrSpec reads "local-part@domain" at i, or only a local-part. A comment after it is the
// display name.
func (p *parser) addrSpec(i int) bool {
	local, end, ok := p.localPart(i)
	if !ok {
		return false
	}
	adr := backend.Address{Mailbox: backend.String(local), Host: backend.String(p.host)}
	if sign, ok := p.atSign(p.skipSpace(end)); ok {
		var host string
		if host, end, ok = p.domain(sign+1, maxLabels); !ok {
			host = errorHost
		}
		adr.Host = backend.String(host)
	}
	adr.Personal, p.pos = p.trailingName(end)
	p.list = append(p.list, adr)
	return true
}

// localPart reads a local-part at i. White space may surround its dots.
func (p *parser) localPart(i int) (local string, end int, ok bool) {
	i = p.skipSpace(i)
	if end, ok = p.word(i, atomEnd); !ok {
		return "", i, false
	}
	local = unquote(p.text[i:end])
	dot := p.skipSpace(end)
	if p.at(dot) != '.' {
		return local, end, true
	}
	spaced := []byte(local)
	for ; p.at(dot) == '.'; dot = p.skipSpace(end) {
		i = p.skipSpace(dot + 1)
		next, ok := p.word(i, atomEnd)
		if !ok {
			p.notice("Invalid mailbox part after .")
			break
		}
		end = next
		spaced = append(spaced, '.')
		spaced = append(spaced, unquote(p.text[i:end])...)
	}
	return string(spaced), end, true
}

// atSign returns the position of the last byte of the "@" at i, which RFC 733 also allows as
// "at".
func (p *parser) atSign(i int) (sign int, ok bool) {
	switch p.at(i) {
	case '@':
		return i, true
	case 'a', 'A':
		if next := p.at(i + 1); next != 't' && next != 'T' {
			return i, false
		}
		switch p.at(i + 2) {
		case ' ', '\t', '\r', '\n', '(':
			return i + 1, true
		}
	}
	return i, false
}

// trailingName reads a comment directly after an address. It returns its text, and the position
// after it and after white space.
func (p *parser) trailingName(i int) (name backend.NString, end int) {
	for p.at(i) == ' ' {
		i++
	}
	if p.at(i) == '(' {
		if end, ok := p.comment(i); ok {
			if text := commentText(p.text[i:end]); text != "" {
				name = backend.String(unquote(text))
			}
			i = end
		}
	}
	return name, p.skipSpace(i)
}

// domain reads a domain or domain literal at i, with at most labels labels if white space
// separates them. If it fails, end is where parsing continues, or i if nothing resembles a
// domain.
func (p *parser) domain(i, labels int) (domain string, end int, ok bool) {
	start := p.skipSpace(i)
	if p.at(start) == '[' {
		return p.domainLiteral(start)
	}
	end, ok = p.word(start, atomEnd)
	if !ok {
		p.notice("Missing or invalid host name after @")
		return "", i, false
	}
	domain = unquote(p.text[start:end])
	for dot := p.skipSpace(end); p.at(dot) == '.'; dot = p.skipSpace(end) {
		if labels == 1 {
			p.text = p.text[:dot]
			break
		}
		rest, next, ok := p.domain(p.skipSpace(dot+1), labels-1)
		if !ok {
			p.notice("Invalid domain part after .")
			break
		}
		// The labels further right were unquoted once for each label before them, and are
		// unquoted again here.
		domain += "." + unquote(rest)
		end = next
	}
	return domain, end, true
}

// domainLiteral reads the domain literal at i, and keeps its brackets. After an empty one
// c-client reads nothing more.
func (p *parser) domainLiteral(i int) (literal string, end int, ok bool) {
	end, ok = p.word(i+1, literalEnd)
	switch {
	case !ok:
		p.notice("Empty domain literal")
		return "", len(p.text), false
	case p.at(end) != ']':
		p.notice("Unterminated domain literal")
		return "", end, false
	}
	return p.text[i : end+1], end + 1, true
}

func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }
func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
