package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/oauth"
)

// findIssuer returns the ID of who issues the tokens, or "": that of --issuer, of package provider, or of
// the login before.
func (l *loggingIn) findIssuer(ctx context.Context) (string, error) {
	id := l.loginFlags.issuer
	if id == "" && l.settings != nil {
		id = l.settings.Issuer
	}
	if id == "" && l.earlier != nil {
		if l.earlier.Issuer != "" || l.byPassword || l.request.credentials.Kind != "" || l.repeats() {
			l.account.Metadata = l.earlier.Metadata
			return l.earlier.Issuer, nil
		}
		if settings := l.known(ctx); settings != nil { // from a password to OAuth2
			id = settings.Issuer
		}
	}
	if _, known := l.book.FindIssuer(id, ""); id == "" || known {
		return id, nil
	}
	m, err := l.metadata(ctx, id)
	l.account.Metadata = &m
	return m.Issuer, err
}

// metadata returns what an issuer publishes of itself, at its address or in a file.
func (l *loggingIn) metadata(ctx context.Context, given string) (oauth.Metadata, error) {
	if strings.Contains(given, "://") {
		return oauth.Discover(ctx, nil, given)
	}
	const maxFile = 256 << 10
	text, err := files.Read(given, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return oauth.Metadata{}, l.request.usage("there is no issuer %q: --issuer is an ID as google, its https address, or a file with its metadata", given)
	}
	if err != nil {
		return oauth.Metadata{}, err
	}
	m, err := oauth.ParseMetadata(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", given, err)
	}
	return m, err
}
