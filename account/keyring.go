package account

import (
	"context"
	"path/filepath"

	"github.com/imapcompat/imapcompat/oauth/keyring"
)

// keyring is the store in the keyring of the operating system.
func (b *Book) keyring() keyring.Store { return keyring.Store{Locks: filepath.Join(b.Dir, "locks")} }

// keyringWorks reports whether the keyring keeps a text. One that only reads, or that the user does
// not unlock, does not work.
func (b *Book) keyringWorks(ctx context.Context) bool {
	const probe = "a test of imapcompat"
	store := b.keyring()
	if store.Save(ctx, probe, text(probe)) != nil {
		return false
	}
	kept, err := store.Load(ctx, probe)
	if removed := store.Save(ctx, probe, nil); removed != nil || err != nil {
		return false
	}
	return kept.AccessToken == probe
}
