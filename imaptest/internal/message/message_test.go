package message

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

const sample = "Return-Path: <ada@example.org>\nReceived: from a by b\n\tfor <bob@example.com>; Tue, 14 Mar 2023 09:26:53 +0100\n" +
	"From: =?utf-8?q?Ada_=C3=84?= <ada@example.org>\nTo: Bob <bob@example.com>, \"Carol, C.\" <carol@example.net>\n" +
	"Subject: Re: =?utf-8?b?R3LDvMOfZQ==?=\nDate: Tue, 14 Mar 2023 09:26:53 +0100\nMessage-ID: <1@example.org>\nReferences: <0@example.org>\n" +
	"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n" +
	"Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n\n--b\nContent-Type: application/pdf; name=a.pdf\n" +
	"Content-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\nAAECAw==\n--b--\n"

func BenchmarkFetch(b *testing.B) {
	text := []byte(strings.ReplaceAll(sample, "\n", "\r\n"))
	b.ReportAllocs()
	for b.Loop() {
		m := Parse(text)
		m.Envelope()
		m.BodyStructure()
		m.Section([]int{1}, "", nil)
	}
}

func BenchmarkSearch(b *testing.B) {
	m := Parse([]byte(sample))
	b.ReportAllocs()
	for b.Loop() {
		m.HasText("no such text")
	}
}

// Sessions read the same message at the same time.
func TestConcurrent(t *testing.T) {
	m := Parse([]byte(sample))
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if !m.HasText("grüsse") && !m.HasText("Grüße") {
				t.Error("text not found")
			}
			m.Envelope()
			m.BodyStructure()
			m.Binary(nil)
		}()
	}
	wg.Wait()
}

func TestQuote(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `""`}, {"a", `"a"`}, {"NIL", `"NIL"`}, {`a"b\c`, `"a\"b\\c"`}, {`""""`, `"\"\"\"\""`}, {`"""""`, "{5}\r\n\"\"\"\"\""},
		{"\xc3\xa4", "{2}\r\n\xc3\xa4"}, {"a\r\nb", "{4}\r\na\r\nb"}, {"a\x00b", "{3}\r\na\x80b"}, {"\t\x01", "\"\t\x01\""},
	} {
		if got := string(Quote([]byte(tt.text))); got != tt.want {
			t.Errorf("Quote(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	if got := string(QuoteN(nil)); got != "NIL" {
		t.Errorf("QuoteN(nil) = %q", got)
	}
	if got := string(QuoteN([]byte{})); got != `""` {
		t.Errorf("QuoteN of nothing = %q", got)
	}
}

// What SEARCH, SORT and THREAD compare. The values are those with which Dovecot finds and sorts.
func TestKeys(t *testing.T) {
	m := Parse([]byte(sample))
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"a subject", m.HasSubject("re: grüße"), true},
		{"a part of a subject over two blanks", m.HasSubject("re:  grüße"), false},
		{"an encoded subject", m.HasSubject("utf-8"), false},
		{"an address as in the field", m.HasAddress("To", "carol, c."), true},
		{"an address in angle brackets", m.HasAddress("To", "<bob@example.com>, "), true},
		{"an address elsewhere", m.HasAddress("From", "carol"), false},
		{"any field", m.HasField("Received", "b for"), true},
		{"a field that is there", m.HasField("received", ""), true},
		{"a field that is not", m.HasField("Bcc", ""), false},
		{"a body", m.HasBody("GRÜßE"), true},
		{"no body", m.HasBody("AAEC"), false},
		{"a text in a header", m.HasText("attachment; filename"), true},
		{"a header is no body", m.HasBody("attachment"), false},
		{"nothing", m.HasBody(""), true},
		{"first mailbox", m.FirstMailbox("To"), "BOB"},
		{"first mailbox of no field", m.FirstMailbox("Cc"), ""},
		{"display name", m.DisplayName("From"), "ADA A\u0308"},
		{"message-id", m.MessageID(), "1@example.org"},
		{"references", fmt.Sprint(m.References()), "[0@example.org]"},
		{"fields", fmt.Sprintf("%q", m.Fields("received")), `["from a by b for <bob@example.com>; Tue, 14 Mar 2023 09:26:53 +0100"]`},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %v, want %v", tt.what, tt.got, tt.want)
		}
	}
	if base, isReply := m.BaseSubject(); base != "GRU\u0308ßE" || !isReply {
		t.Errorf("base subject %q, reply %v", base, isReply)
	}
	if sent, ok := m.SentDate(); !ok || sent.Unix() != 1678782413 {
		t.Errorf("sent %v, %v", sent, ok)
	}
}
