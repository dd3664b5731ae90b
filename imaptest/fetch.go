package imaptest

import (
	"bytes"
	"io"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (s *imapSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	indexes, err := s.view.resolve(set)
	if err != nil {
		return err
	}
	setsSeen := !s.view.readOnly && !allPeek(options)
	for _, i := range indexes {
		withFlags := s.see(i, setsSeen) || options.Flags
		if err := s.fetch(w, i, options, withFlags); err != nil {
			return err
		}
	}
	return nil
}

func allPeek(options *imap.FetchOptions) bool {
	for _, item := range options.BodySection {
		if !item.Peek {
			return false
		}
	}
	for _, item := range options.BinarySection {
		if !item.Peek {
			return false
		}
	}
	return true
}

// see sets \Seen if setsSeen is set, and reports whether that changed it.
func (s *imapSession) see(i int, setsSeen bool) bool {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	m := s.view.messages[i].message
	if !setsSeen || m.flags.has(imap.FlagSeen) {
		return false
	}
	st.setFlags(s.view.mailbox, m, m.flags.add([]imap.Flag{imap.FlagSeen}))
	return true
}

// tellFlags returns the flags of a message to send to the client, and records that the client
// knows them.
func (s *imapSession) tellFlags(i int) []imap.Flag {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	m := &s.view.messages[i]
	m.version = m.message.version
	return m.flagList()
}

// fetch writes one FETCH response. It uses immutable parts of a message, so a message that
// another session has expunged can still be read, which RFC 2180 section 4.1.2 allows.
func (s *imapSession) fetch(w *imapserver.FetchWriter, i int, options *imap.FetchOptions, withFlags bool) error {
	m := s.view.messages[i].message
	r := w.CreateMessage(uint32(i + 1))
	if options.UID {
		r.WriteUID(m.uid)
	}
	if withFlags {
		r.WriteFlags(s.tellFlags(i))
	}
	if options.InternalDate {
		r.WriteInternalDate(m.date)
	}
	if options.RFC822Size {
		r.WriteRFC822Size(int64(len(m.text)))
	}
	if options.Envelope {
		r.WriteEnvelope(m.envelope())
	}
	if options.BodyStructure != nil {
		r.WriteBodyStructure(m.bodyStructure())
	}
	// After an error the connection is dead. Close releases what the response holds, and
	// returns the error.
	for _, item := range options.BodySection {
		b := m.section(item)
		writeSection(r.WriteBodySection(item, int64(len(b))), b)
	}
	for _, item := range options.BinarySection {
		b := m.binarySection(item)
		writeSection(r.WriteBinarySection(item, int64(len(b))), b)
	}
	for _, item := range options.BinarySectionSize {
		size := len(m.binarySection(&imap.FetchItemBinarySection{Part: item.Part}))
		r.WriteBinarySectionSize(item, uint32(size))
	}
	return r.Close()
}

func (m *message) binarySection(item *imap.FetchItemBinarySection) []byte {
	b := imapserver.ExtractBinarySection(bytes.NewReader(m.text), &imap.FetchItemBinarySection{Part: item.Part})
	return cutPartial(b, item.Partial)
}

func writeSection(w io.WriteCloser, b []byte) {
	w.Write(b)
	w.Close()
}
