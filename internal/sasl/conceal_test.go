package sasl_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/sasl"
)

// TestConcealed has the forms in which a secret may come back, within a text and in pieces.
func TestConcealed(t *testing.T) {
	const secret = "pässw-Örd+with/all=93"
	var c sasl.Concealed
	c.Add(secret, "tiny5", "abc")
	inside := func(before, after int) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + secret + strings.Repeat("\x00", after)))
	}
	escaped := ""
	for _, octet := range []byte(secret) {
		escaped += "%" + strings.ToUpper(hex.EncodeToString([]byte{octet}))
	}
	for name, form := range map[string]string{
		"as it is":             secret,
		"in capitals":          strings.ToUpper(secret),
		"hex":                  hex.EncodeToString([]byte(secret)),
		"hex in capitals":      strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"query":                url.QueryEscape(secret),
		"path":                 url.PathEscape(secret),
		"percent":              escaped,
		"base64":               inside(0, 0),
		"base64 for URLs":      base64.URLEncoding.EncodeToString([]byte(secret)),
		"base64, one before":   inside(1, 0),
		"base64, two before":   inside(2, 2),
		"base64, some around":  inside(7, 5),
		"the first 8":          secret[:8],
		"the last 8":           secret[len(secret)-8:],
		"the middle":           secret[3:15],
		"base64, cut":          inside(0, 0)[:10],
		"twice":                secret + secret,
		"twice, with a blank":  secret + " " + secret,
		"hex, cut at each end": hex.EncodeToString([]byte(secret))[3:20],
	} {
		got := c.Text("you said [" + form + "] and I said no")
		bare := strings.NewReplacer("...", "", "A", "", "=", "", "w", "", "g", "", " ", "").Replace(got)
		if !strings.HasPrefix(got, "you said [") || !strings.HasSuffix(got, "] and I said no") || !strings.Contains(got, "...") || len(bare) > len("yousaid[]andIsaidno")+4 {
			t.Errorf("%s: %q of %q", name, got, form)
		}
	}
	for text, want := range map[string]string{
		"":                             "",
		"no":                           "no",
		"it is tiny5, not abc":         "it is ..., not abc",
		"it is TINY5, Tiny5tiny5":      "it is ..., ......",
		"dGlueTU= " + "74696e7935":     "...U= ...",
		secret[:7] + " " + secret[14:]: secret[:7] + " " + "...",
		"x" + secret:                   "x...",
		secret:                         "...",
		"[AUTHENTICATIONFAILED] Authentication failed.": "[AUTHENTICATIONFAILED] Authentication failed.",
	} {
		if got := c.Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	c.Add("authentication", "alert")
	for text, want := range map[string]string{
		"[AUTHENTICATIONFAILED] Authentication failed": "[AUTHENTICATIONFAILED] ... failed",
		"[AuthenticationFailed tiny5] no":              "[AuthenticationFailed ...] no",
		"[ALERT] alert":                                "[ALERT] ...",
		"[X-AUTHENTICATION] no":                        "[X-...] no",
		"authentication":                               "...",
	} {
		if got := c.Status(text); got != want {
			t.Errorf("status %q: %q, want %q", text, got, want)
		}
	}
	if got := new(sasl.Concealed).Text(secret); got != secret {
		t.Errorf("without secrets: %q", got)
	}
}

// Text returns no text that contains the secret.
func FuzzConcealed(f *testing.F) {
	f.Add("s3cret-of-some-length", "before ", " behind")
	f.Add("aaaaaaaaaaaa", "aaaa", "aaaa")
	f.Add("tiny", "x", "y")
	f.Fuzz(func(t *testing.T, secret, before, behind string) {
		var c sasl.Concealed
		c.Add(secret)
		got := c.Text(before + secret + behind)
		if len(secret) >= 4 && strings.Count(got, secret) > 0 && !strings.Contains("...", strings.Trim(secret, ".")) && !strings.Contains(secret, "...") {
			t.Errorf("%q has %q", got, secret)
		}
		if strings.Contains(got, "...") == (got == before+secret+behind) && !strings.Contains(before+secret+behind, "...") {
			t.Errorf("%q became %q", before+secret+behind, got)
		}
	})
}
