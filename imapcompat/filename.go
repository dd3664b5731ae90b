package main

import (
	"bytes"
	"fmt"
	"path/filepath"

	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// fileName returns the name of the file that a part is, or "".
func fileName(s *imapcompat.Structure) string {
	name, _ := readable.FileName(s)
	return name
}

// numbered returns the nth variant of a name, "name (2).txt".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	extension := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", name[:len(name)-len(extension)], n, extension)
}

// sameName returns the same text for names that some file system treats as equal.
func sameName(name string) string {
	return string(bytes.ToLower(bytes.ToUpper(norm.NFC.Bytes([]byte(name)))))
}
