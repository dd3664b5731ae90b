package oauth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Whatever an endpoint says, the error has a kind and a text of one line without the secret.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"error":"invalid_grant","error_description":"AADSTS70008: expired.\r\nTrace ID: 1"}`,
		`{"error":"invalid_grant","error_subtype":"invalid_rapt"}`, `error=x&error_description=y`, "<html>", "", `{"error":{}}`,
	} {
		f.Add(400, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		const secret = "1//secret-refresh-token"
		c := &Client{Issuer: Microsoft(""), ID: "id", Address: "ada@example.org"}
		answer := &oauth2.RetrieveError{Response: &http.Response{StatusCode: status}, Body: append(body, secret...)}
		err := c.failure(answer, secret).(*Error)
		if err.Kind == nil || strings.Contains(err.Error(), secret) || strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%q: kind %v, %q", body, err.Kind, err.Error())
		}
	})
}

// Each code says what it means and what to do, and has one kind.
func TestCodes(t *testing.T) {
	c := &Client{Issuer: Microsoft(""), Address: "ada@example.org"}
	for name, table := range map[string]map[string]rule{"OAuth2": codes, "Google": googleCodes, "Microsoft": aadstsCodes} {
		for code, r := range table {
			s := said{code: code}
			if name == "Microsoft" {
				s = said{code: "invalid_grant", description: code + ": text.\r\nTrace ID: 1"}
				if !aadsts.MatchString(code) {
					t.Errorf("%s is no code of Microsoft", code)
				}
			}
			e := c.refusal(http.StatusBadRequest, s, nil)
			if !errors.Is(e, r.kind) || e.Advice == "" || strings.Contains(e.Advice, place) || name != "OAuth2" && r.meaning == "" {
				t.Errorf("%s: %v", code, e)
			}
			if e.Detail != "" && !strings.Contains(e.Error(), code) {
				t.Errorf("%s is not in %v", code, e)
			}
			if temporary := errors.Is(e, backend.ErrTemporary); temporary == errors.Is(e, backend.ErrPermanent) {
				t.Errorf("%s is temporary: %v, and permanent as well or neither", code, temporary)
			}
		}
	}
}

// An address that would be syntax in the command of an advice is not put there.
func TestFill(t *testing.T) {
	for address, want := range map[string]string{
		"ada@example.org":     "imapcompat login ada@example.org",
		"":                    loginCommand,
		"a`rm -rf ~`@x":       loginCommand,
		"a@example.org; true": loginCommand,
		"a@example.org\nb":    loginCommand,
		"$(x)@example.org":    loginCommand,
	} {
		if got := (&Client{Address: address}).fill(loginCommand); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

// A browser leaves the port of HTTP out. Nothing else of the host may differ.
func TestRedirectHost(t *testing.T) {
	for _, tt := range []struct {
		redirect, host string
		status         int
	}{
		{"http://127.0.0.1:80/", "127.0.0.1", http.StatusOK},
		{"http://127.0.0.1:80/", "127.0.0.1:80", http.StatusOK},
		{"http://127.0.0.1/", "127.0.0.1", http.StatusOK},
		{"http://127.0.0.1:8080/", "127.0.0.1:8080", http.StatusOK},
		{"http://127.0.0.1:8080/", "127.0.0.1", http.StatusMisdirectedRequest},
		{"http://127.0.0.1:80/", "127.0.0.1:8080", http.StatusMisdirectedRequest},
		{"http://127.0.0.1:80/", "evil.example", http.StatusMisdirectedRequest},
		{"http://127.0.0.1:80/", "", http.StatusMisdirectedRequest},
	} {
		address, err := url.Parse(tt.redirect)
		if err != nil {
			t.Fatal(err)
		}
		l := &landing{login: &login{c: &Client{Issuer: Issuer{Name: "X"}}, state: "state"}, ctx: t.Context(), address: address, taken: make(chan struct{}, 1), ended: make(chan end, 1)}
		// A code and a text that cannot be shown.
		r := httptest.NewRequest(http.MethodGet, "/?state=state&error=%3Cscript%3E&error_description=%07", nil)
		r.Host = tt.host
		answer := httptest.NewRecorder()
		l.ServeHTTP(answer, r)
		if answer.Code != tt.status {
			t.Errorf("%s of %s: %d", tt.redirect, tt.host, answer.Code)
			continue
		}
		if tt.status == http.StatusOK && !strings.Contains((<-l.ended).err.Error(), "the endpoint refuses. ") {
			t.Errorf("%s", answer.Body)
		}
	}
}
