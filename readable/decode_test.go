package readable_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

var encodings = map[string]imapcompat.BodyEncoding{
	"base64": imapcompat.ENCBASE64, "quoted": imapcompat.ENCQUOTEDPRINTABLE,
}

// correctPadding is padding that ends a group, before more text. PHP reads on in the group.
var correctPadding = regexp.MustCompile(`=[^A-Za-z0-9+/]*[A-Za-z0-9+/]`)

// TestDecodePHP compares with what PHP returns, which testdata/decode.php has recorded.
func TestDecodePHP(t *testing.T) {
	text, err := os.ReadFile("testdata/decode.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Encoding      string
		Text, Decoded []byte
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range cases {
		if c.Encoding == "base64" && correctPadding.Match(c.Text) {
			continue
		}
		compared++
		got, _ := readable.Decode(string(c.Text), encodings[c.Encoding])
		if got != string(c.Decoded) {
			t.Errorf("%s %q: %q, PHP %q", c.Encoding, c.Text, got, c.Decoded)
		}
	}
	if compared < 400 {
		t.Errorf("%d of %d cases", compared, len(cases))
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		encoding           string
		text, want, doubts string
	}{
		{"base64", "SGVsbG8=", "Hello", ""},
		{"base64", "SGVs\r\nbG8=\r\n", "Hello", ""},
		{"base64", "SGVsbG8", "Hello", join(encoding)},
		{"base64", "SGVsb", "Hel", join(encoding)},
		{"base64", "SG-Vs*bG8=", "Hello", join(encoding)},
		{"base64", "SGVsbG8=\r\nd29ybGQ=\r\n", "Helloworld", join(encoding)}, // each line by itself
		{"base64", "SGVsbG8=\r\n-- \r\n", "Hello", join(encoding)},
		{"quoted", "100 =\r\neuros=20", "100 euros ", ""},
		{"quoted", "a=3D=C3=BC", "a=ü", ""},
		{"quoted", "a=b", "a=b", join(encoding)},
		{"quoted", "a\x00=20b", "a\x00 b", ""}, // PHP ends at the NUL
		{"quoted", "a=" + strings.Repeat(" ", 2000) + "\n", "a=" + strings.Repeat(" ", 2000) + "\n", join(encoding)},
		{"8bit", "=20SGVsbG8=", "=20SGVsbG8=", ""},
	} {
		got, doubts := readable.Decode(test.text, encodings[test.encoding])
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%s %q: %q, %v, want %q, %s", test.encoding, test.text, got, doubts, test.want, test.doubts)
		}
	}
}

func TestBody(t *testing.T) {
	got, doubts := readable.Body("R3!L832U=", imapcompat.ENCBASE64, "x-foo")
	const want = `invalid encoding "!" at octet 2; unknown charset "x-foo" at octet 0; guessed charset "windows-1252" at octet 0`
	if got != "Grüße" || doubts.String() != want {
		t.Errorf("%q, %v", got, doubts)
	}
}

// Text that is said to be in base64 is not always.
func TestBodyWords(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Dear Ann,\r\nthe menu of this week is here.\r\n", "Dear Ann,\r\nthe menu of this week is here.\r\n"},
		{"Gr\xfc\xdfe aus K\xf6ln, und viele mehr", "Grüße aus Köln, und viele mehr"},
		{"SGVsbG8s IHdvcmxk IHdpdGgg bGluZXMg dGhhdCBh cmUgc2hvcnQ=", "Hello, world with lines that are short"},
		{"SG!Vs-bG8=", "Hello"},
		{"ab cd ef g", "ab cd ef g"},
		{"ab cd ef", "i·\x1dy"}, // two blanks may be damage
	} {
		got, doubts := readable.Body(test.text, imapcompat.ENCBASE64, "iso-8859-1")
		if got != test.want {
			t.Errorf("%q: %q, %v, want %q", test.text, got, doubts, test.want)
		}
		r := readable.BodyReader(strings.NewReader(test.text), imapcompat.ENCBASE64, "iso-8859-1")
		if streamed, err := io.ReadAll(r); string(streamed) != got || err != nil || r.Doubts().String() != doubts.String() {
			t.Errorf("%q: the reader has %q, %v, %v, want %v", test.text, streamed, err, r.Doubts(), doubts)
		}
	}
}

// A reader holds the same memory whatever it reads.
func TestReaderMemory(t *testing.T) {
	const size = 8 << 20
	for name, encoding := range encodings {
		text := strings.NewReader(strings.Repeat("R3LDvMOfZSBhdXMgS8O2bG4=\r\n", size/26))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := io.Copy(io.Discard, readable.BodyReader(text, encoding, "utf-8")); err != nil {
			t.Error(err)
		}
		runtime.ReadMemStats(&after)
		// Other tests may allocate at the same time, and io.Copy has a buffer of 32 KiB.
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
			t.Errorf("%s: %d octets were allocated for a text of %d", name, allocated, text.Size())
		}
	}
}

// A reader passes the error of the reader below it, after the text that came before it.
func TestReaderErrors(t *testing.T) {
	broken := errors.New("the connection is lost")
	source := io.MultiReader(strings.NewReader("SGVs\r\n"), iotest.ErrReader(broken))
	r := readable.BodyReader(source, imapcompat.ENCBASE64, "utf-8")
	got, err := io.ReadAll(r)
	if string(got) != "Hel" || !errors.Is(err, broken) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDecodeWriter(t *testing.T) {
	for name, encoding := range map[string]imapcompat.BodyEncoding{
		"base64": imapcompat.ENCBASE64, "quoted": imapcompat.ENCQUOTEDPRINTABLE, "8bit": imapcompat.ENC8BIT,
	} {
		text := strings.Repeat("SGVs!bG8=3D= \r\n", 2000)
		want, doubts := readable.Decode(text, encoding)
		for _, size := range []int{1, 7, 5000, len(text)} {
			var got strings.Builder
			w := readable.DecodeWriter(&got, encoding)
			for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
				if _, err := io.WriteString(w, rest[:min(size, len(rest))]); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			if got.String() != want || w.Doubts().String() != doubts.String() {
				t.Errorf("%s in pieces of %d: %d octets, %v, want %d, %v", name, size, got.Len(), w.Doubts(), len(want), doubts)
			}
		}
	}
	full := errors.New("disk full")
	w := readable.DecodeWriter(failingWriter{full}, imapcompat.ENCBASE64)
	_, err := io.WriteString(w, "SGVsbG8=")
	if err = errors.Join(err, w.Close()); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func FuzzBody(f *testing.F) {
	for _, charset := range []string{"utf-8", "iso-8859-1", "gb2312", "utf-16", "utf-7", "iso-2022-jp", "iso-2022-kr", "utf-32", "", "x"} {
		f.Add("R3LDvMOfZQ==", uint8(3), charset)
		f.Add("Gr=FC=\r\n=DFe=1B$B%F%9%H", uint8(4), charset)
		f.Add("\xff\xfeG\x00r\x00\xfc\x00", uint8(0), charset)
		f.Add("a\x1b$)C\x0eGQ1[\x0f+2D3eAA-\xe4\xb8", uint8(0), charset)
	}
	f.Fuzz(func(t *testing.T, text string, encoding uint8, charset string) {
		want, doubts := readable.Body(text, imapcompat.BodyEncoding(encoding), charset)
		if len(want) > 12*len(text)+16 {
			t.Errorf("%d octets from %d", len(want), len(text))
		}
		for name, source := range map[string]io.Reader{
			"whole": strings.NewReader(text), "octets": iotest.OneByteReader(strings.NewReader(text)),
			"data and error": iotest.DataErrReader(strings.NewReader(text)),
		} {
			r := readable.BodyReader(source, imapcompat.BodyEncoding(encoding), charset)
			got, err := io.ReadAll(iotest.HalfReader(r))
			if string(got) != want || err != nil {
				t.Errorf("%s: %q, %v, want %q", name, got, err, want)
			}
			if r.Doubts().String() != doubts.String() {
				t.Errorf("%s: %v, want %v", name, r.Doubts(), doubts)
			}
		}
	})
}
