package readable_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/imapcompat/imapcompat/readable"
)

func TestSafeName(t *testing.T) {
	long := strings.Repeat("ü", 100)
	for _, test := range []struct{ name, want string }{
		{"menu.pdf", "menu.pdf"},
		{"Speisekarte für März.pdf", "Speisekarte für März.pdf"},
		{"Mu\u0308ll.txt", "Müll.txt"},
		{"../../etc/passwd", "passwd"},
		{`C:\Users\ann\a.txt`, "a.txt"},
		{"a/", "unnamed"},
		{"", "unnamed"},
		{" . ", "unnamed"},
		{"..", "unnamed"},
		{".htaccess", "_.htaccess"},
		{"-rf", "_-rf"},
		{"~ann", "_~ann"},
		{"a.txt. . ", "a.txt"},
		{"a<b>:\"|?*.txt", "a_b______.txt"},
		{"a\x00b\r\n\x1b[31m.txt", "ab[31m.txt"},
		{"invoice\u202efdp.exe", "invoicefdp.exe"},
		{"a\u200bb\ufeff.txt", "ab.txt"},
		{"a\u00a0b\u2028c.txt", "a b c.txt"},
		{"a\xff\U000effffb", "a__b"},
		{"👩\u200d🍳.png", "👩\u200d🍳.png"},
		{"a\u200d.exe", "a.exe"},
		{"\u200d\u200c", "unnamed"},
		{"👩\u200d.png", "👩.png"},
		{"می\u200cخواهم.txt", "می\u200cخواهم.txt"},
		{"\u3164\u115f\u034f", "unnamed"}, // Hangul fillers
		{"a\u2800", "a"},
		{"a\u200b\u0308.txt", "ä.txt"},
		{"\u200e.a", "_.a"},
		{strings.Repeat("ü", 57) + "\u200d" + long + ".pdf", strings.Repeat("ü", 57) + ".pdf"},
		{"nul", "_nul"},
		{"CON.txt", "_CON.txt"},
		{"com1 .txt", "_com1 .txt"},
		{"LPT¹", "_LPT¹"},
		{"conference.txt", "conference.txt"},
		{long + ".pdf", strings.Repeat("ü", 58) + ".pdf"},
		{"a." + long, "a." + strings.Repeat("ü", 59)},
		{strings.Repeat(".", 300) + "a", "_.a"},
	} {
		got := readable.SafeName(test.name)
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.name, got, test.want)
		}
		if again := readable.SafeName(got); again != got {
			t.Errorf("%q: %q, and again %q", test.name, got, again)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	for _, s := range []string{"../a.txt", "con .x", "ü\u200d\u200c\u200b\u0308😀\u200d", strings.Repeat("ü", 57) + "\u200dü" + strings.Repeat("ü", 80) + ".x", strings.Repeat("ü", 80) + ".tar.gz", "a. .b ", "\u0344"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := readable.SafeName(name)
		if got == "" || len(got) > 120 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\r\n<>:\"|?*") ||
			strings.ContainsRune(".-~ ", rune(got[0])) || strings.HasSuffix(got, ".") || strings.HasSuffix(got, " ") {
			t.Errorf("%q: %q", name, got)
		}
		if again := readable.SafeName(got); again != got || !norm.NFC.IsNormalString(got) {
			t.Errorf("%q: %q, and again %q", name, got, again)
		}
	})
}

func TestFolder(t *testing.T) {
	path := t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(filepath.Join(path, "Old.txt"), []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(path, "link.txt")); err != nil {
		t.Log("no symbolic links:", err)
	}
	folder, err := readable.OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	// A file of another program, which appears later.
	if err := os.WriteFile(filepath.Join(path, "later.txt"), []byte("later"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, want string }{
		{"a.txt", "a.txt"},
		{"a.txt", "a (2).txt"},
		{"A.TXT", "A (3).TXT"},
		{"a (2).txt", "a (2) (2).txt"},
		{"old.txt", "old (2).txt"},
		{"later.txt", "later (2).txt"},
		{"../b.txt", "b.txt"},
		{"", "unnamed"},
		{"ÜBER.txt", "ÜBER.txt"},
		{"U\u0308ber.txt", "Über (2).txt"},
		{"link.txt", "link (2).txt"},
		{"Straße", "Straße"},
		{"STRASSE", "STRASSE (2)"},
		{"می\u200cخواهم", "می\u200cخواهم"},
		{"میخواهم", "میخواهم (2)"}, // one name in HFS+
	} {
		file, created, err := folder.Create(test.name)
		if err != nil || created != test.want {
			t.Errorf("%q: %q, %v, want %q", test.name, created, err, test.want)
			continue
		}
		if _, err := file.WriteString("new"); err != nil {
			t.Error(err)
		}
		file.Close()
	}
	for name, want := range map[string]string{"Old.txt": "old", "later.txt": "later", "a (2).txt": "new"} {
		if text, err := os.ReadFile(filepath.Join(path, name)); string(text) != want || err != nil {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	if _, err := os.Stat(outside); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link was followed: %v", err)
	}
	if _, err := readable.OpenFolder(filepath.Join(path, "no such")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// Many files of one name do not take longer and longer.
func TestFolderMany(t *testing.T) {
	folder, err := readable.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	var last string
	for range 500 {
		file, created, err := folder.Create("a.txt")
		if err != nil {
			t.Fatal(err)
		}
		file.Close()
		last = created
	}
	if last != "a (500).txt" {
		t.Error(last)
	}
}
