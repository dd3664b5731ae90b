package transfer_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/transfer"
)

// The tests of imapcompat.Base64, Binary, QPrint and EightBit compare the codecs
// with PHP. These are of what the functions do not show.

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
