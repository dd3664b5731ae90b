package corpus_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-message"

	"github.com/imapcompat/imapcompat/bench/corpus"
)

// The corpus never changes, because results are compared between machines and years.
func TestGenerateIsTheSameEverywhere(t *testing.T) {
	sum := sha256.New()
	for _, text := range corpus.Generate(300) {
		sum.Write(text)
	}
	if got, want := fmt.Sprintf("%x", sum.Sum(nil)[:8]), "f826e3124f613c95"; got != want {
		t.Errorf("the first 300 messages have the sum %s, want %s", got, want)
	}
}

// The messages have the promised distributions, and parse.
func TestGenerate(t *testing.T) {
	const n = 3000
	ids := make(map[string]bool)
	var octets, answers, sender, word, attachments int
	for i, text := range corpus.Generate(n) {
		octets += len(text)
		if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
			t.Fatalf("message %d has a lone LF", i)
		}
		m, err := message.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		err = m.Walk(func(_ []int, part *message.Entity, err error) error {
			if err != nil {
				return err
			}
			if kind, _, _ := part.Header.ContentType(); kind == "application/pdf" {
				attachments++
			}
			if part.MultipartReader() == nil {
				_, err = io.Copy(io.Discard, part.Body)
			}
			return err
		})
		if err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		if _, err := mail.ParseDate(m.Header.Get("Date")); err != nil {
			t.Errorf("message %d: %v", i, err)
		}
		if ids[m.Header.Get("Message-ID")] {
			t.Errorf("message %d has the id of another one", i)
		}
		ids[m.Header.Get("Message-ID")] = true
		for _, id := range strings.Fields(m.Header.Get("References")) {
			if !ids[id] {
				t.Errorf("message %d refers to %s, which is not before it", i, id)
			}
		}
		answers += count(m.Header.Has("References"))
		sender += count(strings.Contains(m.Header.Get("From"), corpus.Sender))
		word += count(strings.HasPrefix(m.Header.Get("Subject"), corpus.Word))
	}
	for _, share := range []struct {
		name     string
		got, per float64
		want     float64
	}{
		{"octets", float64(octets), n, 9000},
		{"answers", float64(answers), n, 0.4},
		{"from the sender", float64(sender), n, 0.2},
		{"attachments", float64(attachments), n, 1.0 / 12},
	} {
		if got := share.got / share.per; got < 0.8*share.want || got > 1.2*share.want {
			t.Errorf("%s: %.3g a message, want about %.3g", share.name, got, share.want)
		}
	}
	if word == 0 {
		t.Error("no message has the word")
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
