package mime_test

import (
	"bufio"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// testdata/php.jsonl has the results of PHP 8.2.36 over POP3 from Dovecot 2.3.19 for a mailbox
// with these messages, each read in a process of its own: imap_fetchstructure and then
// imap_errors, imap_body, imap_fetchbody and imap_fetchmime. An octet is the code point with
// its number.
type phpCase struct {
	Name      string
	Message   octets
	Structure any
	Errors    []octets
	Body      octets            // imap_body
	FetchBody map[string]octets // by section; those with text
	FetchMIME map[string]octets
	Empty     []string // sections for which both are the empty string
}

// octets is a string whose code points are octets.
type octets string

func (o *octets) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	*o = octets(b)
	return nil
}

func latin1(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

func phpCases(t testing.TB) []phpCase {
	f, err := os.Open("testdata/php.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []phpCase
	for d := json.NewDecoder(bufio.NewReader(f)); d.More(); {
		var c phpCase
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

func TestParseLikePHP(t *testing.T) {
	for _, c := range phpCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			var names mime.Names
			var notices []octets
			m := mime.Parse([]byte(c.Message), &names, func(s string) { notices = append(notices, octets(s)) })
			if got := object(&names, m.Structure); !reflect.DeepEqual(got, c.Structure) {
				t.Errorf("imap_fetchstructure:\n got %v\nwant %v", got, c.Structure)
			}
			if len(notices)+len(c.Errors) > 0 && !reflect.DeepEqual(notices, c.Errors) {
				t.Errorf("imap_errors:\n got %q\nwant %q", notices, c.Errors)
			}
			if got, _ := m.Section("TEXT"); string(got) != string(c.Body) {
				t.Errorf("imap_body = %q, want %q", got, c.Body)
			}
			for section, want := range c.FetchBody {
				if got := fetch(m, mime.BodySection, section); got != string(want) {
					t.Errorf("imap_fetchbody(%q) = %q, want %q", section, got, want)
				}
			}
			for section, want := range c.FetchMIME {
				if got := fetch(m, mime.MIMESection, section); got != string(want) {
					t.Errorf("imap_fetchmime(%q) = %q, want %q", section, got, want)
				}
			}
			for _, section := range c.Empty {
				if got := fetch(m, mime.BodySection, section); got != "" {
					t.Errorf("imap_fetchbody(%q) = %q, want nothing", section, got)
				}
				if got := fetch(m, mime.MIMESection, section); got != "" {
					t.Errorf("imap_fetchmime(%q) = %q, want nothing", section, got)
				}
			}
		})
	}
}

// fetch acts as imap_fetchbody or imap_fetchmime.
func fetch(m *mime.Message, translate func(*backend.BodyStructure, string) (string, bool), section string) string {
	name, ok := translate(m.Structure, section)
	if !ok {
		return ""
	}
	text, _ := m.Section(name)
	return string(text)
}

// object returns the object that imap_fetchstructure makes of b, as decoded JSON.
func object(names *mime.Names, b *backend.BodyStructure) map[string]any {
	mediaType, _ := names.Type(b.Type)
	encoding, _ := names.Encoding(b.Encoding.Value)
	o := map[string]any{
		"type":          float64(mediaType),
		"encoding":      float64(encoding),
		"ifdparameters": 0.0,
		"ifparameters":  0.0,
		"parameters":    map[string]any{},
	}
	for key, v := range map[string]backend.NString{
		"subtype": b.Subtype, "description": b.Description, "id": b.ID, "disposition": b.Disposition,
	} {
		o["if"+key] = 0.0
		if v.Valid {
			o["if"+key] = 1.0
			o[key] = latin1(v.Value)
		}
	}
	if b.Lines > 0 {
		o["lines"] = float64(b.Lines)
	}
	if b.Size > 0 {
		o["bytes"] = float64(b.Size)
	}
	if b.DispositionParams != nil {
		o["ifdparameters"] = 1.0
		o["dparameters"] = paramObjects(b.DispositionParams)
	}
	if b.Params != nil {
		o["ifparameters"] = 1.0
		o["parameters"] = paramObjects(b.Params)
	}
	var parts []any
	for _, part := range b.Parts {
		parts = append(parts, object(names, part))
	}
	if b.Body != nil {
		parts = append(parts, object(names, b.Body))
	}
	if parts != nil {
		o["parts"] = parts
	}
	return o
}

func paramObjects(params []backend.Param) []any {
	var list []any
	for _, p := range params {
		list = append(list, map[string]any{
			"attribute": latin1(p.Name.Value),
			"value":     latin1(p.Value.Value),
		})
	}
	return list
}
