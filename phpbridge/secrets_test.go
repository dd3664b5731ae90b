package phpbridge

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const (
	secretPassword = "Marker-Password-93"
	secretToken    = "ya29.Marker-Token_47"
)

// checkSecrets checks that a text has neither of the secrets, nor what mechanisms send of them.
func checkSecrets(t *testing.T, what, text string) {
	t.Helper()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, secret := range []string{
		"Marker-", b64(secretPassword), b64("\x00user\x00" + secretPassword), b64(secretToken),
		b64("user=user\x01auth=Bearer " + secretToken + "\x01\x01"),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%s has %q: %s", what, secret, text)
		}
	}
}

// Answers to PHP and the log have no secret, whether the login succeeds or fails, for every origin of
// the secret.
func TestSecrets(t *testing.T) {
	for _, tt := range []struct {
		name        string
		environment map[string]string
		options     array
		token       bool
	}{
		{name: "password"},
		{"option", nil, array{{tokenVariable, secretToken}}, true},
		{"variable", map[string]string{tokenVariable: secretToken}, array{}, true},
		{"command", map[string]string{commandVariable: "echo " + secretToken}, array{}, true},
		{"command that fails", map[string]string{commandVariable: "echo " + secretToken + "; exit 3"}, array{}, true},
		{"command that prints none", map[string]string{commandVariable: "echo; echo " + secretToken}, array{}, true},
		{"option that is no token", nil, array{{tokenVariable, secretToken + "\r\nA9 NOOP"}}, true},
	} {
		for service, of := range map[string]func(*imaptest.Server) string{"imap": (*imaptest.Server).IMAP, "pop3": (*imaptest.Server).POP3} {
			t.Run(tt.name+"/"+service, func(t *testing.T) {
				srv := imaptest.Config{Password: secretPassword, Token: secretToken}.NewServer(t, message)
				var log bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				c := newClient(t, tt.environment, imapcompat.WithLogger(logger))
				name := strings.Replace(of(srv), "}", "/debug}", 1)
				var answers strings.Builder
				for _, refused := range []int{0, 10} {
					srv.RefuseLogins(refused)
					for _, call := range [][]any{
						{"imap_open", 1 + refused, name, srv.User, secretPassword, int(imapcompat.OP_DEBUG), 2, tt.options},
						{"imap_last_error"}, {"imap_errors"}, {"imap_alerts"}, {"shutdown"},
					} {
						fmt.Fprintln(&answers, c.call(call[0].(string), call[1:]...))
					}
				}
				c.goodbye()
				checkSecrets(t, "an answer", answers.String())
				checkSecrets(t, "the log", log.String())
				if !strings.Contains(answers.String(), "imap_open(): Couldn't open stream") {
					t.Errorf("nothing has failed: %s", answers.String())
				}
			})
		}
	}
}

// The error of an invalid request does not quote the request.
func TestSecretsOfBadRequests(t *testing.T) {
	good := request(list("imap_open", 1, "{h}", "user", secretPassword, 0, 1, list()))
	for _, bad := range [][]byte{
		request(list("imap_open", secretPassword)),
		request(list("imap_open", 1, "{h}", "user", secretPassword, secretPassword)),
		request(list("imap_open", 1, "{h}", "user", secretPassword, 0, 1, secretPassword)),
		request(list("imap_open", 1, "{h}", "user", secretPassword, 0, 1, list(), secretPassword)),
		good[:len(good)-5],
		append(good, secretPassword...),
		bytes.Replace(good, []byte(`s:18:`), []byte(`s:17:`), 1),
	} {
		c := newClient(t, nil)
		c.send(bad)
		err := c.wait()
		if err == nil {
			t.Errorf("%s is no error", bad)
		}
		checkSecrets(t, "the error", fmt.Sprintf("%v %+v %#v", err, err, err))
	}
}
