package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/imapcompat/imapcompat/provider"
)

func ExampleName() {
	name, err := provider.Name("ada@gmail.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(name)
	// Output: {imap.gmail.com:993/imap/ssl}INBOX
}

func ExampleFind() {
	s, err := provider.Find(context.Background(), "ada@icloud.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Name, s.Origin)
	for _, server := range s.Servers {
		fmt.Println(server.Protocol, server.Addr(), server.Security, server.User, server.Methods)
	}
	// Output:
	// iCloud Mail preset
	// imap imap.mail.me.com:993 tls ada [app-password]
	// smtp smtp.mail.me.com:587 starttls ada@icloud.com [app-password]
}

func ExampleFinder_Find() {
	f := provider.Finder{File: os.DevNull, Offline: true} // the presets only
	_, err := f.Find(context.Background(), "ada@example.org")
	switch {
	case errors.Is(err, provider.ErrUnknown):
		fmt.Println("unknown")
	case errors.Is(err, provider.ErrLookup):
		fmt.Println("try again later")
	}
	// Output: unknown
}

// The user confirms a host in another domain that only DNS names.
func ExampleSettings_Mailbox() {
	s := &provider.Settings{
		Address: "ada@example.org", Origin: provider.FromSRV, From: "_imaps._tcp.example.org", Unconfirmed: true,
		Servers: []provider.Server{{Protocol: provider.IMAP, Host: "imap.hoster.example", Port: 993, User: "ada@example.org"}},
	}
	_, err := s.Mailbox(provider.IMAP, "INBOX")
	if errors.Is(err, provider.ErrUnconfirmed) {
		fmt.Println(err)
		s.Unconfirmed = false // the user has agreed
	}
	name, err := s.Mailbox(provider.IMAP, "INBOX")
	fmt.Println(name, err)
	// Output:
	// ada@example.org: _imaps._tcp.example.org says that the server is imap.hoster.example, and nothing proves that it may
	// {imap.hoster.example:993/imap/ssl}INBOX <nil>
}

func ExamplePresets() {
	for _, p := range provider.Presets() {
		if server, ok := (&provider.Settings{Servers: p.Servers}).Server(provider.IMAP); ok && p.ID == "gmx" {
			fmt.Println(p.Name, server.Host, p.Domains[:2])
		}
	}
	// Output: GMX imap.gmx.net [gmx.net gmx.de]
}
