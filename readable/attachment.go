package readable

import (
	"bufio"
	"io"
	"iter"
	"net/url"
	"strings"
	"sync"

	"github.com/imapcompat/imapcompat"
)

// Attachment is a file in a message. Its content is read when it is asked for.
type Attachment struct {
	// Name is the name that the sender gave, decoded, and "" without one. It may be anything,
	// as "../../etc/passwd" or "a\u202egpj.exe". SafeName is a name for every file system; it is
	// never empty.
	Name, SafeName string

	Type        string // media type in lower case, "image/png"
	ContentID   string // without its brackets, "" without one
	Disposition string // in lower case, "attachment", "inline" or ""
	Description string // decoded

	// Section is the section number of the part. Several files in one winmail.dat, or in one
	// text in uuencode, have the same.
	Section string
	// Container is "winmail.dat" or "uuencode" if the file is in such a part, and else "".
	Container string
	// Size is the number of octets: exact in a container, and else an estimate from the size of
	// the encoded part.
	Size int64
	// Part is the part that has the file.
	Part *imapcompat.Structure

	m      *Message
	leaf   *leaf
	index  int // in the container
	doubts Doubts
}

// Attachments iterates over the files of a message, in order: all parts but the texts that
// [Message.Text] or [Message.HTML] have, and the signatures of S/MIME and PGP. A nested message
// is a file, and [Attachment.Message] is it as a message. A winmail.dat (TNEF) that has files is
// replaced by them. Files in uuencode within a plain text are files too, so the texts are read.
//
//	for file, err := range msg.Attachments() {
//
// An error ends the loop. It is that of the connection. The loop may read the files as it goes.
func (m *Message) Attachments() iter.Seq2[*Attachment, error] {
	return func(yield func(*Attachment, error) bool) {
		for _, l := range m.leaves() {
			files, err := m.files(l)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, file := range files {
				if !yield(file, nil) {
					return
				}
			}
		}
	}
}

// files returns the files that a part is or has.
func (m *Message) files(l *leaf) ([]*Attachment, error) {
	switch {
	case l.role == roleBody && l.mediaType() == "text/plain":
		return m.filesInText(l)
	case l.role != roleFile:
		return nil, nil
	}
	file, err := m.attachment(l)
	if err != nil {
		return nil, err
	}
	if !file.isTNEF() {
		return []*Attachment{file}, nil
	}
	inner, doubts, err := m.filesInTNEF(file)
	if err != nil {
		return nil, err
	}
	if len(inner) == 0 {
		file.doubts.merge(doubts)
		return []*Attachment{file}, nil
	}
	return inner, nil
}

// attachment returns a part as a file.
func (m *Message) attachment(l *leaf) (*Attachment, error) {
	s := l.part
	a := &Attachment{
		Type:        l.mediaType(),
		ContentID:   contentID(s.ID),
		Disposition: strings.ToLower(s.Disposition),
		Section:     l.section,
		Size:        decodedSize(s),
		Part:        s,
		m:           m,
		leaf:        l,
	}
	name, doubts := FileName(s)
	a.Description, _ = Header(s.Description)
	if s.Type >= imapcompat.TYPEOTHER {
		header, err := m.box.FetchMIME(m.num, l.section, m.flags)
		if err != nil && !isOfPart(err) {
			return nil, err
		}
		fields, _ := splitHeader(cutText(header, maxHeader))
		named, _, _ := strings.Cut(fields.get("Content-Type"), ";")
		if named = strings.ToLower(strings.TrimSpace(named)); strings.Contains(named, "/") {
			a.Type = named
		}
	}
	a.setName(name)
	a.doubts.merge(doubts)
	return a, nil
}

// setName sets the names of a file.
func (a *Attachment) setName(name string) {
	a.Name = name
	a.SafeName = SafeName(name, "part-"+strings.ReplaceAll(a.Section, ".", "-")+extensions[a.Type])
}

// extensions are those of files without a name, by media type.
var extensions = map[string]string{
	"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv",
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "application/pdf": ".pdf", "application/zip": ".zip",
	"text/vcard": ".vcf", "text/x-vcard": ".vcf", "application/ms-tnef": ".dat", "text/rfc822-headers": ".txt",
	"message/delivery-status": ".txt",
}

// decodedSize estimates the number of octets of a part after decoding.
func decodedSize(s *imapcompat.Structure) int64 {
	if s.Encoding == imapcompat.ENCBASE64 {
		return int64(s.Bytes) * 57 / 78 // 57 octets a line of 76 and a line break
	}
	return int64(s.Bytes)
}

// contentID returns a Content-ID, or the URI "cid:" with it, without what is around it.
func contentID(id string) string {
	id = strings.TrimSpace(id)
	if len(id) >= 4 && strings.EqualFold(id[:4], "cid:") {
		id = id[4:]
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
	}
	return strings.TrimSpace(strings.Trim(id, "<> \t"))
}

// ByContentID returns the part with a Content-ID, and nil if there is none. The id may have its
// angle brackets, or be the URI in the HTML, "cid:logo@example.org" (RFC 2392). It need not be
// in the same case.
func (m *Message) ByContentID(id string) (*Attachment, error) {
	id = contentID(id)
	if id == "" {
		return nil, nil
	}
	var alike *leaf
	for _, l := range m.leaves() {
		switch own := contentID(l.part.ID); {
		case own == id:
			return m.attachment(l)
		case alike == nil && strings.EqualFold(own, id):
			alike = l
		}
	}
	if alike == nil {
		return nil, nil
	}
	return m.attachment(alike)
}

// Messages iterates over the messages in the message, but not over those in them.
func (m *Message) Messages() iter.Seq[*Message] {
	return func(yield func(*Message) bool) {
		for _, l := range m.leaves() {
			if nested := m.nested(l); nested != nil && !yield(nested) {
				return
			}
		}
	}
}

// Message returns the message that a file is, or nil if it is none.
func (a *Attachment) Message() *Message {
	if a.Container != "" {
		return nil
	}
	return a.m.nested(a.leaf)
}

// Doubts returns what was doubtful in the names of the file, and in its content as far as it
// was read.
func (a *Attachment) Doubts() Doubts { return a.doubts }

// WriteTo writes the content, decoded, as it arrives. Memory does not grow with it. The charset
// of a text is not changed. An error may come after a part of it was written. Unlike in texts,
// a part that the server refuses is an error.
//
// w must not use the connection, which is in use until WriteTo returns.
func (a *Attachment) WriteTo(w io.Writer) (int64, error) {
	r, err := a.decode(a.m.stream(a.leaf.section))
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(w, r)
	if other := r.Close(); err == nil {
		err = other
	}
	return n, err
}

// Open returns a reader of the content, decoded. The content has arrived when Open returns, so
// the connection is free while it is read. Up to 1 MiB of it is in memory. A longer one is in a
// file in [os.TempDir], which Close removes. [Attachment.WriteTo], which needs no file, describes
// the rest.
func (a *Attachment) Open() (io.ReadCloser, error) {
	s := &spool{}
	err := a.m.box.SaveBody(s, a.m.num, a.leaf.section, a.m.flags)
	if err == nil {
		err = s.rewind()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return a.decode(s)
}

// decode returns a reader of the content of the file, given the octets of its part. It closes raw
// if it fails.
func (a *Attachment) decode(raw io.ReadCloser) (io.ReadCloser, error) {
	name, err := a.m.encoding(a.leaf) // of a part that has been asked for, before a stream begins
	if err != nil {
		raw.Close()
		return nil, err
	}
	var decoded io.Reader = DecodeReader(raw, a.Part.Encoding)
	if name == "x-uuencode" {
		decoded = &uuReader{lines: bufio.NewReader(raw), doubts: &a.doubts}
	}
	content := &contentReader{raw: raw, decoded: decoded, text: decoded, a: a}
	switch a.Container {
	case inUU:
		content.text = &uuReader{lines: bufio.NewReader(decoded), skip: a.index, doubts: &a.doubts}
	case inTNEF:
		content.text = &tnefReader{stream: decoded, index: a.index, doubts: &a.doubts}
	}
	return content, nil
}

// contentReader reads the content of a file.
type contentReader struct {
	raw     io.Closer
	decoded io.Reader // what the doubts are about
	text    io.Reader
	a       *Attachment
	noted   bool
}

func (r *contentReader) Read(p []byte) (int, error) {
	n, err := r.text.Read(p)
	if err == io.EOF {
		r.note()
	}
	return n, err
}

func (r *contentReader) Close() error {
	r.note()
	return r.raw.Close()
}

// note adds the doubts of the decoder once.
func (r *contentReader) note() {
	if d, ok := r.decoded.(*Reader); ok && !r.noted {
		r.noted = true
		r.a.doubts.merge(d.Doubts())
	}
}

// stream returns a reader of a section as it arrives.
func (m *Message) stream(section string) *sectionStream {
	return &sectionStream{m: m, section: section}
}

// sectionStream reads a section. The first Read begins to fetch it.
type sectionStream struct {
	m       *Message
	section string
	begin   sync.Once
	r       *io.PipeReader
	done    chan struct{}
}

func (s *sectionStream) Read(p []byte) (int, error) {
	s.begin.Do(func() {
		r, w := io.Pipe()
		s.r, s.done = r, make(chan struct{})
		go func() {
			defer close(s.done)
			w.CloseWithError(s.m.box.SaveBody(drain{w}, s.m.num, s.section, s.m.flags))
		}()
	})
	if s.r == nil {
		return 0, io.ErrClosedPipe // closed before the first Read
	}
	return s.r.Read(p)
}

// Close ends the reading and waits until the connection is free.
func (s *sectionStream) Close() error {
	s.begin.Do(func() {})
	if s.r != nil {
		s.r.Close()
		<-s.done
	}
	return nil
}

// drain passes a text on while somebody reads it, and drops the rest: an error would end a
// connection over POP3.
type drain struct{ w io.Writer }

func (d drain) Write(p []byte) (int, error) {
	d.w.Write(p)
	return len(p), nil
}
