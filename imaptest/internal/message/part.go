package message

import "bytes"

const (
	// maxDepth is the number of levels below the message on which parts can be.
	maxDepth = 99
	// maxParts is the number of parts of a message, which is one itself.
	maxParts = 10000
	// maxBoundary is the number of octets of a boundary that count.
	maxBoundary = 80
)

// kind says what is in a part.
type kind int

const (
	other kind = iota
	text
	multipart
	digest // a multipart/digest
	nested // a message/rfc822
)

// part is a message, or a part of one.
type part struct {
	parent   *part
	children []*part
	depth    int

	kind kind
	// mime is whether the Content- fields count: in the parts of a multipart always, and in a
	// message with MIME-Version or Content-Type.
	mime bool

	// start is where the header begins in the text of the whole message.
	start  int
	header []byte
	// bodySize and bodyLines count the body, which follows the header. The size is in octets.
	bodySize, bodyLines int
}

func (p *part) isMultipart() bool { return p.kind == multipart || p.kind == digest }

func (p *part) bodyStart() int { return p.start + len(p.header) }

// boundary is the boundary of a multipart, without the two hyphens.
type boundary struct {
	part *part
	text []byte
}

// partParser divides a message into parts. It reads each line once.
type partParser struct {
	text []byte
	pos  int
	// part is the part that is read.
	part  *part
	count int
	// boundaries are those that may follow, the innermost last.
	boundaries []boundary
}

func parseParts(text []byte) *part {
	root := new(part)
	p := partParser{text: text, part: root, count: 1}
	for following := true; following; {
		p.readHeader()
		if p.part.kind == nested {
			p.begin().mime = false
			continue
		}
		following = p.readBody()
	}
	for p.part != root {
		p.finish()
	}
	return root
}

// begin begins a part in the current one, behind what was counted of it.
func (p *partParser) begin() *part {
	start := p.part.bodyStart() + p.part.bodySize
	child := &part{parent: p.part, depth: p.part.depth + 1, mime: true, start: start}
	p.part.children = append(p.part.children, child)
	p.part = child
	p.count++
	return child
}

// finish returns to the part around the current one.
func (p *partParser) finish() {
	child := p.part
	p.part = child.parent
	p.add(child.header)
	p.part.bodySize += child.bodySize
	p.part.bodyLines += child.bodyLines
}

// add counts a text as body of the current part.
func (p *partParser) add(text []byte) {
	p.part.bodySize += len(text)
	p.part.bodyLines += bytes.Count(text, []byte("\n"))
}

// readHeader reads the header of the current part. A blank line ends it, or the boundary of
// another part.
func (p *partParser) readHeader() {
	part, begin := p.part, p.pos
	var ct *contentType
	tooDeep, blank := false, false
	lineBreak := 0 // length of the last one
	for {
		rest := p.text[p.pos:]
		// The own boundary counts from here on, since the boundary of another part may begin
		// with it.
		if atBlankLine(rest) && ct != nil && ct.boundary != nil {
			if tooDeep = part.depth >= maxDepth; !tooDeep {
				p.boundaries = append(p.boundaries, boundary{part, ct.boundary})
				ct.boundary = nil
			}
		}
		if b := p.boundaryAt(p.pos); b >= 0 && p.boundaries[b].part != part {
			// The last line break belongs to the boundary.
			part.header = part.header[:len(part.header)-lineBreak]
			p.part = part.parent
			p.add(p.text[p.pos-lineBreak : p.pos])
			p.part = part
			break
		}
		if blank || len(rest) == 0 {
			break
		}
		if atBlankLine(rest) {
			blank, lineBreak = true, len("\r\n")
			p.pos += lineBreak
			part.header = p.text[begin:p.pos]
			continue
		}
		f := newField(rest[:fieldLength(rest)])
		p.pos += len(f.raw)
		part.header = p.text[begin:p.pos]
		lineBreak = len(f.raw) - len(bytes.TrimSuffix(f.raw, []byte("\r\n")))
		switch f.key() {
		case "mime-version":
			part.mime = true
		case "content-type":
			part.mime = true
			if ct == nil {
				ct = parseContentType(f.value)
			}
		}
	}
	part.kind = p.kindOf(ct, tooDeep)
}

// kindOf returns the kind of the current part. A part that would be too deep, or one too many,
// has no parts.
func (p *partParser) kindOf(ct *contentType, tooDeep bool) kind {
	k := text
	switch parent := p.part.parent; {
	case ct != nil:
		k = ct.partKind()
	case parent != nil && parent.kind == digest:
		k = nested
	}
	if tooDeep || k == nested && (p.part.depth >= maxDepth || p.count >= maxParts) {
		return other
	}
	return k
}

// readBody reads the body of the current part, and what else precedes the next part. It reports
// whether there is one.
func (p *partParser) readBody() bool {
	for {
		at, b := p.nextBoundary()
		if b < 0 {
			p.add(p.text[p.pos:])
			p.pos = len(p.text)
			return false
		}
		// The line break before a boundary belongs to it.
		end := max(p.pos, at-len("\r\n"))
		p.add(p.text[p.pos:end])
		found := p.boundaries[b]
		for p.part != found.part {
			p.finish()
		}
		line, _, complete := bytes.Cut(p.text[at:], []byte("\n"))
		last := bytes.HasPrefix(line[len("--")+len(found.text):], []byte("--"))
		p.boundaries = p.boundaries[:b+1]
		if last {
			p.boundaries = p.boundaries[:b]
		}
		p.pos = at + len(line)
		if complete {
			p.pos++
		}
		p.add(p.text[end:p.pos])
		if !complete {
			return false
		}
		if !last {
			p.begin()
			return true
		}
	}
}

// nextBoundary returns the position of the next line with a boundary, and the index of the
// boundary or -1.
func (p *partParser) nextBoundary() (at, b int) {
	if len(p.boundaries) == 0 || p.count >= maxParts {
		return len(p.text), -1
	}
	at = p.pos
	for {
		if b = p.boundaryAt(at); b >= 0 {
			return at, b
		}
		i := bytes.Index(p.text[at:], []byte("\n--"))
		if i < 0 {
			return len(p.text), -1
		}
		at += i + 1
	}
}

// boundaryAt returns the index of the boundary in the line at a position, or -1. A line need only
// begin with a boundary. Of several the innermost counts that is the whole line, perhaps with the
// hyphens at the end of a multipart, and otherwise the longest.
func (p *partParser) boundaryAt(at int) int {
	if len(p.boundaries) == 0 || p.count >= maxParts || !bytes.HasPrefix(p.text[at:], []byte("--")) {
		return -1
	}
	line, _, complete := bytes.Cut(p.text[at+2:], []byte("\n"))
	if complete {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	inner := bytes.TrimSuffix(line, []byte("--"))
	best := -1
	for i := len(p.boundaries) - 1; i >= 0; i-- {
		text := p.boundaries[i].text
		if !bytes.HasPrefix(line, text) || best >= 0 && len(text) <= len(p.boundaries[best].text) {
			continue
		}
		best = i
		if len(text) == len(line) || len(text) == len(inner) && len(inner) > 0 {
			break
		}
	}
	return best
}
