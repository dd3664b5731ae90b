package readable

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

// inTNEF is the container of files in TNEF, by the name that Outlook gives it.
const inTNEF = "winmail.dat"

// isTNEF reports whether a file is in the Transport Neutral Encapsulation Format of Outlook
// (MS-OXTNEF).
func (a *Attachment) isTNEF() bool {
	return a.Type == "application/ms-tnef" || a.Type == "application/vnd.ms-tnef" || strings.EqualFold(a.Name, inTNEF)
}

// tnefFile is a file in TNEF.
type tnefFile struct {
	name, mediaType, contentID string
	size                       int64
	hasContent                 bool
}

// tnefContents are what a winmail.dat has.
type tnefContents struct {
	files []tnefFile
	plain string
	html  string
	rtf   bool // there is a body in RTF
}

// filesInTNEF returns the files in a winmail.dat.
func (m *Message) filesInTNEF(outer *Attachment) ([]*Attachment, Doubts, error) {
	contents, doubts, err := m.readTNEF(outer)
	if err != nil {
		return nil, nil, err
	}
	var list []*Attachment
	for i, f := range contents.files {
		if !f.hasContent {
			continue
		}
		a := &Attachment{
			Type: firstOf(strings.ToLower(f.mediaType), "application/octet-stream"), ContentID: contentID(f.contentID),
			Disposition: "attachment", Section: outer.Section, Container: inTNEF, Size: f.size,
			Part: outer.Part, m: m, leaf: outer.leaf, index: i,
		}
		a.setName(f.name)
		a.doubts.merge(doubts)
		list = append(list, a)
	}
	return list, doubts, nil
}

// ofTNEF returns the text in a winmail.dat. A text in RTF only is not read.
func (t *texts) ofTNEF() (string, error) {
	for _, l := range t.m.leaves() {
		if l.role != roleFile {
			continue
		}
		name, _ := FileName(l.part)
		outer := &Attachment{Name: name, Type: l.mediaType(), Section: l.section, Part: l.part, m: t.m, leaf: l}
		if !outer.isTNEF() {
			continue
		}
		contents, doubts, err := t.m.readTNEF(outer)
		t.doubts.merge(doubts)
		if err != nil {
			return "", err
		}
		text, doubts := Clean(contents.plain)
		t.doubts.merge(doubts)
		if text = trimText(text); text != "" {
			return text, nil
		}
		if contents.html != "" {
			text, doubts := HTML(contents.html)
			t.doubts.merge(doubts)
			return trimText(text), nil
		}
		if contents.rtf {
			t.doubts.add(DoubtFormat, 0, "RTF")
		}
	}
	return "", nil
}

// readTNEF reads what a winmail.dat has, but for the content of its files.
func (m *Message) readTNEF(outer *Attachment) (tnefContents, Doubts, error) {
	var doubts Doubts
	raw := m.stream(outer.Section)
	defer raw.Close()
	source := &errorKeeper{r: raw}
	s := newTNEFScanner(DecodeReader(source, outer.Part.Encoding))
	contents, err := s.contents()
	if err != nil {
		doubts.add(DoubtDamaged, 0, err.Error())
	}
	if source.err != nil {
		if !isOfPart(source.err) {
			return tnefContents{}, nil, source.err
		}
		doubts.add(DoubtNotSent, 0, outer.Section)
	}
	return contents, doubts, nil
}

// errorKeeper keeps the error of a connection apart from those of what it sends.
type errorKeeper struct {
	r   io.Reader
	err error
}

func (k *errorKeeper) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if err != nil && err != io.EOF {
		k.err = err
	}
	return n, err
}

// Attributes of TNEF (MS-OXTNEF section 2.1.3.2).
const (
	tnefSignature      = 0x223e9f78
	attBody            = 0x800c
	attAttachData      = 0x800f
	attAttachTitle     = 0x8010
	attAttachRendData  = 0x9002
	attMAPIProps       = 0x9003
	attAttachment      = 0x9005
	attOEMCodepage     = 0x9007
	propBody           = 0x1000
	propRTF            = 0x1009
	propHTML           = 0x1013
	propAttachData     = 0x3701
	propAttachFilename = 0x3704
	propAttachLongName = 0x3707
	propAttachMIMETag  = 0x370e
	propAttachID       = 0x3712
	typeObject         = 0x000d
	typeString8        = 0x001e
	typeUnicode        = 0x001f
	typeBinary         = 0x0102
	typeMultiple       = 0x1000

	// interfaceID is the length of what precedes the data of an object.
	interfaceID = 16
)

// maxTNEFValue limits a name, and maxTNEFFiles the files, that are read.
const (
	maxTNEFValue = 4 << 10
	maxTNEFFiles = 1000
)

// tnefItem is something of use in TNEF.
type tnefItem struct {
	attribute int // of these constants
	property  int // of attMAPIProps and attAttachment
	kind      int // type of the property
	value     []byte
	size      int64 // of the content of a file, which the scanner reads next
}

var (
	errNotTNEF   = errors.New("no TNEF")
	errBadLength = errors.New("a length that does not fit")
)

// tnefScanner reads TNEF from front to back. It keeps no content of files.
type tnefScanner struct {
	r       *bufio.Reader
	begun   bool
	item    int   // the current attribute
	left    int64 // octets of the current attribute
	props   int64 // properties left in the current attribute
	content int64 // octets of content that the caller has not read
	padding int64 // after the content
}

func newTNEFScanner(r io.Reader) *tnefScanner { return &tnefScanner{r: bufio.NewReader(r)} }

// contents reads all but the content of files. The error says where the TNEF is damaged.
func (s *tnefScanner) contents() (tnefContents, error) {
	var c tnefContents
	codepage := ""
	for {
		item, err := s.next()
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		switch item.attribute {
		case attOEMCodepage:
			if len(item.value) >= 4 {
				codepage = codepageName(binary.LittleEndian.Uint32(item.value))
			}
		case attBody:
			c.plain = firstOf(c.plain, tnefText(item, codepage))
		case attMAPIProps:
			switch item.property {
			case propBody:
				c.plain = firstOf(c.plain, tnefText(item, codepage))
			case propHTML:
				c.html, _ = UTF8(string(item.value), "")
			case propRTF:
				c.rtf = true
			}
		case attAttachRendData:
			if len(c.files) == maxTNEFFiles {
				return c, errBadLength
			}
			c.files = append(c.files, tnefFile{})
		default:
			if n := len(c.files); n > 0 {
				c.files[n-1].set(item, codepage)
			}
		}
	}
}

// set notes what an item says of a file.
func (f *tnefFile) set(item tnefItem, codepage string) {
	switch item.attribute {
	case attAttachTitle:
		f.name = firstOf(f.name, tnefText(item, codepage))
		return
	case attAttachData:
		if !f.hasContent {
			f.size, f.hasContent = item.size, true
		}
		return
	}
	switch item.property {
	case propAttachLongName:
		f.name = firstOf(tnefText(item, codepage), f.name)
	case propAttachFilename:
		f.name = firstOf(f.name, tnefText(item, codepage))
	case propAttachMIMETag:
		f.mediaType = tnefText(item, codepage)
	case propAttachID:
		f.contentID = tnefText(item, codepage)
	case propAttachData:
		if !f.hasContent {
			f.size, f.hasContent = item.size, true
			if item.kind == typeObject {
				f.mediaType = "application/ms-tnef" // a message, in TNEF again
			}
		}
	}
}

// tnefText returns a value as text.
func tnefText(item tnefItem, codepage string) string {
	var text string
	if item.kind == typeUnicode {
		units := make([]uint16, len(item.value)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(item.value[2*i:])
		}
		text = string(utf16.Decode(units))
	} else {
		text, _ = UTF8(string(item.value), codepage)
	}
	text, _, _ = strings.Cut(text, "\x00")
	return text
}

// codepageName returns the name of a code page of Windows.
func codepageName(number uint32) string {
	switch {
	case number == 65001:
		return "utf-8"
	case number == 932:
		return "shift_jis"
	case number == 936:
		return "gbk"
	case number == 949:
		return "euc-kr"
	case number == 950:
		return "big5"
	case 1250 <= number && number <= 1258:
		return "windows-125" + string(rune('0'+number-1250))
	}
	return ""
}

// next returns the next item of use. Content that the caller did not read is passed over.
func (s *tnefScanner) next() (tnefItem, error) {
	if !s.begun {
		s.begun = true
		var head [6]byte
		if _, err := io.ReadFull(s.r, head[:]); err != nil || binary.LittleEndian.Uint32(head[:]) != tnefSignature {
			return tnefItem{}, errNotTNEF
		}
	}
	for {
		if err := s.skipContent(); err != nil {
			return tnefItem{}, err
		}
		if s.props > 0 {
			s.props--
			item, err := s.property()
			if err == errBadLength {
				s.props = 0 // the rest of the attribute is lost
				continue
			}
			if err != nil || item.property != 0 {
				return item, err
			}
			continue
		}
		item, err := s.nextAttribute()
		if err != nil || item.attribute != 0 {
			return item, err
		}
	}
}

// nextAttribute passes over the rest of the attribute and reads the next one. An item without
// attribute is of no use.
func (s *tnefScanner) nextAttribute() (tnefItem, error) {
	if s.item != 0 {
		if err := s.pass(s.left); err != nil {
			return tnefItem{}, err
		}
		if _, err := s.r.Discard(2); err != nil { // checksum
			return tnefItem{}, io.EOF
		}
	}
	var head [9]byte
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		if err == io.ErrUnexpectedEOF {
			err = errBadLength
		}
		return tnefItem{}, err
	}
	if head[0] != 1 && head[0] != 2 {
		return tnefItem{}, errBadLength
	}
	s.item = int(binary.LittleEndian.Uint32(head[1:]) & 0xffff)
	s.left = int64(binary.LittleEndian.Uint32(head[5:]))
	item := tnefItem{attribute: s.item}
	switch s.item {
	case attAttachRendData:
		return item, nil
	case attAttachData:
		item.size, s.content = s.left, s.left
		return item, nil
	case attAttachTitle, attOEMCodepage, attBody:
		limit := int64(maxTNEFValue)
		if s.item == attBody {
			limit = MaxText
		}
		var err error
		item.value, err = s.read(min(s.left, limit))
		return item, err
	case attMAPIProps, attAttachment:
		if s.left >= 4 {
			count, err := s.read(4)
			if err != nil {
				return tnefItem{}, err
			}
			s.props = int64(binary.LittleEndian.Uint32(count))
		}
	}
	return tnefItem{}, nil
}

// property reads a property (MS-OXTNEF section 2.1.3.4). An item without property is of no
// use.
func (s *tnefScanner) property() (tnefItem, error) {
	head, err := s.read(4)
	if err != nil {
		return tnefItem{}, err
	}
	item := tnefItem{
		attribute: s.item,
		kind:      int(binary.LittleEndian.Uint16(head)),
		property:  int(binary.LittleEndian.Uint16(head[2:])),
	}
	if item.property >= 0x8000 {
		if err := s.passName(); err != nil {
			return tnefItem{}, err
		}
		item.property = 0
	}
	if size := fixedSize(item.kind &^ typeMultiple); size > 0 {
		count := int64(1)
		if item.kind&typeMultiple != 0 {
			if count, err = s.number(); err != nil {
				return tnefItem{}, err
			}
		}
		return tnefItem{}, s.pass(count * size)
	}
	count, err := s.number()
	if err != nil {
		return tnefItem{}, err
	}
	for i := range min(count, s.left) {
		length, err := s.number()
		if err != nil {
			return tnefItem{}, err
		}
		padded := (length + 3) &^ 3
		if length > s.left {
			return tnefItem{}, errBadLength
		}
		if i > 0 || !s.wants(item) {
			if err := s.pass(min(padded, s.left)); err != nil {
				return tnefItem{}, err
			}
			item.property = 0
			continue
		}
		if item.property == propAttachData {
			if item.kind == typeObject {
				if err := s.pass(min(interfaceID, length)); err != nil {
					return tnefItem{}, err
				}
				length, padded = max(0, length-interfaceID), padded-min(interfaceID, length)
			}
			item.size, s.content = length, length
			s.padding = min(padded, s.left) - length
			return item, nil
		}
		kept := min(length, maxTNEFValue)
		if s.item == attMAPIProps {
			kept = min(length, MaxText)
		}
		if item.value, err = s.read(kept); err != nil {
			return tnefItem{}, err
		}
		if err := s.pass(min(padded-kept, s.left)); err != nil {
			return tnefItem{}, err
		}
		if count == 1 {
			return item, nil
		}
	}
	return tnefItem{}, nil
}

// wants reports whether the value of a property is of use.
func (s *tnefScanner) wants(item tnefItem) bool {
	switch item.property {
	case propBody, propHTML:
		return s.item == attMAPIProps
	case propAttachLongName, propAttachFilename, propAttachMIMETag, propAttachID:
		return s.item == attAttachment
	case propAttachData:
		return s.item == attAttachment && (item.kind == typeObject || item.kind == typeBinary)
	case propRTF:
		return s.item == attMAPIProps
	}
	return false
}

// passName passes over the name of a named property.
func (s *tnefScanner) passName() error {
	head, err := s.read(20) // a GUID and the kind of the name
	if err != nil {
		return err
	}
	n, err := s.number()
	if err != nil || binary.LittleEndian.Uint32(head[16:]) == 0 {
		return err // the number is the name
	}
	return s.pass((n + 3) &^ 3)
}

// fixedSize returns the size of the values of a type with padding, and 0 for types whose values
// have a length.
func fixedSize(kind int) int64 {
	switch kind {
	case 0x0001:
		return 0
	case 0x0002, 0x0003, 0x0004, 0x000a, 0x000b:
		return 4
	case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040:
		return 8
	case 0x0048:
		return 16
	}
	return 0
}

// number reads a number of the current attribute.
func (s *tnefScanner) number() (int64, error) {
	b, err := s.read(4)
	if err != nil {
		return 0, err
	}
	return int64(binary.LittleEndian.Uint32(b)), nil
}

// read reads n octets of the current attribute. It holds no more than have arrived.
func (s *tnefScanner) read(n int64) ([]byte, error) {
	if n > s.left {
		return nil, errBadLength
	}
	var b []byte
	var err error
	if n <= maxTNEFValue {
		b = make([]byte, n)
		var read int
		read, err = io.ReadFull(s.r, b)
		b = b[:read]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = nil
		}
	} else {
		b, err = io.ReadAll(io.LimitReader(s.r, n))
	}
	s.left -= int64(len(b))
	if err == nil && int64(len(b)) < n {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// pass passes over n octets of the current attribute.
func (s *tnefScanner) pass(n int64) error {
	if n < 0 || n > s.left {
		return errBadLength
	}
	passed, err := io.CopyN(io.Discard, s.r, n)
	s.left -= passed
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// skipContent passes over content that nobody read.
func (s *tnefScanner) skipContent() error {
	n := s.content + s.padding
	s.content, s.padding = 0, 0
	return s.pass(n)
}

// readContent reads content of the current file.
func (s *tnefScanner) readContent(p []byte) (int, error) {
	if s.content == 0 {
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.content)])
	s.content -= int64(n)
	s.left -= int64(n)
	return n, err
}

// tnefReader reads the content of one file in TNEF.
type tnefReader struct {
	stream io.Reader
	index  int
	doubts *Doubts

	scanner *tnefScanner
	err     error
}

// Read implements io.Reader.
func (r *tnefReader) Read(p []byte) (int, error) {
	if r.scanner == nil {
		r.scanner = newTNEFScanner(r.stream)
		r.err = r.find()
	}
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.scanner.readContent(p)
	if err == io.EOF && r.scanner.content > 0 {
		r.doubts.add(DoubtDamaged, 0, "end of the file")
	}
	return n, err
}

// find reads up to the content of the file.
func (r *tnefReader) find() error {
	files := -1
	for {
		item, err := r.scanner.next()
		if err == io.ErrUnexpectedEOF || err == errBadLength || err == errNotTNEF {
			r.doubts.add(DoubtDamaged, 0, err.Error())
			err = io.EOF
		}
		if err != nil {
			return err
		}
		if item.attribute == attAttachRendData {
			files++
		}
		content := item.attribute == attAttachData || item.attribute == attAttachment && item.property == propAttachData
		if content && files == r.index {
			return nil
		}
	}
}
