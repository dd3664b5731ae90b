package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// eachMessage calls compare with each message of the corpus on each service, with both sides
// open and the sections to request.
func eachMessage(t *testing.T, purpose string, compare func(t *testing.T, m corpusMessage)) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newSides(t, box)
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/for "+purpose)
			parts := newOracle(t, newPlace(t, box))
			parts.do(open(service.inbox))
			for i, m := range messages {
				num, uid := i+1, uidOf(i+1)
				if service.name == "pop3" {
					uid = num
				}
				var s structure
				parts.raw(&s, "imap_fetchstructure", num)
				compare(t, corpusMessage{php, ours, service.name, m.name, num, uid, s.asked()})
			}
			both(t, php, ours, do("imap_close"), service.name+"/imap_close/after "+purpose)
		})
	}
}

// corpusMessage is a message on both sides.
type corpusMessage struct {
	php, ours     side
	service, name string
	num, uid      int
	sections      []string
}

// both makes a call on both sides and compares.
func (m corpusMessage) both(t *testing.T, c call, what string) {
	t.Helper()
	both(t, m.php, m.ours, c, fmt.Sprintf("%s/%s/%s %s", m.service, c.fn, m.name, what))
}

// TestStructure compares the structure of each message and of each part. The numbers of media
// types without a constant depend on all earlier messages.
func TestStructure(t *testing.T) {
	eachMessage(t, "structure", func(t *testing.T, m corpusMessage) {
		m.both(t, do("imap_fetchstructure", m.num), "")
		m.both(t, do("imap_fetchstructure", m.uid, ftUID), "FT_UID")
		for _, section := range m.sections {
			m.both(t, do("imap_bodystruct", m.num, section), fmt.Sprintf("%q", section))
		}
	})
}

// TestMIME compares the MIME header of each part.
func TestMIME(t *testing.T) {
	eachMessage(t, "MIME", func(t *testing.T, m corpusMessage) {
		for _, section := range m.sections {
			m.both(t, do("imap_fetchmime", m.num, section, ftPeek), fmt.Sprintf("%q", section))
		}
		m.both(t, do("imap_fetchmime", m.uid, "1", ftPeek|ftUID|ftInternal), "flags")
	})
}

// TestSave compares the saved text of each section.
func TestSave(t *testing.T) {
	file := filepath.Join(t.TempDir(), "saved")
	eachMessage(t, "saving", func(t *testing.T, m corpusMessage) {
		for _, section := range m.sections {
			// PHP crashes if that is the header of a nested message.
			if m.service == "imap" && strings.HasSuffix(section, ".0") {
				continue
			}
			m.save(t, file+m.service, m.num, section, ftPeek)
		}
		m.save(t, file+m.service, m.uid, "1", ftPeek|ftUID|ftInternal)
	})
}

// TestSaveLarge compares texts that arrive in several pieces. Two of them end where a piece
// ends.
func TestSaveLarge(t *testing.T) {
	const lines = 1 << 14 // of 64 octets with CRLF, together 1 MiB
	file := filepath.Join(t.TempDir(), "saved")
	var messages []message
	for _, n := range []int{lines - 1, lines, lines + 1, 3 * lines, 3*lines + 7} {
		text := strings.Repeat(strings.Repeat("x", 62)+"\n", n)
		messages = append(messages, message{fmt.Sprintf("large/%d", n), []byte("Subject: large\n\n" + text)})
	}
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			box := corpusMailbox(messages)
			php, ours := newSides(t, box)
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/to save much")
			for i, m := range messages {
				for _, section := range []string{"", "1"} {
					corpusMessage{php: php, ours: ours, service: service.name, name: m.name}.save(t, file+service.name, i+1, section, ftPeek)
				}
			}
		})
	}
}

// save saves a section on both sides and compares the files.
func (m corpusMessage) save(t *testing.T, file string, num int, section string, flags int) {
	t.Helper()
	saved := func(s side) string {
		result := s.do(do("imap_savebody", file, num, section, flags))
		text, err := os.ReadFile(file)
		os.Remove(file)
		return fmt.Sprintf("%s %q %v", result, text, err)
	}
	compare(t, fmt.Sprintf("%s/imap_savebody/%s %q %d", m.service, m.name, section, flags), saved(m.php), saved(m.ours))
}

// TestStructureMarks makes each call once, and compares which messages are then marked as read.
func TestStructureMarks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "saved")
	calls := func(service string, num int) []call {
		list := []call{do("imap_fetchstructure", num), do("imap_bodystruct", num, "1")}
		for _, section := range []string{"1", "2", "9", "", "0", "1.0"} {
			list = append(list, do("imap_fetchmime", num, section))
		}
		for _, section := range []string{"", "0", "1", "2", "9"} {
			list = append(list, do("imap_savebody", file+service, num, section))
		}
		return list
	}
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			for k := range calls("", 0) {
				box := corpusMailbox(messages)
				php, ours := newSides(t, box)
				var last call
				name := func(fn, what string) string { return fmt.Sprintf("%s/%s/%s", service.name, fn, what) }
				both(t, php, ours, open(service.inbox), name("imap_open", "to mark"))
				for i, m := range messages {
					last = calls(service.name, i+1)[k]
					both(t, php, ours, last, name(last.fn, fmt.Sprintf("%s to mark with %v", m.name, last.args[1:])))
				}
				what := fmt.Sprintf("after %s %v", last.fn, last.args[1:])
				if service.name == "imap" {
					// What c-client has parsed from a header differs from the server's
					// ENVELOPE. POP3's marks end with the session.
					both(t, php, ours, do("imap_close"), name("imap_close", what))
					both(t, php, ours, open(service.inbox), name("imap_open", what))
				}
				for i, m := range messages {
					both(t, php, ours, do("imap_headerinfo", i+1), name("imap_headerinfo", m.name+" "+what))
				}
				both(t, php, ours, do("imap_mailboxmsginfo"), name("imap_mailboxmsginfo", what))
				both(t, php, ours, do("imap_close"), name("imap_close", "looked at "+what))
			}
		})
	}
}

// TestStructureArguments compares the reports about wrong arguments.
func TestStructureArguments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "saved")
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			box := corpusMailbox(ownMessages(t))
			php, ours := newSides(t, box)
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/for arguments")
			for _, num := range []int{-1, 0, 1, 9999, overInt32} {
				list := []call{do("imap_bodystruct", num, "1"), do("imap_bodystruct", num, "")}
				for _, flags := range []int{0, ftUID, ftPeek, ftInternal, ftPrefetch, 4, 64, -1} {
					list = append(list,
						do("imap_fetchstructure", num, flags),
						do("imap_fetchmime", num, "1", flags),
						do("imap_savebody", file, num, "1", flags))
				}
				for _, c := range list {
					both(t, php, ours, c, fmt.Sprintf("%s/%s/arguments %v", service.name, c.fn, c.args))
				}
			}
			both(t, php, ours, do("imap_close"), service.name+"/imap_close/after arguments")
			for _, c := range []call{do("imap_fetchstructure", 0), do("imap_bodystruct", 1, "1"), do("imap_fetchmime", 1, "1", 64), do("imap_savebody", file, 0)} {
				both(t, php, ours, c, fmt.Sprintf("%s/%s/closed", service.name, c.fn))
			}
		})
	}
}
