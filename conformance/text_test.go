package conformance

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// compareText compares a case of a text function.
func compareText(t *testing.T, w *php.Worker, fn, what, text string) {
	t.Helper()
	want := ask(t, w, fn, php.Bytes(text))
	compare(t, "local/"+fn+"/"+what, want, textOutcome(fn, text).String())
}

// textOutcome returns the outcome of a text function of ours.
func textOutcome(fn, text string) outcome {
	result, notices, err := golden.TextFunctions[fn](text)
	o := ofLibrary(result, err, "false")
	o.errors = stack(notices)
	var e *imapcompat.Error
	if errors.As(err, &e) && fn == "imap_utf7_decode" { // the others do not warn
		warning, _ := php.Bytes(e.Error()).MarshalText() // as PHP's comes here
		o.warnings = []string{string(warning)}
	}
	return o
}

// TestTransferEncodings uses every message as a text, unchanged and encoded.
func TestTransferEncodings(t *testing.T) {
	w := newWorker(t)
	for _, m := range allMessages(t) {
		raw := string(m.raw)
		_, body, _ := strings.Cut(strings.ReplaceAll(raw, "\r\n", "\n"), "\n\n")
		for _, fn := range []string{"imap_base64", "imap_binary", "imap_qprint", "imap_8bit", "imap_utf7_encode", "imap_utf7_decode"} {
			compareText(t, w, fn, m.name, raw)
			compareText(t, w, fn, m.name+"/body", body)
		}
		compareText(t, w, "imap_base64", m.name+"/encoded", imapcompat.Binary(raw))
		compareText(t, w, "imap_base64", m.name+"/truncated", cutEnd(imapcompat.Binary(raw), 5))
		compareText(t, w, "imap_qprint", m.name+"/encoded", imapcompat.EightBit(raw))
		compareText(t, w, "imap_qprint", m.name+"/truncated", cutEnd(imapcompat.EightBit(raw), 1))
		compareText(t, w, "imap_utf7_decode", m.name+"/encoded", imapcompat.UTF7Encode(raw))
		compareText(t, w, "imap_utf7_decode", m.name+"/truncated", cutEnd(imapcompat.UTF7Encode(raw), 2))
	}
}

func cutEnd(s string, n int) string { return s[:max(0, len(s)-n)] }

// headerField matches a header field and its value, folded or not.
var headerField = regexp.MustCompile(`(?m)^[!-9;-~]+:((?:.*(?:\r?\n[ \t])?)*)`)

func TestMIMEWords(t *testing.T) {
	w := newWorker(t)
	for _, m := range allMessages(t) {
		for _, fn := range []string{"imap_utf8", "imap_mime_header_decode"} {
			compareText(t, w, fn, m.name+"/all", string(m.raw))
			for i, field := range headerField.FindAllSubmatch(m.raw, -1) {
				compareText(t, w, fn, fmt.Sprintf("%s/%d", m.name, i), string(field[1]))
				compareText(t, w, fn, fmt.Sprintf("%s/%d trimmed", m.name, i), strings.TrimSpace(string(field[1])))
			}
		}
	}
}

// TestCharsets tries each charset with each octet below 0x80, and with each pair whose first
// octet is not below. It leaves out UCS-4, which aborts PHP.
func TestCharsets(t *testing.T) {
	w := newWorker(t)
	charsets := strings.Fields(`
		US-ASCII UTF-8 UTF-7 UCS-2 ISO-8859-1 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6
		ISO-8859-7 ISO-8859-8 ISO-8859-9 ISO-8859-10 ISO-8859-11 ISO-8859-13 ISO-8859-14 ISO-8859-15
		ISO-8859-16 KOI8-R KOI8-U KOI8-RU TIS-620 VISCII WINDOWS-874 WINDOWS-1250 WINDOWS-1251
		WINDOWS-1252 WINDOWS-1253 WINDOWS-1254 WINDOWS-1255 WINDOWS-1256 WINDOWS-1257 WINDOWS-1258
		IBM437 IBM737 IBM775 IBM850 IBM852 IBM855 IBM857 IBM860 IBM861 IBM862 IBM863 IBM864 IBM865
		IBM866 IBM869 IBM874 GBK BIG5 EUC-JP EUC-KR SHIFT_JIS ISO-2022-CN ISO-2022-JP ISO-2022-KR
		unknown ISO-8859-12 UTF8`)
	for _, charset := range charsets {
		var octets strings.Builder
		for c := range 0x80 {
			octets.WriteByte(byte(c))
		}
		compareText(t, w, "imap_utf8", charset+"/octets", inWords(charset, octets.String()))
		for lead := 0x80; lead <= 0xff; lead++ {
			var pairs strings.Builder
			for trail := range 0x100 {
				pairs.Write([]byte{byte(lead), byte(trail)})
			}
			compareText(t, w, "imap_utf8", fmt.Sprintf("%s/%02x", charset, lead), inWords(charset, pairs.String()))
		}
	}
}

// inWords encodes a text in words. Each ends with two letters, so that none ends in half of a
// character.
func inWords(charset, text string) string {
	const octets = 36
	var words []string
	for ; text != ""; text = text[min(octets, len(text)):] {
		octets := text[:min(octets, len(text))] + "aa"
		words = append(words, "=?"+charset+"?B?"+base64.StdEncoding.EncodeToString([]byte(octets))+"?=")
	}
	return strings.Join(words, "\r\n ")
}
