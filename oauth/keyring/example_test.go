package keyring_test

import (
	"context"
	"errors"
	"fmt"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/keyring"
)

func ExampleStore() {
	gokeyring.MockInit() // only in tests
	client := &oauth.Client{Issuer: oauth.Microsoft(""), ID: "11111111-2222-3333-4444-555555555555", Address: "ada@example.com"}
	source := client.Stored(context.Background(), keyring.Store{}, "ada@example.com")
	_, err := source.Token()
	fmt.Println(errors.Is(err, oauth.ErrNoToken))
	fmt.Println(err)
	// Output:
	// true
	// Microsoft: nobody has logged in as "ada@example.com". Log in again: run `imapcompat login ada@example.com`
}
