package account_test

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/imapcompat/imapcompat/account"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
	"github.com/imapcompat/imapcompat/provider"
	"github.com/imapcompat/imapcompat/sendmail"
)

// A program opens a mailbox by its address. "imapcompat login" has recorded it: here the example
// does so itself, in a folder of its own.
func ExampleOpen() {
	srv, err := imaptest.Start(imaptest.Config{User: "ada@example.com", Messages: []imaptest.Message{{Text: "Subject: hello\n\nworld\n"}}})
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	dir, err := os.MkdirTemp("", "accounts")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	os.Setenv(account.DirVariable, dir)
	defer os.Unsetenv(account.DirVariable)

	ctx := context.Background()
	book, err := account.Default()
	if err != nil {
		panic(err)
	}
	ada := account.Account{Address: "ada@example.com", Mailbox: srv.IMAP(), Kind: account.Password, Secrets: book.Place(ctx)}
	if err := book.Put(ctx, ada); err != nil {
		panic(err)
	}
	if err := book.SavePassword(ctx, ada, srv.Password); err != nil {
		panic(err)
	}

	mbox, err := account.Open(ctx, "ada@example.com")
	if err != nil {
		panic(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.NumMsg())
	// Output: 1 <nil>
}

// A program sends with the token of a mailbox, after "imapcompat login --smtp ada@outlook.com". The
// provider's preset has the server. For a shared mailbox the User is the one who has logged in.
func ExampleBook_Source() {
	dir, err := os.MkdirTemp("", "accounts")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	book := &account.Book{Dir: dir, NoKeyring: true}

	// What "imapcompat login" has recorded.
	ctx := context.Background()
	recorded := account.Account{
		Address: "ada@outlook.com", Mailbox: "{outlook.office365.com:993/imap/ssl}INBOX", Kind: account.User,
		Issuer: "microsoft", ClientID: "client-id", Secrets: account.InFiles,
	}
	if err := book.Put(ctx, recorded); err != nil {
		panic(err)
	}

	ada, err := book.Get("ada@outlook.com")
	if err != nil {
		panic(err)
	}
	source, err := book.SourceOf(ctx, ada) // or book.Source(ctx, "ada@outlook.com")
	if err != nil {
		panic(err)
	}
	settings, err := (&provider.Finder{Offline: true}).Find(ctx, ada.Address)
	if err != nil {
		panic(err)
	}
	server, _ := settings.Server(provider.SMTP)
	security := map[provider.Security]sendmail.Security{provider.TLS: sendmail.TLS, provider.StartTLS: sendmail.StartTLS, provider.Cleartext: sendmail.Cleartext}
	sender := &sendmail.SMTP{Addr: server.Addr(), Security: security[server.Security], User: ada.TokenUser(), TokenSource: source}
	fmt.Println(sender, server.Security)
	// imapcompat.Mail(to, subject, text, imapcompat.WithSender(sender)) sends with it.

	// Output: SMTP to smtp-mail.outlook.com:587 starttls
}

// A program logs a user in, and out again.
func ExampleBook_Withdraw() {
	srv, err := oauthtest.Start(oauthtest.Config{})
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	dir, err := os.MkdirTemp("", "accounts")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	ctx := context.Background()
	metadata, err := oauth.Discover(ctx, nil, srv.URL()) // "https://login.example.org"
	if err != nil {
		panic(err)
	}
	book := &account.Book{Dir: dir, NoKeyring: true}
	ada := account.Account{
		Address: "ada@example.com", Mailbox: "{imap.example.com/ssl}INBOX", Kind: account.User, Secrets: account.InFiles,
		Issuer: metadata.Issuer, Metadata: &metadata, ClientID: "client-id", Scopes: []string{"imap"},
	}
	client, err := book.Client(ctx, ada)
	if err != nil {
		panic(err)
	}
	token, err := client.Browser(ctx, srv.Browse)
	if err != nil {
		panic(err)
	}
	if err := cmp.Or(book.SaveToken(ctx, ada, token), book.Put(ctx, ada)); err != nil {
		panic(err)
	}

	fmt.Println(book.Withdraw(ctx, ada))
	fmt.Println(book.Remove(ctx, ada.Address))
	// Output:
	// <nil>
	// <nil>
}
