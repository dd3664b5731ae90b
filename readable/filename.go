package readable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxFileName is the greatest length of a file name, in octets. File systems allow 255, or
// 143 if they encrypt names, and programs add suffixes.
const maxFileName = 120

// unnamed is the name of a file without one.
const unnamed = "unnamed"

// reservedNames are the names of devices on Windows, with any extension.
var reservedNames = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³]) *(\.|$)`)

// SafeName returns a name for a file in a folder, on any file system, made from a name that
// somebody else chose, such as the one that [FileName] returns. It is never empty.
//
//   - It has no path: only what follows the last "/" or "\" is left.
//   - The characters < > : " | ? * that Windows forbids, and those that Unicode does not
//     assign, are "_". Control characters, invisible characters and those that change the
//     writing direction are left out.
//   - It has no "." or blank at the end, which Windows removes, and none of the names that
//     Windows gives to devices, such as "nul.txt".
//   - It does not begin with "." (hidden files, "..") or "-" (options of commands), but with
//     "_" before that.
//   - It has at most 120 octets. The extension is kept.
//
// Of several names it takes the first of which something is left. If there is none, the name is
// "unnamed".
func SafeName(names ...string) string {
	for _, name := range names {
		if safe := safeName(name); safe != "" {
			return safe
		}
	}
	return unnamed
}

// safeName returns the safe form of a name, or "" if nothing is left of it.
func safeName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = norm.NFC.String(safeChars(norm.NFC.String(name)))
	name = strings.TrimRight(strings.TrimSpace(name), ". ")
	name = shorten(name, maxFileName)
	if name != "" && strings.ContainsRune(".-~", rune(name[0])) || reservedNames.MatchString(name) {
		name = shorten("_"+name, maxFileName)
	}
	return name
}

// joiners are in emoji, and in Persian and Indian scripts, and not seen elsewhere.
const joiners = "\u200c\u200d"

// safeChars returns what stands for the characters of a name. A joiner stays between characters
// beyond ASCII.
func safeChars(name string) string {
	var safe []rune
	runes := []rune(name)
	for i, r := range runes {
		if strings.ContainsRune(joiners, r) {
			if joins(safe, len(safe)-1) && joins(runes, i+1) {
				safe = append(safe, r)
			}
		} else if r = safeChar(r); r >= 0 {
			safe = append(safe, r)
		}
	}
	return string(safe)
}

// joins reports whether a character can stand beside a joiner.
func joins(runes []rune, i int) bool {
	return 0 <= i && i < len(runes) && runes[i] > unicode.MaxASCII && !unicode.IsSpace(runes[i]) && safeChar(runes[i]) == runes[i]
}

// safeChar returns what stands for a character in a file name, or -1.
func safeChar(r rune) rune {
	const blankPattern = '\u2800' // of Braille
	switch {
	case strings.ContainsRune(`<>:"|?*`, r), r == utf8.RuneError:
		return '_'
	case unicode.IsControl(r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return -1
	case unicode.IsSpace(r), r == blankPattern:
		return ' '
	case unicode.IsGraphic(r):
		return r
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return '_'
}

// shorten cuts a name to limit octets, and keeps its extension.
func shorten(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	base, extension := splitExtension(name)
	base = base[:limit-len(extension)]
	for !utf8.ValidString(base) {
		base = base[:len(base)-1]
	}
	return strings.TrimRight(base, ". "+joiners) + extension
}

// splitExtension splits a name before its extension, if that is short.
func splitExtension(name string) (base, extension string) {
	const longest = 16
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= longest {
		return name[:i], name[i:]
	}
	return name, ""
}

// numbered returns the nth variant of a name, "name (2).txt".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	base, extension := splitExtension(name)
	return fmt.Sprintf("%s (%d)%s", base, n, extension)
}

// A Folder creates files in a folder, never over another file and never outside of it. Many
// goroutines may not use it at the same time; other programs may use the folder.
type Folder struct {
	root *os.Root
	next map[string]int // the variant to try next, by the key of a name
}

// OpenFolder opens a folder that exists.
func OpenFolder(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		root.Close()
		return nil, err
	}
	f := &Folder{root, make(map[string]int)}
	for _, name := range names {
		f.next[nameKey(name)] = 2
	}
	return f, nil
}

// Create creates a file for writing, and returns it with its name in the folder. The name is
// the [SafeName] of what is given, or a variant of it, "name (2).txt", if there is such a
// file. On a file system that tells upper from lower case, a name that differs in case
// only counts as the same, so that the folder can be copied to one that does not.
//
// The system creates the file only if there is none of its name (O_EXCL), and follows no
// symbolic link. An error is one of the file system.
func (f *Folder) Create(name string) (file *os.File, created string, err error) {
	name = SafeName(name)
	key := nameKey(name)
	for n := max(1, f.next[key]); ; n++ {
		created = numbered(name, n)
		if n > 1 && f.next[nameKey(created)] > 0 {
			continue
		}
		file, err = f.root.OpenFile(created, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			f.next[key] = n + 1
			f.next[nameKey(created)] = max(2, f.next[nameKey(created)])
			return file, created, err
		}
	}
}

// Close closes the folder. Files that were created stay open.
func (f *Folder) Close() error { return f.root.Close() }

// nameKey returns the same text for names that some file system takes for one: that of Windows
// and of macOS ignores case, that of macOS the form of composed characters, and HFS+ joiners.
func nameKey(name string) string {
	folded := cases.Fold().String(norm.NFD.String(name))
	return withoutJoiners.Replace(norm.NFC.String(folded))
}

var withoutJoiners = strings.NewReplacer("\u200c", "", "\u200d", "")
