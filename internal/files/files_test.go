package files_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat/internal/files"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, err := files.Read(path, 3); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := files.Read(path, 3); string(text) != "abc" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := files.Read(path, 2); !errors.Is(err, files.ErrTooLong) || !errors.As(err, new(*os.PathError)) {
		t.Errorf("a longer file: %v", err)
	}
}

// A file is replaced as a whole, or stays as it was, and no temporary file is left.
func TestReplace(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	replace := func(text string, failure error) error {
		return files.Replace(path, filepath.Join(folder, "temporary-*"), func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, failure)
		})
	}
	broken := errors.New("broken")
	for _, step := range []struct {
		text    string
		failure error
		want    string
	}{{"one", nil, "one"}, {"two", broken, "one"}, {"three", nil, "three"}} {
		if err := replace(step.text, step.failure); !errors.Is(err, step.failure) {
			t.Errorf("%s: %v", step.text, err)
		}
		if text, err := os.ReadFile(path); string(text) != step.want || err != nil {
			t.Errorf("%s: %q, %v", step.text, text, err)
		}
	}
	if entries, err := os.ReadDir(folder); len(entries) != 1 || err != nil {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func TestTemporary(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, folder)
	}
	file, err := files.CreateTemporary("x-*")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, "text"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(folder); len(entries) != 0 || err != nil {
		t.Errorf("left: %v, %v", entries, err)
	}
}
