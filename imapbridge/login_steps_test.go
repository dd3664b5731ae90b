package imapbridge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// At each step of each kind of login, the server closes the connection, sends BYE, requests
// continuation, refuses, answers BAD, or sends an unknown status.
func TestLoginSteps(t *testing.T) {
	const (
		connected = "S: * OK hello\nC: T CAPABILITY\nS: * CAPABILITY IMAP4rev1"
		lost      = "[CLOSED] IMAP connection broken (server response)"
		unasked   = "Continuation request that answers nothing"
		plain     = "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
	)
	byPLAIN := func(c *backend.Config) { c.Password = "secret" }
	withLiterals := func(c *backend.Config) { c.User, c.Password = "ü", strings.Repeat("x", 1000) }
	withTLS := func(c *backend.Config) { c.TLS = backend.TLSWhenOffered }
	compressed := func(c *backend.Config) { c.Compress = true }
	for _, step := range []struct {
		name    string
		change  func(*backend.Config)
		script  string            // up to the server's answer
		results map[string]string // the error by the answer, "" for success; notices follow after |
	}{
		{"greeting", nil, "", map[string]string{
			"S: !": lost, "S: + what": "Not an IMAP server: + what", "S: * HM hello": "Not an IMAP server: * HM hello",
			"S: * NO [CANNOT] no": "[CANNOT] no", "S: * BAD no": "no", "S: A1 OK hello": "Not an IMAP server: A1 OK hello",
		}},
		{"CAPABILITY", nil, "S: * OK hello\nC: T CAPABILITY\n", map[string]string{
			"S: !": lost, "S: * BYE down\nS: !": lost, "S: + what": unasked,
		}},
		{"STARTTLS", withTLS, connected + " STARTTLS\nS: T OK done\nC: T STARTTLS\n", map[string]string{
			"S: !": lost, "S: + what": unasked,
			"S: T NO no\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY IMAP4rev1] done\nC: T NOOP\nS: T OK": "",
		}},
		{"LOGIN", nil, connected + "\nS: T OK done\nC: T LOGIN \"user\" \"secret\"\n", map[string]string{
			"S: !": lost, "S: * BYE down\nS: !": lost, "S: + what": unasked,
			"S: T NO [AUTHENTICATIONFAILED] no":                          "Too many login failures|[AUTHENTICATIONFAILED] no",
			"S: T BAD what\nC: T LOGIN \"user\" \"secret\"\nS: T HM why": "Too many login failures|IMAP protocol error: what|what|Unexpected IMAP response: HM why|why",
			"S: X1 OK other\nS: * BYE\nS: T NO no":                       "no|Unexpected tagged response: X1 OK other",
		}},
		{"LOGIN with literals", withLiterals, connected + "\nS: T OK done\nC: T LOGIN {2}\n", map[string]string{
			"S: !":                          lost,
			"S: T NO [CANNOT] no":           "Too many login failures|[CANNOT] no",
			"S: + go on\nC: ü {1000}\nS: !": lost,
			"S: + go on\nC: ü {1000}\nS: T BAD what\nC: T LOGIN {2}\nS: T NO [CANNOT] no":                                                        "Too many login failures|IMAP protocol error: what|what|[CANNOT] no",
			"S: + go on\nC: ü {1000}\nS: + go on\nC: " + strings.Repeat("x", 1000) + "\nS: + more":                                               unasked,
			"S: + go on\nC: ü {1000}\nS: + go on\nC: " + strings.Repeat("x", 1000) + "\nS: T OK [CAPABILITY IMAP4rev1] done\nC: T NOOP\nS: T OK": "",
		}},
		{"AUTHENTICATE", byPLAIN, connected + " AUTH=PLAIN\nS: T OK done\nC: T AUTHENTICATE PLAIN\n", map[string]string{
			"S: !": lost + "|" + plain, "S: T NO no": "Can not authenticate to IMAP server: no|" + plain, "S: T BAD no": "Can not authenticate to IMAP server: no|" + plain, "S: T OK [CAPABILITY IMAP4rev1] done\nC: T NOOP\nS: T OK": "|" + plain,
			"S: +\nC: AHVzZXIAc2VjcmV0\nS: !":                                                        lost + "|" + plain,
			"S: +\nC: AHVzZXIAc2VjcmV0\nS: + eA==\nC: *\nS: !":                                       lost + "|" + plain,
			"S: +\nC: AHVzZXIAc2VjcmV0\nS: + eA==\nC: *\nS: + eA==":                                  "PLAIN: the server sent a challenge that this mechanism does not have|" + plain,
			"S: +\nC: AHVzZXIAc2VjcmV0\nS: + eA==\nC: *\nS: T BAD cancelled":                         "PLAIN: the server sent a challenge that this mechanism does not have|" + plain,
			"S: + ***\nC: AHVzZXIAc2VjcmV0\nS: T OK [CAPABILITY IMAP4rev1] done\nC: T NOOP\nS: T OK": "|" + plain,
		}},
		{"AUTHENTICATE with an initial response", byPLAIN, connected + " AUTH=PLAIN SASL-IR\nS: T OK done\nC: T AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\n", map[string]string{
			"S: !": lost + "|" + plain, "S: * BYE down\nS: T NO no": "Can not authenticate to IMAP server: no|" + plain,
			"S: T BAD no\nC: T AUTHENTICATE PLAIN AHVzZXIAc2VjcmV0\nS: T NO [CANNOT] no": "Can not authenticate to IMAP server: [CANNOT] no|" + plain + "|IMAP protocol error: no|Retrying PLAIN authentication after no|" + plain,
		}},
		{"CAPABILITY after the login", nil, connected + "\nS: T OK done\nC: T LOGIN \"user\" \"secret\"\nS: T OK done\nC: T CAPABILITY\n", map[string]string{
			"S: !": lost, "S: + what": unasked, "S: T NO no\nC: T NOOP\nS: T OK": "", "S: T OK done\nC: T NOOP\nS: T OK": "",
		}},
		{"COMPRESS", compressed, connected + "\nS: T OK done\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY COMPRESS=DEFLATE] done\nC: T COMPRESS DEFLATE\n", map[string]string{
			"S: !": lost, "S: + what": unasked, "S: T NO no\nC: T NOOP\nS: T OK": "",
		}},
		{"literals", nil, "S: * OK hello\nC: T CAPABILITY\n", map[string]string{
			"S: * X {65526}": "Absurd server literal length 65526",
			"S: * X {65520}\\n" + strings.Repeat("x", 65520) + "\nS: T OK done\nC: T LOGIN \"user\" \"secret\"\nS: T NO [CANNOT] no": "Too many login failures|[CANNOT] no",
			"S: * X {5}\\nab\nS: !": lost,
			"S: * X {5}\nS: !":      lost,
		}},
		{"too many", nil, "S: * OK hello\nC: T CAPABILITY\n", map[string]string{
			strings.Repeat("S: * X\n", 1000): "Too many responses that nobody asked for",
			strings.Repeat("S: * X\n", 998) + "S: T OK done\nC: T LOGIN \"user\" \"secret\"\nS: T OK done": "Too many responses that nobody asked for",
		}},
	} {
		for answer, want := range step.results {
			n := &notices{}
			cfg := serve(t, step.script+answer).config(n)
			if step.change != nil {
				step.change(cfg)
			}
			s, err := imapbridge.Open(ctx, cfg)
			got := ""
			if err != nil {
				got = err.Error()
				var known *backend.Error
				if !errors.As(err, &known) || want != "" && want[0] != '|' && strings.HasPrefix(want, lost) != errors.Is(err, backend.ErrConnectionLost) {
					t.Errorf("%s, %.60q: %v is of another kind", step.name, answer, err)
				}
			} else {
				if err := s.Poll(ctx); err != nil {
					t.Errorf("%s, %.60q: then %v", step.name, answer, err)
				}
				s.Abort()
			}
			if n.texts() != "" {
				got += "|" + n.texts()
			}
			if got != want {
				t.Errorf("%s, %.90q:\ngot  %.200q\nwant %.200q", step.name, answer, got, want)
			}
		}
	}
}

// A secret that the server quotes is concealed in what is shown. In mail nothing is
// concealed.
func TestSecretInMail(t *testing.T) {
	n := &notices{}
	cfg := serve(t, `
		S: * OK [CAPABILITY IMAP4rev1] hello
		C: T LOGIN "user" "secret"
		S: T OK [CAPABILITY IMAP4rev1] done
		C: T SELECT "INBOX"
		S: * 1 EXISTS
		S: * OK [ALERT] the secret is out
		S: T OK done
		C: T FETCH 1 (FLAGS BODY.PEEK[TEXT])
		S: * 1 FETCH (FLAGS (secret) BODY[TEXT] {9}\na secret.)
		S: T OK secret
		C: T LIST "" "*"
		S: * LIST () "/" "secret"
		S: T NO [X-secret] no secret`).config(n)
	var traced []string
	cfg.Trace = func(line string) { traced = append(traced, line) }
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.Items{Flags: true, Sections: []backend.Section{{Name: "TEXT", Peek: true}}}) {
		if err != nil || string(msg.Sections[0]) != "a secret." || msg.Flags.Keywords[0] != "secret" {
			t.Errorf("%+v, %v", msg, err)
		}
	}
	if _, err := s.List(ctx, "", "*"); err == nil || strings.Contains(err.Error(), "secret") || !errors.Is(err, backend.ErrRefused) {
		t.Errorf("got %v", err)
	}
	for _, line := range append(traced, n.texts()) {
		if strings.Contains(line, "secret") {
			t.Errorf("shown: %s", line)
		}
	}
	if n.texts() != "[ALERT] the ... is out" {
		t.Errorf("said %q", n.texts())
	}
}
