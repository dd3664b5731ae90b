package prove

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/mail"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
)

// Folder is a mailbox with its messages. Its name is in UTF-8, with "/" between levels.
type Folder struct {
	Name string `json:"name"`
	// Uses are attributes of RFC 6154, `\Sent` for example.
	Uses         []string `json:"uses,omitempty"`
	Unsubscribed bool     `json:"unsubscribed,omitempty"`
	Messages     []Mail   `json:"messages"`
}

// Mail is a message before a run.
type Mail struct {
	File  string    `json:"file"` // in the folder of the mail, with "/"
	Flags []string  `json:"flags,omitempty"`
	Date  time.Time `json:"date"` // the internal date
	Text  string    `json:"-"`
}

// manifest is the name of the file with the list of folders. Without it the names of files say
// what is in a folder.
const manifest = "mailboxes.json"

// Bounds of mail that is read.
const (
	maxMessages    = 5000
	maxMailOctets  = 256 << 20
	maxMailboxName = 500
)

//go:embed corpus
var corpusFiles embed.FS

// Corpus returns the built-in mail: mailboxes with messages of many kinds.
func Corpus() ([]Folder, error) {
	files, err := fs.Sub(corpusFiles, "corpus")
	if err != nil {
		return nil, err
	}
	return readMail(files)
}

// ReadMail reads the mail in a folder of files. If it has a file mailboxes.json, that lists the
// mailboxes. Else each file with the extension .eml is a message of the INBOX, and each folder
// with such files a mailbox. At the end of the name ":2," and letters are flags as in a Maildir:
// "1;2,SF.eml", with ";" or "!" in place of ":". A Maildir has the folders cur and new, and
// mailboxes such as ".Sent" and ".Archive.2024".
func ReadMail(folder string) ([]Folder, error) {
	folders, err := readMail(os.DirFS(folder))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return folders, nil
}

func readMail(files fs.FS) ([]Folder, error) {
	text, err := fs.ReadFile(files, manifest)
	var folders []Folder
	switch {
	case err == nil:
		if err := json.Unmarshal(text, &folders); err != nil {
			return nil, fmt.Errorf("%s: %w", manifest, err)
		}
	case errors.Is(err, fs.ErrNotExist):
		if folders, err = findMail(files); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	octets := 0
	for _, folder := range folders {
		for i := range folder.Messages {
			m := &folder.Messages[i]
			text, err := fs.ReadFile(files, m.File)
			if err != nil {
				return nil, err
			}
			if octets += len(text); octets > maxMailOctets {
				return nil, fmt.Errorf("the mail has more than %d MB", maxMailOctets>>20)
			}
			m.Text = string(text)
			if m.Date.IsZero() {
				m.Date = dateOf(m.Text)
			}
		}
	}
	return withINBOX(folders), nil
}

// withINBOX adds an INBOX if there is none.
func withINBOX(folders []Folder) []Folder {
	if slices.ContainsFunc(folders, func(f Folder) bool { return f.Name == "INBOX" }) {
		return folders
	}
	return slices.Insert(folders, 0, Folder{Name: "INBOX"})
}

// defaultDate is the internal date of a message whose Date field does not parse.
var defaultDate = time.Date(2025, time.January, 1, 12, 0, 0, 0, time.UTC)

func dateOf(text string) time.Time {
	message, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		return defaultDate
	}
	date, err := message.Header.Date()
	if err != nil {
		return defaultDate
	}
	return date
}

// findMail finds messages by the names of files.
func findMail(files fs.FS) ([]Folder, error) {
	byName := map[string]*Folder{}
	messages := 0
	err := fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, ok := mailboxOf(file)
		if !ok {
			return nil
		}
		if messages++; messages > maxMessages {
			return fmt.Errorf("more than %d messages", maxMessages)
		}
		if byName[name] == nil {
			byName[name] = &Folder{Name: name}
		}
		byName[name].Messages = append(byName[name].Messages, Mail{File: file, Flags: flagsOf(file)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	var folders []Folder
	for _, folder := range byName {
		folders = append(folders, *folder)
	}
	slices.SortFunc(folders, func(a, b Folder) int { return strings.Compare(a.Name, b.Name) })
	return folders, nil
}

// mailboxOf returns the mailbox of a file, or false if it is no message.
func mailboxOf(file string) (string, bool) {
	folder, base := path.Split(file)
	folder = strings.TrimSuffix(folder, "/")
	if parent, last := path.Split(folder); last == "cur" || last == "new" {
		parent = strings.TrimSuffix(parent, "/")
		return cmp.Or(strings.ReplaceAll(strings.TrimPrefix(plainName(parent), "."), ".", "/"), "INBOX"), !strings.HasPrefix(base, ".")
	}
	if !strings.EqualFold(path.Ext(base), ".eml") {
		return "", false
	}
	return cmp.Or(folder, "INBOX"), true
}

var fileFlags = regexp.MustCompile(`[:;!]2,([A-Za-z]*)(?:\.eml)?$`)

// flagLetters are the letters of Maildir.
var flagLetters = map[rune]string{'S': `\Seen`, 'R': `\Answered`, 'F': `\Flagged`, 'T': `\Deleted`, 'D': `\Draft`, 'P': "$Forwarded"}

func flagsOf(file string) []string {
	match := fileFlags.FindStringSubmatch(file)
	if match == nil {
		return nil
	}
	var flags []string
	for _, letter := range match[1] {
		if flag := flagLetters[letter]; flag != "" {
			flags = append(flags, flag)
		}
	}
	return flags
}

// WriteMail writes mail into a new folder, for [ReadMail]: each message as a file, and
// mailboxes.json.
func WriteMail(folder string, folders []Folder) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	folders = slices.Clone(folders)
	for i := range folders {
		folders[i].Messages = slices.Clone(folders[i].Messages)
		for j := range folders[i].Messages {
			m := &folders[i].Messages[j]
			m.File = fmt.Sprintf("%d-%d.eml", i+1, j+1) // no name from the mail becomes that of a file
			if err := root.WriteFile(m.File, []byte(m.Text), 0o600); err != nil {
				return err
			}
		}
	}
	text, err := json.MarshalIndent(folders, "", "\t")
	if err != nil {
		return err
	}
	return root.WriteFile(manifest, append(text, '\n'), 0o600)
}

// Digest identifies mail: the names, flags, dates and texts.
func Digest(folders []Folder) string {
	hash := sha256.New()
	for _, folder := range folders {
		fmt.Fprintf(hash, "%q %q %v\n", folder.Name, folder.Uses, folder.Unsubscribed)
		for _, m := range folder.Messages {
			fmt.Fprintf(hash, "%q %d %d\n", m.Flags, m.Date.Unix(), len(withCRLF(m.Text)))
			io.WriteString(hash, withCRLF(m.Text))
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// wireName returns the name of a mailbox in modified UTF-7.
func wireName(name string) string {
	wire, err := imapcompat.UTF8ToMUTF7(name)
	if err != nil {
		return name
	}
	return wire
}
