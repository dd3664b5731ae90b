package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/provider"
)

// guidePage shows how to log in to each provider, for those who have the command and not its source.
const guidePage = "https://github.com/imapcompat/imapcompat/blob/main/docs/providers.md"

// withPassword logs in with a password, and records the account if that succeeds.
func (l *loggingIn) withPassword(ctx context.Context) error {
	l.tellFacts()
	password, err := l.password(ctx)
	if err != nil {
		return err
	}
	summary, err := l.try(ctx, access{password: password})
	if err != nil {
		return l.aboutPassword(ctx, password, err)
	}
	err = l.keep(ctx, func() error { return l.book.SavePassword(ctx, l.account, password) })
	if err != nil {
		return err
	}
	return l.record(ctx, summary)
}

// tellFacts says what the provider wants users to know.
func (l *loggingIn) tellFacts() {
	if l.settings == nil {
		return
	}
	for _, fact := range l.settings.Facts {
		l.say("%s", fact.Text)
	}
}

// known returns what the address needs, nil if that cannot be found: a login that takes the server of
// the one before has not looked it up.
func (l *loggingIn) known(ctx context.Context) *provider.Settings {
	if l.settings != nil || l.server != "" {
		return l.settings
	}
	settings, err := l.finder().Find(ctx, l.request.arguments["ADDRESS"])
	if err != nil {
		return nil
	}
	return settings
}

// advised is an error with what to do about it.
type advised struct {
	error
	advice string
}

func (a advised) Unwrap() error { return a.error }

// aboutPassword says what may be wrong with a password that the server has refused. It tells nothing
// of the password but that it has a blank.
func (l *loggingIn) aboutPassword(ctx context.Context, password string, refused error) error {
	if !errors.Is(refused, imapcompat.ErrAuthentication) {
		return refused
	}
	var advice []string
	if strings.ContainsFunc(password, unicode.IsSpace) {
		advice = append(advice, "The password that was given has a blank. An app password that is shown in groups may have to be given without blanks.")
	}
	settings := l.known(ctx)
	wants := l.wants(settings)
	if wants == "" || wants != noPassword && oauth.Advice(refused) != "" {
		advice = append(advice, oauth.AdviceFor(refused, l.account.Address))
	} else {
		advice = append(advice, settings.Name+" "+wants+". "+guidePage+" shows how")
	}
	if l.settings == nil && settings != nil { // which were not told
		for _, fact := range settings.Facts {
			advice = append(advice, fact.Text)
		}
	}
	return advised{refused, strings.Join(slices.DeleteFunc(advice, func(s string) bool { return s == "" }), "\n")}
}

const noPassword = "takes no passwords: log in with OAuth2, without --password"

// wants returns what a provider takes in place of the password of the account, "" if it is not known or
// takes that one too.
func (l *loggingIn) wants(s *provider.Settings) string {
	switch methods := l.methods(s); {
	case len(methods) == 0 || slices.Contains(methods, provider.Password):
		return ""
	case slices.Contains(methods, provider.AppPassword):
		return "takes an app password, and not the password of the account"
	case slices.Contains(methods, provider.BridgePassword):
		return "takes the password that the program shows, and not the password of the account"
	case slices.Contains(methods, provider.OAuth2):
		return noPassword
	}
	return ""
}

// methods are the ways to log in to the server of the account.
func (l *loggingIn) methods(s *provider.Settings) []provider.Method {
	name, err := mailboxname.Parse(l.account.Mailbox)
	if s == nil || err != nil {
		return nil
	}
	server, _ := s.Server(name.Service)
	return server.Methods
}
