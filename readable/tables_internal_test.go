package readable

import "testing"

// No entry of a table is hidden by one before it.
func TestTables(t *testing.T) {
	for _, w := range wordings {
		if got := statusOfWords("Sorry: " + w.text + "."); got != w.status {
			t.Errorf("%q means %s, want %s", w.text, got, w.status)
		}
	}
	for _, intro := range introductions {
		phrase := intro.phrase
		if phrase[0] == '^' {
			phrase = phrase[1:]
		}
		n, ok := readNotice("Hello.\n\n" + phrase + "\n\n<ann@example.org>:\n550 5.7.1 go away\n\n--- Original message\n\nMessage-ID: <1@example.com>\n")
		if !ok || n.system != intro.system || n.outcome != intro.outcome || n.header != "Message-ID: <1@example.com>\n" {
			t.Errorf("%q: %+v, %v", intro.phrase, n, ok)
			continue
		}
		if len(n.recipients) != 1 || n.recipients[0].Address != "ann@example.org" || n.recipients[0].Status != "5.7.1" {
			t.Errorf("%q: %+v", intro.phrase, n.recipients)
		}
	}
	for _, ending := range endings {
		if !isEnding("  --- " + ending) {
			t.Errorf("%q ends nothing", ending)
		}
	}
	for _, subject := range bounceSubjects {
		if !isBounceSubject("X " + subject) {
			t.Errorf("%q is of no report", subject)
		}
	}
	for _, subject := range autoSubjects {
		if !isAutoSubject("X " + subject) {
			t.Errorf("%q is of no automatic answer", subject)
		}
	}
}

// Codes are found where they are codes, and not within numbers, addresses and words.
func TestCodes(t *testing.T) {
	for text, want := range map[string]struct {
		status string
		reply  int
	}{
		"550 5.1.1 no":                      {"5.1.1", 550},
		"550-5.1.1 no":                      {"5.1.1", 550},
		"(#5.1.1)":                          {"5.1.1", 0},
		"5.7.509.":                          {"5.7.509", 0},
		"smtp;550 no":                       {"", 550},
		"said: 421, later":                  {"", 421},
		"571 no":                            {"", 571},
		"host 5.1.1.7":                      {"", 0},
		"host 15.1.1":                       {"", 0},
		"1.5.1.1":                           {"", 0},
		"5.1.1234":                          {"", 0},
		"5.1":                               {"", 0},
		"5..1":                              {"", 0},
		"port 5500":                         {"", 0},
		"x550 no":                           {"", 0},
		"550x no":                           {"", 0},
		"580 no":                            {"", 0},
		"192.0.2.450":                       {"", 0},
		"at 450.3 degrees":                  {"", 0},
		"":                                  {"", 0},
		"250 2.0.0 Ok, then 452 4.2.2 full": {"2.0.0", 452},
	} {
		if got := statusIn(text); got != want.status {
			t.Errorf("%q has the status %q, want %q", text, got, want.status)
		}
		if got := replyIn(text); got != want.reply {
			t.Errorf("%q has the reply %d, want %d", text, got, want.reply)
		}
	}
	if got := failureIn("250 2.0.0 Ok, then 452 4.2.2 full"); got != "4.2.2" {
		t.Errorf("failure %q", got)
	}
}

// A recipient stands in many forms.
func TestRecipientForms(t *testing.T) {
	for line, want := range map[string][2]string{
		"<ann@example.org>:":                              {"ann@example.org", ""},
		"<ann@example.org>: 550 no":                       {"ann@example.org", "550 no"},
		"  ann@example.org":                               {"ann@example.org", ""},
		"  * ann@example.org":                             {"ann@example.org", ""},
		`"ann@example.org":`:                              {"ann@example.org", ""},
		"Recipient: [SMTP:ann@example.org]":               {"ann@example.org", ""},
		"Failed address: ann@example.org":                 {"ann@example.org", ""},
		"Ann Sample<mailto:ann@example.org>":              {"ann@example.org", ""},
		"ann@example.org<mailto:ann@example.org>":         {"ann@example.org", ""},
		"Ann Sample <ann@example.org>":                    {"ann@example.org", "Ann Sample"},
		"ann@example.org (550 no)":                        {"ann@example.org", "(550 no)"},
		"ann+x=y@example.org ok":                          {"ann+x=y@example.org", "ok"},
		"grüße@example.org":                               {"grüße@example.org", ""},
		"please write to <ann@example.org>":               {},
		"host said: <ann@example.org>":                    {},
		"mail from ann@example.org":                       {},
		"@example.org":                                    {},
		"ann@":                                            {},
		"ann@exa mple":                                    {"ann@exa", "mple"},
		"https://example.org/@ann":                        {},
		"a,b@example.org":                                 {},
		"<" + string(make([]byte, 400)) + "@example.org>": {},
	} {
		address, rest, ok := leadingAddress(line)
		if ok != (want[0] != "") || ok && (address != want[0] || rest != want[1]) {
			t.Errorf("%.60q: %q, %q, %v, want %q", line, address, rest, ok, want)
		}
	}
}

func TestVERP(t *testing.T) {
	for address, want := range map[string]string{
		"news-return-42-ann=example.org@lists.example.net": "ann@example.org",
		"bounces+17-ann=example.org@sg.example.net":        "ann@example.org",
		"ann=example.org@example.net":                      "ann@example.org",
		"ann@example.org":                                  "",
		"a=b@example.org":                                  "",
		"news-=example.org@example.net":                    "",
		"":                                                 "",
	} {
		if got := verpRecipient(address); got != want {
			t.Errorf("%q is for %q, want %q", address, got, want)
		}
	}
}
