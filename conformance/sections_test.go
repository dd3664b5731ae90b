package conformance

import (
	"fmt"
	"slices"
	"testing"
)

// someSections are requested of every message, whether it has them or not.
var someSections = []string{
	"", "0", "1", "2", "3", "1.0", "1.1", "1.2", "1.1.1", "1.2.1", "2.0", "2.1", "2.2", "2.1.0", "2.1.1",
	// These are no sections.
	"0.1", "0.0", "00", "-1", "1.", ".1", "1..1", " 1", "1 ", "+1", "01", "1.01", "99999999999", "4294967297",
	"HEADER", "TEXT", "MIME", "1.MIME", "1.HEADER", "2.TEXT", "abc", "1a", "1]", "1 NOOP", "1\r\n", "\xe4",
}

// structure is the part structure in the result of imap_fetchstructure.
type structure struct {
	Type  int          `json:"type"`
	Parts []*structure `json:"parts"`
}

// Values of the property type.
const (
	typeMultipart = 1
	typeMessage   = 2
)

// sections returns the section numbers of a message with that structure.
func (s *structure) sections() []string {
	if s.Type == typeMultipart {
		return s.sectionsBelow("")
	}
	return append(s.sectionsBelow("1."), "1")
}

func (s *structure) sectionsBelow(prefix string) []string {
	var list []string
	if s.Type == typeMessage && prefix != "" {
		list = append(list, prefix+"0")
		// PHP shows the nested message as its only part.
		if len(s.Parts) == 1 && s.Parts[0].Type == typeMultipart {
			return append(list, s.Parts[0].sectionsBelow(prefix)...)
		}
	}
	for i, part := range s.Parts {
		number := fmt.Sprintf("%s%d", prefix, i+1)
		list = append(append(list, number), part.sectionsBelow(number+".")...)
	}
	return list
}

// asked returns the sections to request: those of the message and some more, which on servers
// other than Dovecot would take too long.
func (s *structure) asked() []string {
	names := s.sections()
	if other == nil {
		names = append(names, someSections...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestSections compares each section of each message.
func TestSections(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newSides(t, box)
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/for sections")
			// The request uses another connection, since the first one caches its answer, and
			// another mailbox, since POP3 servers lock it.
			parts := newOracle(t, newPlace(t, box))
			parts.do(open(service.inbox))
			for i, m := range messages {
				num := i + 1
				var s structure
				parts.raw(&s, "imap_fetchstructure", num)
				for _, section := range s.asked() {
					name := fmt.Sprintf("%s/imap_fetchbody/%s %q", service.name, m.name, section)
					both(t, php, ours, do("imap_fetchbody", num, section, ftPeek), name)
				}
				uid := uidOf(num)
				if service.name == "pop3" {
					uid = num
				}
				both(t, php, ours, do("imap_fetchbody", uid, "1", ftPeek|ftUID),
					service.name+"/imap_fetchbody/"+m.name+" FT_UID")
			}
			both(t, php, ours, do("imap_close"), service.name+"/imap_close/after sections")
		})
	}
}
