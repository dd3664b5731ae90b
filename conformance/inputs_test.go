package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/generate"
	"github.com/imapcompat/imapcompat/conformance/mutate"
	"github.com/imapcompat/imapcompat/conformance/php"
)

// kind is a kind of input: how its text is made, and which calls read it.
type kind struct {
	name string
	// generate makes a text, and seeds are texts of others. Most inputs are mutations.
	generate func(seed uint64, number int) []byte
	seeds    func(*seedTexts) [][]byte
	// calls returns the calls without a connection.
	calls func(text []byte) []call
	// message makes a message of a text, and read makes the calls about it.
	message func(text []byte) []byte
	read    func(num int, ask func(...call) []played)
}

// text returns the text of an input.
func (k kind) text(texts *seedTexts, r *rand.Rand) []byte {
	seeds := k.seeds(texts)
	var text []byte
	if r.IntN(2) == 0 {
		text = seeds[r.IntN(len(seeds))]
	} else {
		text = k.generate(r.Uint64(), r.IntN(1<<20))
	}
	if r.IntN(5) == 0 {
		return text
	}
	return mutate.Mutate(r, text, seeds)
}

// kinds are all kinds. A kind that appears twice is used twice as often.
var kinds = []kind{
	messages, messages, messages, headers, headers, dates, dates, addresses, addresses, words, words, encoded, written,
}

var (
	messages = kind{
		"message", generate.Message, func(s *seedTexts) [][]byte { return s.messages },
		parseHeaders, whole, readMessage,
	}
	// headers have no text, or the beginning of one.
	headers = kind{
		"header", generatedHeader, func(s *seedTexts) [][]byte { return s.headers },
		parseHeaders, whole, readMessage,
	}
	dates = kind{
		"date", generate.Date, func(s *seedTexts) [][]byte { return s.dates },
		nil, field("Date: "), readHeader,
	}
	addresses = kind{
		"addresses", generate.Addresses, func(s *seedTexts) [][]byte { return s.addresses },
		func(text []byte) []call {
			return []call{
				do("imap_rfc822_parse_adrlist", php.Bytes(text), php.Bytes("example.test")),
				do("imap_rfc822_parse_adrlist", php.Bytes(text), php.Bytes("")),
				do("imap_rfc822_parse_headers", php.Bytes("To: "+string(text)), php.Bytes("example.test")),
			}
		},
		field("From: "), readHeader,
	}
	words = kind{
		"words", generate.Words, func(s *seedTexts) [][]byte { return s.words },
		func(text []byte) []call {
			return textCalls(text, "imap_utf8", "imap_mime_header_decode")
		},
		nothing, nil,
	}
	encoded = kind{
		"encoded", generatedEncoding, func(s *seedTexts) [][]byte { return s.encoded },
		func(text []byte) []call {
			return textCalls(text, "imap_base64", "imap_binary", "imap_qprint", "imap_8bit", "imap_utf7_decode", "imap_utf7_encode")
		},
		nothing, nil,
	}
	// written are three texts separated by NUL.
	written = kind{
		"address to be written", generatedParts, func(s *seedTexts) [][]byte { return s.parts },
		func(text []byte) []call {
			parts := append(bytes.SplitN(text, []byte{0}, 3), nil, nil)
			return []call{do("imap_rfc822_write_address", php.Bytes(parts[0]), php.Bytes(parts[1]), php.Bytes(parts[2]))}
		},
		nothing, nil,
	}
)

func parseHeaders(text []byte) []call {
	return []call{do("imap_rfc822_parse_headers", php.Bytes(text), php.Bytes("example.test"))}
}

func textCalls(text []byte, functions ...string) []call {
	var calls []call
	for _, fn := range functions {
		calls = append(calls, do(fn, php.Bytes(text)))
	}
	return calls
}

func nothing([]byte) []byte { return nil }

// whole makes a message of a text. Its last line ends, as all lines do on POP3: LIST would not
// count what is added.
func whole(text []byte) []byte {
	if bytes.HasSuffix(text, []byte("\n")) {
		return text
	}
	return slices.Concat(text, []byte("\r\n"))
}

// field returns a function that makes a message with one field.
func field(name string) func([]byte) []byte {
	return func(text []byte) []byte { return slices.Concat([]byte(name), text, []byte("\r\n\r\n")) }
}

// readHeader reads the header of a message.
func readHeader(num int, ask func(...call) []played) {
	ask(do("imap_headerinfo", num, 20, 30), do("imap_fetch_overview", strconv.Itoa(num)))
}

// readMessage reads a message. The order of calls is such that none changes c-client's later
// results.
func readMessage(num int, ask func(...call) []played) {
	ask(do("imap_headerinfo", num, 20, 30), do("imap_fetch_overview", strconv.Itoa(num)))
	structures := ask(do("imap_fetchstructure", num))
	var s structure
	var calls []call
	// Errors may follow the structure.
	if json.NewDecoder(strings.NewReader(structures[0].got)).Decode(&s) == nil {
		sections := s.sections()
		slices.Sort(sections)
		for _, section := range sections[:min(len(sections), maxSections)] {
			calls = append(calls, do("imap_bodystruct", num, section),
				do("imap_fetchmime", num, section, ftPeek), do("imap_fetchbody", num, section, ftPeek))
		}
	}
	ask(append(calls, do("imap_fetchbody", num, "", ftPeek), do("imap_body", num, ftPeek),
		do("imap_fetchheader", num))...)
}

func generatedHeader(seed uint64, number int) []byte {
	return cutBody(generate.Message(seed, number), number%40)
}

// cutBody keeps octets octets of a message's text.
func cutBody(text []byte, octets int) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(text, []byte(end)); i >= 0 {
			return text[:min(len(text), i+len(end)+octets)]
		}
	}
	return text
}

// generatedEncoding returns a text in some transfer encoding.
func generatedEncoding(seed uint64, number int) []byte {
	text := string(generate.Words(seed, number))
	switch number % 5 {
	case 0:
		return []byte(base64.StdEncoding.EncodeToString([]byte(text)))
	case 1:
		return []byte(imapcompat.EightBit(text))
	case 2:
		return []byte(imapcompat.UTF7Encode(text))
	case 3:
		return []byte("&" + base64.RawStdEncoding.EncodeToString([]byte(text)) + "-")
	}
	return []byte(text)
}

func generatedParts(seed uint64, number int) []byte {
	mailbox, host, ok := strings.Cut(string(generate.Addresses(seed, number)), "@")
	if !ok {
		host = "example.org"
	}
	return fmt.Appendf(nil, "%s\x00%s\x00%s", mailbox, host, generate.Words(seed, number))
}

// seedTexts are texts that package generate did not write.
type seedTexts struct {
	messages, headers, dates, addresses, words, encoded, parts [][]byte
}

// readSeedTexts reads the messages of this package and the cases of the parsers'
// own tests.
func readSeedTexts(t *testing.T) *seedTexts {
	t.Helper()
	s := new(seedTexts)
	const testdata = "../internal/rfc822/testdata/"
	s.dates = goldenTexts(t, testdata+"dates.json", "date")
	s.addresses = goldenTexts(t, testdata+"addresses.json", "list")
	s.headers = goldenTexts(t, testdata+"headers.json", "header")
	for i, mailbox := range goldenTexts(t, testdata+"write.json", "mailbox") {
		host := goldenTexts(t, testdata+"write.json", "host")[i]
		personal := goldenTexts(t, testdata+"write.json", "personal")[i]
		s.parts = append(s.parts, bytes.Join([][]byte{mailbox, host, personal}, []byte{0}))
	}
	s.messages = goldenTexts(t, "../internal/mime/testdata/php.jsonl", "message")
	for _, m := range ownMessages(t) {
		if len(m.raw) > mutate.MaxSize {
			continue
		}
		s.messages = append(s.messages, m.raw)
		s.headers = append(s.headers, cutBody(m.raw, 0))
		_, body, _ := bytes.Cut(m.raw, []byte("\n\n"))
		s.encoded = append(s.encoded, body)
		for _, f := range headerField.FindAllSubmatch(m.raw, -1) {
			s.words = append(s.words, bytes.TrimSpace(f[1]))
		}
	}
	return s
}

// goldenTexts returns the texts with that name in a file of JSON objects, or of a list of them,
// in which an octet is the code point with its number.
func goldenTexts(t *testing.T, file, name string) [][]byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	if strings.HasSuffix(file, ".json") {
		d.Token() // the bracket
	}
	var list [][]byte
	for d.More() {
		var object map[string]json.RawMessage
		if err := d.Decode(&object); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, value := range object {
			if strings.EqualFold(key, name) {
				var text php.Bytes
				if err := json.Unmarshal(value, &text); err != nil {
					t.Fatalf("%s: %v", file, err)
				}
				list = append(list, text)
			}
		}
	}
	if len(list) == 0 {
		t.Fatalf("no %s in %s", name, file)
	}
	return list
}
