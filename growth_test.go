package imapcompat_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// growthSize is the length of the short texts of TestGrowth, in octets; the long ones have
// four times as much. Where a function is linear they cost four times as much, where it is
// quadratic sixteen times. For a literal of half the size imaptest's LOGIN waits without
// asking for it.
const growthSize = 16 << 10

// costlyArguments are what the arguments of TestGrowth repeat, besides what is costly in
// headers: what is short to write and is an element, a level or an escape of some syntax.
var costlyArguments = []string{
	"1,", "1:*,", // sequences
	"NEW ", "OR ", "NOT ", "NOT (", "TO a ", `SUBJECT "" `, // criteria
	"\\Seen ", "a ", // flags
	"é", "&AOk-", "&", "&-", "a/", "a.", "1.", "%", "*", // names and sections
}

// growth is what a text of growthSize octets that repeats a piece costs, and one of four
// times the length.
type growth struct{ octets, allocations [2]uint64 }

func growthOf(piece string, call func(text string)) (g growth) {
	for i, size := range []int{growthSize, 4 * growthSize} {
		text := strings.Repeat(piece, size/len(piece))
		g.octets[i], g.allocations[i] = allocations(func() { call(text) })
	}
	return g
}

// linear tells whether the long text took about four times what the short one did, or less.
// What a call costs whatever its argument, and what others allocate at the same time, is
// left out of the account.
func (g growth) linear() bool {
	const times, octets, allocations = 5, 1 << 20, 2000
	return g.octets[1] <= times*g.octets[0]+octets && g.allocations[1] <= times*g.allocations[0]+allocations
}

// expectLinear fails when the costs of a call grow faster than its argument. A second
// attempt is for what others allocated at the first.
func expectLinear(t *testing.T, piece string, call func(text string)) {
	t.Helper()
	g := growthOf(piece, call)
	if !g.linear() {
		g = growthOf(piece, call)
	}
	if !g.linear() {
		t.Errorf("%q repeated: %d octets of memory and %d allocations, %d and %d for a text four times as long",
			piece, g.octets[0], g.allocations[0], g.octets[1], g.allocations[1])
	}
}

// TestGrowth gives each argument that can hold a text one, and one that is four times as
// long. The memory that is allocated grows no faster than the text.
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
				for _, piece := range slices.Concat(repetitions, costlyArguments) {
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

// TestGrowthOfMail does so with the arguments of Mail and MailCompose, and with lists of
// many elements.
func TestGrowthOfMail(t *testing.T) {
	for _, piece := range repetitions {
		for name, arguments := range mailArguments {
			t.Run(name, func(t *testing.T) {
				expectLinear(t, piece, func(text string) {
					to, subject, opt := arguments(text)
					imapcompat.Mail(to, subject, text, opt, imapcompat.AdditionalHeaders(text), imapcompat.WithSender(new(outbox)))
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
			expectLinear(t, "xxxxxxxx", func(text string) {
				envelope, bodies := imapcompat.ComposeEnvelope{}, []imapcompat.ComposeBody{{Type: imapcompat.TYPEMULTIPART}, {ContentsData: "x"}}
				list(&envelope, &bodies, len(text)/len("xxxxxxxx"))
				if _, _, err := imapcompat.MailCompose(envelope, bodies); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// The test does find what it is there for.
func TestGrowthIsSeen(t *testing.T) {
	if growthOf("a", func(text string) {
		copied := ""
		for _, c := range text {
			copied += string(c)
		}
	}).linear() {
		t.Error("copying a text for each octet is linear")
	}
	if growthOf("a", func(text string) {
		for i := range len(text) / 100 * len(text) / 100 {
			sink = make([]byte, i%2)
		}
	}).linear() {
		t.Error("an allocation for each pair of octets is linear")
	}
}

var sink []byte
