package functions

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStreamFilterDecodesWhatIsWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	f, err := fopen(name, "w")
	if err != nil {
		t.Fatal(err)
	}
	filter, _ := streamFilterAppend(f, "convert.base64-decode", 2, nil)
	if _, err := fwrite(f, "aGVs\r\nbG8="); err != nil {
		t.Fatal(err)
	}
	streamFilterRemove(filter)
	streamFilterAppend(f, "convert.quoted-printable-decode", 2, nil)
	if _, err := fwrite(f, "=20w=6F"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "hello wo" {
		t.Errorf("got %q, %v", got, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no exception for an unknown filter")
		}
	}()
	streamFilterAppend(stdin, "string.rot13", 1, nil)
}
