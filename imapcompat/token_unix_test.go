//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A PHP script gets its token from "imapcompat token", as docs/php-bridge.md says.
func TestTokenForPHP(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no PHP")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, dir := t.Context(), t.TempDir()
	const token = "ya29.of-the-book"
	srv := imaptest.Config{User: ada, Token: token, Messages: inboxMessages()}.NewServer(t)
	book := &account.Book{Dir: dir, NoKeyring: true}
	a := account.Account{Address: ada, Mailbox: srv.IMAP(), Kind: account.User, Issuer: "google", ClientID: "x", Secrets: account.InFiles}
	if err := book.Put(ctx, a); err != nil {
		t.Fatal(err)
	}
	if err := book.SaveToken(ctx, a, &oauth2.Token{AccessToken: token, RefreshToken: "1//x", Expiry: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "script.php")
	code := fmt.Sprintf(`<?php $m = imap_open(%q, %q, ''); echo imap_num_msg($m), "\n";`, srv.IMAP(), ada)
	if err := os.WriteFile(script, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	bridge, err := filepath.Abs("../phpbridge/imap.php")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, php, "-n", "-d", "auto_prepend_file="+bridge, script)
	cmd.Env = append(os.Environ(), runsProgram+"=1", "IMAPCOMPAT_BIN="+self, account.DirVariable+"="+dir,
		`IMAPCOMPAT_TOKEN_COMMAND="$IMAPCOMPAT_BIN" token -- "$IMAPCOMPAT_USER"`)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || string(out) != "3\n" {
		t.Errorf("%q, %v, %s", out, err, stderr.String())
	}
}
