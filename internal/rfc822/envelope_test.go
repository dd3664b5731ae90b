package rfc822_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// phpHeader is PHP's header object. Date and Subject always equal date and subject.
type phpHeader struct {
	Remail      *octets
	Date        *octets
	Subject     *octets
	InReplyTo   *octets `json:"in_reply_to"`
	MessageID   *octets `json:"message_id"`
	Newsgroups  *octets
	FollowupTo  *octets `json:"followup_to"`
	References  *octets
	To          []phpAddress
	ToText      *octets `json:"toaddress"`
	From        []phpAddress
	FromText    *octets `json:"fromaddress"`
	Cc          []phpAddress
	CcText      *octets `json:"ccaddress"`
	Bcc         []phpAddress
	BccText     *octets      `json:"bccaddress"`
	ReplyTo     []phpAddress `json:"reply_to"`
	ReplyToText *octets      `json:"reply_toaddress"`
	Sender      []phpAddress
	SenderText  *octets      `json:"senderaddress"`
	Path        []phpAddress `json:"return_path"`
	PathText    *octets      `json:"return_pathaddress"`
}

func newPHPHeader(env *backend.Envelope) (h phpHeader) {
	for _, f := range []struct {
		property **octets
		value    backend.NString
	}{
		{&h.Remail, env.Remail},
		{&h.Date, env.Date},
		{&h.Subject, env.Subject},
		{&h.InReplyTo, env.InReplyTo},
		{&h.MessageID, env.MessageID},
		{&h.Newsgroups, env.Newsgroups},
		{&h.FollowupTo, env.FollowupTo},
		{&h.References, env.References},
	} {
		*f.property = property(f.value)
	}
	for _, f := range []struct {
		list *[]phpAddress
		text **octets
		from []backend.Address
	}{
		{&h.To, &h.ToText, env.To},
		{&h.From, &h.FromText, env.From},
		{&h.Cc, &h.CcText, env.Cc},
		{&h.Bcc, &h.BccText, env.Bcc},
		{&h.ReplyTo, &h.ReplyToText, env.ReplyTo},
		{&h.Sender, &h.SenderText, env.Sender},
		{&h.Path, &h.PathText, env.ReturnPath},
	} {
		if f.from != nil {
			*f.list = phpAddresses(f.from)
			*f.text = property(backend.String(rfc822.FormatAddressList(f.from)))
		}
	}
	return h
}

type headerCase struct {
	Header, Host octets
	Result       phpHeader
	Notices      notices
}

func TestParseEnvelope(t *testing.T) {
	for _, c := range golden[headerCase](t, "headers.json") {
		var log notices
		got := newPHPHeader(rfc822.ParseEnvelope([]byte(c.Header), string(c.Host), log.add))
		if !reflect.DeepEqual(got, c.Result) {
			t.Errorf("%q\ngot  %s\nwant %s", c.Header, dump(got), dump(c.Result))
		}
		if !reflect.DeepEqual(log, c.Notices) {
			t.Errorf("%q\ngot notices  %q\nwant notices %q", c.Header, log, c.Notices)
		}
	}
}

func TestParseEnvelopeLeavesHeaderAlone(t *testing.T) {
	header := []byte("From: a (b) (c\r\n d\r\nNewsgroups: a b\r\n")
	before := string(header)
	env := rfc822.ParseEnvelope(header, rfc822.MissingHost, nil)
	if string(header) != before {
		t.Errorf("the header is now %q", header)
	}
	clear(header)
	if env.From[0].Mailbox.Value != "a" || env.Newsgroups.Value != "ab" {
		t.Errorf("the envelope shares memory with the header: %v", env)
	}
}

func FuzzParseEnvelope(f *testing.F) {
	for _, c := range golden[headerCase](f, "headers.json") {
		f.Add([]byte(c.Header), string(c.Host))
	}
	f.Fuzz(func(t *testing.T, header []byte, host string) {
		var log notices
		env := rfc822.ParseEnvelope(header, host, log.add)
		for _, list := range [][]backend.Address{env.From, env.Sender, env.ReplyTo, env.To, env.Cc, env.Bcc} {
			checkAddresses(t, list, log)
		}
		for _, s := range []backend.NString{env.Date, env.Subject, env.MessageID, env.InReplyTo, env.References, env.Newsgroups, env.FollowupTo} {
			if strings.ContainsAny(s.Value, "\x00\r\n\t") || strings.HasPrefix(s.Value, " ") {
				t.Errorf("%q is not unfolded", s.Value)
			}
		}
	})
}

func BenchmarkParseEnvelope(b *testing.B) {
	header, err := os.ReadFile(filepath.Join("testdata", "typical.eml"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(header)))
	for b.Loop() {
		rfc822.ParseEnvelope(header, rfc822.MissingHost, nil)
	}
}
