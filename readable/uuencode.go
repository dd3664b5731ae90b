package readable

import (
	"bufio"
	"io"
	"strings"
)

// inUU is the container of files in uuencode.
const inUU = "uuencode"

// maxInText limits how many files are found in one text.
const maxInText = 100

// filesInText returns the files in uuencode within a text.
func (m *Message) filesInText(l *leaf) ([]*Attachment, error) {
	var files []*Attachment
	err := m.eachLine(l, func(line string, scanner *uuScanner) bool {
		switch scanner.take(line) {
		case uuBegins:
			if len(files) == maxInText {
				return false
			}
			a := &Attachment{
				Type: "application/octet-stream", Section: l.section, Container: inUU,
				Part: l.part, m: m, leaf: l, index: len(files),
			}
			a.setName(scanner.name)
			files = append(files, a)
			fallthrough
		case uuGoesOn:
			n, _ := uuLine(line)
			files[len(files)-1].Size += int64(n)
		case uuBreaksOff:
			files[len(files)-1].doubts.add(DoubtDamaged, 0, line)
		}
		return true
	})
	return files, err
}

// eachLine calls f with each line of a text until it returns false. A text that is too long to
// be kept is read as it arrives.
func (m *Message) eachLine(l *leaf, f func(line string, scanner *uuScanner) bool) error {
	var source io.Reader
	if l.part.Bytes <= MaxText {
		raw, _, err := m.read(l.section, l.part.Bytes)
		if err != nil {
			return err
		}
		source = strings.NewReader(raw)
	} else {
		stream := m.stream(l.section)
		defer stream.Close()
		source = stream
	}
	kept := &errorKeeper{r: source}
	reader := uuReader{lines: bufio.NewReader(DecodeReader(kept, l.part.Encoding))}
	scanner := &uuScanner{}
	for {
		line, err := reader.next()
		if err != nil || !f(line, scanner) {
			break
		}
	}
	if kept.err != nil && !isOfPart(kept.err) {
		return kept.err
	}
	return nil
}

// withoutUU returns a text without the files in uuencode in it.
func withoutUU(text string) string {
	if !strings.Contains(text, "begin ") {
		return text
	}
	var kept strings.Builder
	var scanner uuScanner
	files := 0
	held := "" // a line that may begin a file
	for rest := text; rest != ""; {
		n := strings.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		line := rest[:n]
		rest = rest[n:]
		switch scanner.take(strings.TrimRight(line, "\r\n")) {
		case uuMayBegin:
			kept.WriteString(held)
			held = line
		case uuBegins:
			if files++; files > maxInText {
				return kept.String() + held + line + rest // these are no attachments
			}
			held = ""
		case uuIsText, uuBreaksOff:
			kept.WriteString(held)
			kept.WriteString(line)
			held = ""
		}
	}
	return kept.String() + held
}

// uuScanner finds files in uuencode among the lines of a text. A file has a line
// "begin 644 name", lines of encoded octets, and a line "end". One whose end is missing goes
// on to the first line that is no uuencode.
type uuScanner struct {
	name   string
	begun  bool // the last line was "begin 644 name"
	inside bool
}

// uuEvent is what a line is.
type uuEvent int

const (
	uuIsText    uuEvent = iota
	uuMayBegin          // "begin 644 name"
	uuBegins            // the first line of a file's octets
	uuGoesOn            // another line of octets
	uuEnds              // "end"
	uuBreaksOff         // a file has ended without "end", and the line is text
)

// take takes the next line.
func (s *uuScanner) take(line string) uuEvent {
	n, isUU := uuLine(line)
	begun := s.begun
	s.begun = false
	switch {
	case s.inside && strings.TrimSpace(line) == "end":
		s.inside = false
		return uuEnds
	case s.inside && isUU:
		return uuGoesOn
	case begun && isUU && len(line) > n: // blanks at the end of a line may be missing, not half of it
		s.inside = true
		return uuBegins
	}
	if name, ok := uuBegin(line); ok && !s.inside {
		s.name, s.begun = name, true
		return uuMayBegin
	}
	if s.inside {
		s.inside = false
		return uuBreaksOff
	}
	return uuIsText
}

// uuBegin returns the name in the line that begins a file in uuencode.
func uuBegin(line string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(line, "begin ")
	if !ok {
		return "", false
	}
	mode, name, _ := strings.Cut(rest, " ")
	if len(mode) < 3 || len(mode) > 5 || strings.Trim(mode, "01234567") != "" {
		return "", false
	}
	return strings.TrimSpace(name), true
}

// uuLine returns how many octets a line in uuencode has. Blanks at its end may be missing.
func uuLine(line string) (octets int, ok bool) {
	if line == "" {
		return 0, true // a blank that was cut off
	}
	octets = int(line[0]-' ') & 63
	if len(line) > 1+4*((octets+2)/3)+2 {
		return 0, false
	}
	for i := range len(line) {
		if line[i] < ' ' || line[i] > '`' {
			return 0, false
		}
	}
	return octets, octets == 0 || len(line) > 1
}

// appendUU appends the octets of a line in uuencode.
func appendUU(octets []byte, line string) []byte {
	n, _ := uuLine(line)
	digit := func(i int) byte {
		if i < len(line) {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	for i := 1; n > 0; i, n = i+4, n-3 {
		a, b, c, d := digit(i), digit(i+1), digit(i+2), digit(i+3)
		group := []byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		octets = append(octets, group[:min(n, 3)]...)
	}
	return octets
}

// decodeUU returns the content of a body in the transfer encoding x-uuencode.
func decodeUU(text string, doubts *Doubts) string {
	octets, _ := io.ReadAll(&uuReader{lines: bufio.NewReader(strings.NewReader(text)), doubts: doubts})
	return string(octets)
}

// uuReader reads one file in uuencode out of a text.
type uuReader struct {
	lines  *bufio.Reader
	skip   int // files before it
	doubts *Doubts

	scanner uuScanner
	files   int // that have begun
	ended   bool
	ready   []byte
	line    []byte
}

// Read implements io.Reader.
func (r *uuReader) Read(p []byte) (int, error) {
	for len(r.ready) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		line, err := r.next()
		if err != nil {
			if err == io.EOF {
				r.doubts.add(DoubtDamaged, 0, "no end")
				r.ended = true
			}
			return 0, err
		}
		r.take(line)
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

// next returns the next line without its line break. Of a line longer than the buffer, which
// is no uuencode, it returns the first piece only.
func (r *uuReader) next() (string, error) {
	piece, err := r.lines.ReadSlice('\n')
	r.line = append(r.line[:0], piece...)
	for err == bufio.ErrBufferFull {
		_, err = r.lines.ReadSlice('\n')
	}
	if len(r.line) > 0 && err == io.EOF {
		err = nil
	}
	return strings.TrimRight(string(r.line), "\r\n"), err
}

// take takes a line.
func (r *uuReader) take(line string) {
	event := r.scanner.take(line)
	if event == uuBegins {
		r.files++
	}
	if r.files != r.skip+1 {
		return
	}
	switch event {
	case uuBegins, uuGoesOn:
		r.ready = appendUU(r.ready[:0], line)
	case uuEnds:
		r.ended = true
	case uuBreaksOff:
		r.doubts.add(DoubtDamaged, 0, line)
		r.ended = true
	}
}
