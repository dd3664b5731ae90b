package promises_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/growth"
	"github.com/imapcompat/imapcompat/internal/short"
)

// growthSize is the length of the short texts of TestGrowth, in octets; the long ones are four
// times as long. imaptest's LOGIN waits for a literal of half the size without asking for it.
const growthSize = 16 << 10

// costlyArguments are repeated in the arguments of TestGrowth, in addition to expensive header
// texts: short texts that are an element, a level or an escape of some syntax.
var costlyArguments = []string{
	"1,", "1:*,", // sequences
	"NEW ", "OR ", "NOT ", "NOT (", "TO a ", `SUBJECT "" `, // criteria
	"\\Seen ", "a ", // flags
	"é", "&AOk-", "&", "&-", "a/", "a.", "1.", "%", "*", // names and sections
}

// expectLinear repeats a piece in the argument of a call.
func expectLinear(t *testing.T, piece string, call func(text string)) {
	t.Helper()
	if err := growth.Linear(growthSize, func(size int) { call(strings.Repeat(piece, size/len(piece))) }); err != nil {
		t.Errorf("%q repeated: %v", piece, err)
	}
}

// TestGrowth passes a text, and one four times as long, to each argument that can hold a text.
// The allocated memory grows no faster than the text.
func TestGrowth(t *testing.T) {
	for _, service := range []string{"imap", "pop3"} {
		for _, name := range slices.Sorted(maps.Keys(injections)) {
			test := injections[name]
			if test.call == nil {
				continue
			}
			t.Run(service+"/"+name, func(t *testing.T) {
				w := &wired{t: t, srv: imaptest.NewServer(t, texts(2)...)}
				if w.ref = w.srv.IMAPRef(); service == "pop3" {
					w.ref = w.srv.POP3Ref()
				}
				for _, piece := range short.Sample(slices.Concat(repetitions, costlyArguments), 12) {
					if w.m == nil || w.m.Ping() != nil {
						w.m = open(t, w.srv, w.ref+"INBOX", imapcompat.WithDialer(&w.taps))
					}
					expectLinear(t, piece, func(text string) { test.call(w, text) })
					w.taps.take()
				}
			})
		}
	}
}

// TestGrowthOfMail does the same with the arguments of Mail and MailCompose, and with lists of
// many elements.
func TestGrowthOfMail(t *testing.T) {
	for _, piece := range short.Sample(repetitions, 5) {
		for name, arguments := range mailArguments {
			t.Run(name, func(t *testing.T) {
				expectLinear(t, piece, func(text string) {
					to, subject, opt := arguments(text)
					imapcompat.Mail(to, subject, text, opt, imapcompat.WithAdditionalHeaders(text), imapcompat.WithSender(new(outbox)))
				})
			})
		}
		for _, target := range composeTexts() {
			t.Run(target.name, func(t *testing.T) {
				expectLinear(t, piece, func(text string) { imapcompat.MailCompose(target.write(text)) })
			})
		}
	}
	for name, list := range map[string]func(*imapcompat.ComposeEnvelope, *[]imapcompat.ComposeBody, int){
		"custom headers": func(e *imapcompat.ComposeEnvelope, _ *[]imapcompat.ComposeBody, n int) {
			e.CustomHeaders = slices.Repeat([]string{"X: y"}, n)
		},
		"bodies": func(_ *imapcompat.ComposeEnvelope, b *[]imapcompat.ComposeBody, n int) {
			*b = append(*b, slices.Repeat([]imapcompat.ComposeBody{{ContentsData: "x"}}, n)...)
		},
		"type parameters": func(_ *imapcompat.ComposeEnvelope, b *[]imapcompat.ComposeBody, n int) {
			(*b)[1].TypeParameters = slices.Repeat([]imapcompat.Parameter{{Attribute: "a", Value: "b"}}, n)
		},
		"disposition parameters": func(_ *imapcompat.ComposeEnvelope, b *[]imapcompat.ComposeBody, n int) {
			(*b)[1].Disposition = slices.Repeat([]imapcompat.Parameter{{Attribute: "a", Value: "b"}}, n)
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := growth.Linear(growthSize/8, func(n int) {
				envelope, bodies := imapcompat.ComposeEnvelope{}, []imapcompat.ComposeBody{{Type: imapcompat.TYPEMULTIPART}, {ContentsData: "x"}}
				list(&envelope, &bodies, n)
				if _, _, err := imapcompat.MailCompose(envelope, bodies); err != nil {
					t.Fatal(err)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
