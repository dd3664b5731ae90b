package account_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
)

// Where the keyring works, secrets are there and in no file. Where it fails, they go to files.
func TestKeyring(t *testing.T) {
	ctx := context.Background()
	b := &account.Book{Dir: t.TempDir()}
	gokeyring.MockInitWithError(errors.New("it stays locked"))
	if place := b.Place(ctx); place != account.InFiles {
		t.Errorf("a keyring that fails: %s", place)
	}
	gokeyring.MockInit()
	if place := (&account.Book{Dir: b.Dir, NoKeyring: true}).Place(ctx); place != account.InFiles {
		t.Errorf("NoKeyring: %s", place)
	}
	srv := imaptest.Config{Password: "geheim-123"}.NewServer(t)
	a := account.Account{Address: ada, Login: srv.User, Mailbox: srv.IMAP(), Kind: account.Password, Secrets: b.Place(ctx)}
	if a.Secrets != account.InKeyring {
		t.Fatalf("the secrets are in %q", a.Secrets)
	}
	must(t, b.Put(ctx, a))
	must(t, b.SavePassword(ctx, a, srv.Password))
	mbox, err := b.Open(ctx, ada)
	must(t, err)
	mbox.Close()
	if files, _ := filepath.Glob(filepath.Join(b.Dir, "secrets", "oauth2-*.json")); len(files) > 0 {
		t.Errorf("%v", files)
	}
	must(t, b.Remove(ctx, ada))
	if _, err := b.Password(ctx, a); !errors.Is(err, oauth.ErrNoToken) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(b.Dir, "accounts.json")); err != nil {
		t.Error(err)
	}
}
