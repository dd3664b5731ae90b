package transfer_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/transfer"
)

// The tests of imapcompat.Base64, Binary, QPrint and EightBit compare the codecs with PHP. The
// tests here cover what those functions do not show.

func TestSurplus(t *testing.T) {
	for _, tt := range []struct {
		text, decoded string
		surplus       int
		ok            bool
	}{
		{"YQ==", "a", -1, true},
		{"YQ==\r\n*=", "a", -1, true},
		{"YQ==\r\nx", "a", 6, true},
		{"YWI=YQ", "ab", 4, true},
		{"YWJj", "abc", -1, true},
		{"Y*", "", -1, false},
	} {
		decoded, surplus, ok := transfer.DecodeBase64(tt.text)
		if decoded != tt.decoded || surplus != tt.surplus || ok != tt.ok {
			t.Errorf("%q: %q, %d, %v", tt.text, decoded, surplus, ok)
		}
	}
}

func TestInvalid(t *testing.T) {
	for _, tt := range []struct {
		text, decoded string
		invalid       int
	}{
		{"a=3D", "a=", -1},
		{"a=zz", "a=zz", 2},
		{"a=4z", "a=4", 3},
		{"a=4", "a=4", 2},
		{"a=z=y", "a=z=y", 2},
	} {
		decoded, invalid := transfer.DecodeQuotedPrintable(tt.text)
		if decoded != tt.decoded || invalid != tt.invalid {
			t.Errorf("%q: %q, %d", tt.text, decoded, invalid)
		}
	}
}

// Long texts are written in pieces. What is written equals the result of the other form.
func TestTo(t *testing.T) {
	long := strings.Repeat("Gr=C3=BC=C3=9Fe, 1+1=2   \r\n \xfc \r text of lines that are longer than base64 has them =\r\n", 3000)
	for _, text := range []string{"", "a", "YQ==", "  ", "a=zz", "Y*", long, strings.Repeat(" ", 100000) + "x", transfer.EncodeBase64(long), transfer.EncodeQuotedPrintable(long)} {
		check := func(name, want string, write func(w io.Writer) error) {
			t.Helper()
			var got pieces
			if err := write(&got); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if joined := strings.Join(got, ""); joined != want {
				t.Errorf("%s of %.20q: %d octets, want %d", name, text, len(joined), len(want))
			}
			for _, piece := range got {
				if len(piece) > 32<<10 {
					t.Errorf("%s: a piece of %d octets", name, len(piece))
				}
			}
			failure := errors.New("full")
			if err := write(failing{failure}); err != failure {
				t.Errorf("%s: the writer's error is %v", name, err)
			}
		}
		check("EncodeBase64", transfer.EncodeBase64(text), func(w io.Writer) error { return transfer.EncodeBase64To(w, text) })
		check("EncodeQuotedPrintable", transfer.EncodeQuotedPrintable(text), func(w io.Writer) error { return transfer.EncodeQuotedPrintableTo(w, text) })
		decoded, invalid := transfer.DecodeQuotedPrintable(text)
		check("DecodeQuotedPrintable", decoded, func(w io.Writer) error {
			got, err := transfer.DecodeQuotedPrintableTo(w, text)
			if got != invalid {
				t.Errorf("invalid is %d, want %d", got, invalid)
			}
			return err
		})
		octets, surplus, ok := transfer.DecodeBase64(text)
		if !ok {
			if _, ok, _ := transfer.DecodeBase64To(io.Discard, text); ok {
				t.Errorf("%.20q is base64", text)
			}
			continue
		}
		check("DecodeBase64", octets, func(w io.Writer) error {
			got, ok, err := transfer.DecodeBase64To(w, text)
			if got != surplus || !ok {
				t.Errorf("surplus is %d, want %d (%v)", got, surplus, ok)
			}
			return err
		})
	}
}

// pieces records each write.
type pieces []string

func (p *pieces) Write(text []byte) (int, error) {
	*p = append(*p, string(text))
	return len(text), nil
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

func TestOctet(t *testing.T) {
	for text, want := range map[string]byte{"00": 0, "fF": 0xff, "a9z": 0xa9, "0A": 10} {
		if got, ok := transfer.Octet(text); got != want || !ok {
			t.Errorf("%q: %#x, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "a", "ag", "g0", "/0", ":0", "@0", "`0"} {
		if got, ok := transfer.Octet(text); ok {
			t.Errorf("%q: %#x", text, got)
		}
	}
}

func BenchmarkDecodeBase64(b *testing.B) {
	text := transfer.EncodeBase64(strings.Repeat("an attachment ", 1<<12))
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, ok := transfer.DecodeBase64(text); !ok {
			b.Fatal("not base64")
		}
	}
}

func BenchmarkDecodeQuotedPrintable(b *testing.B) {
	text := strings.Repeat("Gr=C3=BC=C3=9Fe, a line of text as mail programs break it, in the middle of wo=\r\nrds.\r\n", 1<<9)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		transfer.DecodeQuotedPrintable(text)
	}
}
