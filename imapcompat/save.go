package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// savedFile is an element of the JSON of "imapcompat save".
type savedFile struct {
	Msgno   int    `json:"msgno"`
	UID     int    `json:"uid"`
	Section string `json:"section"`
	Type    string `json:"type"`
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"` // decoded; in a dry run encoded
}

func runSave(ctx context.Context, c *cli, r *request) error {
	folder, err := openFolder(r.arguments["FOLDER"])
	if err != nil {
		return err
	}
	defer folder.Close()
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		list, err := c.selected(r, mbox)
		if err != nil {
			return err
		}
		saved, err := c.save(r, mbox, list, folder)
		if ctx.Err() != nil {
			return err
		}
		switch {
		case r.json:
			err = cmp.Or(c.printJSON(saved), err)
		case len(saved) > 0:
			c.printSaved(saved)
		case err == nil:
			c.say("no attachments")
		}
		if r.dryRun && !r.json {
			fmt.Fprintln(c.stdout, "Nothing is saved: this is what it would be without --dry-run.")
		}
		return err
	})
}

// save saves the attachments of the messages, without setting \Seen. A message that cannot be
// read does not stop the rest.
func (c *cli) save(r *request, mbox *imapcompat.Connection, list []*imapcompat.Overview, folder *folder) ([]savedFile, error) {
	saved := []savedFile{}
	bar := c.newProgress(r)
	defer bar.clear()
	var failed error
	for i, o := range list {
		c.progress = fmt.Sprintf("%d of %s done", i, plural(len(list), "message"))
		structure, err := mbox.FetchStructure(o.Msgno)
		switch {
		case ofMessage(err):
			failed = errors.Join(failed, fmt.Errorf("message %d: %w", o.Msgno, err))
			continue
		case err != nil:
			return saved, errors.Join(failed, fmt.Errorf("message %d: %w", o.Msgno, err))
		}
		for _, p := range attachments(structure) {
			f := savedFile{Msgno: o.Msgno, UID: o.UID, Section: p.section, Type: mediaType(p.Structure)}
			name := readable.SafeName(fileName(p.Structure), fmt.Sprintf("%d-%s%s", o.Msgno, p.section, extension(p.Structure)))
			if r.dryRun {
				f.File, f.Bytes = folder.free(name), int64(p.Bytes)
				folder.taken[sameName(f.File)] = true
			} else if err := folder.save(mbox, p, name, &f); err != nil {
				err = fmt.Errorf("message %d, section %s: %w", o.Msgno, p.section, err)
				failed = errors.Join(failed, err)
				if !ofMessage(err) {
					return saved, failed
				}
				continue
			} else {
				c.change.done = plural(len(saved)+1, "file") + " saved"
			}
			saved = append(saved, f)
		}
		bar.show(i+1, len(list))
	}
	return saved, failed
}

func (c *cli) printSaved(saved []savedFile) {
	rows := [][]string{{"No", "Section", "Type", "Size", "File"}}
	for _, f := range saved {
		rows = append(rows, []string{fmt.Sprint(f.Msgno), f.Section, clean(f.Type), size(f.Bytes), f.File})
	}
	table(c.stdout, rows, c.columns())
}

// attachments returns the parts with a file name or the disposition attachment, and nested
// messages.
func attachments(message *imapcompat.Structure) []part {
	var found []part
	var within string // the section of the message that is saved whole
	for p := range parts(message) {
		switch {
		case within != "" && (p.section == "" || strings.HasPrefix(p.section, within)), p.Type == imapcompat.TYPEMULTIPART:
			continue
		case p.Type == imapcompat.TYPEMESSAGE && p.Subtype == "RFC822":
			within = p.section + "."
		case fileName(p.Structure) == "" && !strings.EqualFold(p.Disposition, "attachment"):
			continue
		}
		found = append(found, p)
	}
	return found
}

// extension returns the extension for a file without a name.
func extension(s *imapcompat.Structure) string {
	switch mediaType(s) {
	case "message/rfc822":
		return ".eml"
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	}
	return ".bin"
}

// folder is the folder where files are saved.
type folder struct {
	*os.Root                 // no name leads out of the folder
	taken    map[string]bool // its files, by sameName
}

func openFolder(path string) (*folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		root.Close()
		return nil, err
	}
	f := &folder{root, make(map[string]bool)}
	for _, e := range entries {
		f.taken[sameName(e.Name())] = true
	}
	return f, nil
}

// free returns the first variant of a name that is free, with and without the suffix of an
// unfinished file.
func (f *folder) free(name string) string {
	for n := 1; ; n++ {
		if variant := numbered(name, n); !f.taken[sameName(variant)] && !f.taken[sameName(variant+unfinished)] {
			return variant
		}
	}
}

// create creates a new file with the name or a variant of it. O_EXCL follows no symbolic link.
func (f *folder) create(name, suffix string) (file *os.File, variant string, err error) {
	for {
		variant = f.free(name)
		file, err = f.OpenFile(variant+suffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case err == nil:
			return file, variant, nil
		case !errors.Is(err, fs.ErrExist):
			return nil, "", fmt.Errorf("folder %s: %w", f.Name(), err)
		}
		f.taken[sameName(variant)] = true
	}
}

// unfinished is the suffix of a file that is being written. A killed program leaves an
// incomplete file with this suffix.
const unfinished = ".part"

// save saves a part under the name or a variant of it. It removes a file that could not be
// completed.
func (f *folder) save(mbox *imapcompat.Connection, p part, name string, saved *savedFile) error {
	file, variant, err := f.create(name, unfinished)
	if err != nil {
		return err
	}
	temporary := variant + unfinished
	written := &counter{w: file}
	decoder := readable.DecodeWriter(written, p.Encoding)
	err = mbox.SaveBody(decoder, saved.Msgno, p.section, imapcompat.FT_PEEK)
	err = cmp.Or(err, decoder.Close(), file.Close()) // which say the same of a full disk
	if err == nil {
		saved.File, err = f.finish(temporary, variant)
		saved.Bytes = written.octets
	}
	if err != nil {
		return errors.Join(err, f.Remove(temporary))
	}
	return nil
}

// finish renames a file to its name. It first creates an empty file with that name, so that no
// other program's file is replaced.
func (f *folder) finish(temporary, name string) (string, error) {
	place, variant, err := f.create(name, "")
	if err != nil {
		return "", err
	}
	err = errors.Join(place.Close(), os.Rename(filepath.Join(f.Name(), temporary), filepath.Join(f.Name(), variant)))
	if err != nil {
		return "", errors.Join(err, f.Remove(variant))
	}
	f.taken[sameName(variant)] = true
	return variant, nil
}

// counter counts the octets that it copies.
type counter struct {
	w      io.Writer
	octets int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.octets += int64(n)
	return n, err
}
