// Package keyring keeps OAuth2 tokens in the keyring of the operating system: the Keychain of
// macOS, the Credential Manager of Windows, or the Secret Service of D-Bus (GNOME Keyring,
// KWallet).
//
// A keyring belongs to a user who is logged in to a desktop. A server, a container or a job of cron
// has none, or one that stays locked: use [oauth.File] there.
package keyring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	gokeyring "github.com/zalando/go-keyring"
	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
)

// Store is the keyring as an [oauth.Store] and [oauth.Locker]. The zero Store is ready for use.
//
// Tokens that are longer than an entry may be are divided: an entry of Windows has 2,560 octets at
// most, and one of macOS some 3,000 with all names, while tokens of Microsoft have more. The parts
// are written before the entry that names them, so a process that is killed leaves the old token
// or the new one.
type Store struct {
	// Service is the name under which the keyring's own program shows the entries. "" means
	// "imapcompat".
	Service string

	// Locks is the folder of the lock files, which are empty. "" means "imapcompat/locks" in the
	// user's folder of settings (os.UserConfigDir).
	Locks string
}

// Bounds of entries and names.
const (
	maxEntry = 2000 // octets; macOS stores them as base64
	maxParts = 40
	maxName  = 256

	// maxWait is how long the user may take to unlock the keyring, if the context allows it.
	maxWait = 2 * time.Minute
)

// The functions of the keyring. Tests replace them.
var (
	set    = gokeyring.Set
	get    = gokeyring.Get
	remove = gokeyring.Delete
)

// entries are those of an account. An account has an entry with the token, or with a head: the slot
// of the parts, their number and the digest of all.
type entries struct{ service, account string }

func (e entries) part(slot string, n int) (service, user string) {
	return e.service + "-parts", fmt.Sprintf("%s%d %s", slot, n, e.account)
}

// A new token is written to the slot that the old one does not use.
const slots = "ab"

// head is the entry of a token in parts.
type head struct {
	slot   string
	parts  int
	digest string
}

const headForm = "parts-1 %s %d %s"

func parseHead(text string) (h head, ok bool) {
	n, err := fmt.Sscanf(text, headForm, &h.slot, &h.parts, &h.digest)
	return h, err == nil && n == 3 && len(h.slot) == 1 && strings.Contains(slots, h.slot) && 0 < h.parts && h.parts <= maxParts
}

// entries checks the names, which go to a command on macOS.
func (s Store) entries(account string) (entries, error) {
	service := s.Service
	if service == "" {
		service = "imapcompat"
	}
	for _, name := range []string{service, account} {
		if name == "" || len(name) > maxName || strings.ContainsFunc(name, unicode.IsControl) {
			return entries{}, fmt.Errorf("%w: not a name for a keyring", backend.ErrInvalidArgument)
		}
	}
	return entries{service, account}, nil
}

// Load returns the token of an account. Beside ErrNoToken there is ErrStore, for a keyring that is
// not there or stays locked, and for an entry of something else.
func (s Store) Load(ctx context.Context, account string) (t *oauth2.Token, err error) {
	e, err := s.entries(account)
	if err != nil {
		return nil, err
	}
	err = within(ctx, func() error {
		text, err := e.read()
		if err == nil {
			t, err = oauth.DecodeToken(account, []byte(text))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// read returns the text of the token. Another process may replace it meanwhile.
func (e entries) read() (string, error) {
	before := ""
	for {
		text, err := get(e.service, e.account)
		h, divided := parseHead(text)
		if err != nil || !divided {
			return text, err
		}
		whole, err := e.join(h)
		if err == nil || text == before {
			return whole, err
		}
		before = text
	}
}

func (e entries) join(h head) (string, error) {
	var whole strings.Builder
	for n := range h.parts {
		text, err := get(e.part(h.slot, n))
		if errors.Is(err, gokeyring.ErrNotFound) {
			return "", fmt.Errorf("%w: a part of the token is missing", oauth.ErrStore)
		}
		if err != nil {
			return "", err
		}
		whole.WriteString(text)
	}
	if digest(whole.String()) != h.digest {
		return "", fmt.Errorf("%w: the parts of the token are not of the same", oauth.ErrStore)
	}
	return whole.String(), nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Save replaces the token of an account, or removes it if t is nil. The error matches ErrStore if
// the keyring cannot be written to; the old token is then still there. Use [oauth.Replace] unless
// the lock is held.
func (s Store) Save(ctx context.Context, account string, t *oauth2.Token) error {
	e, err := s.entries(account)
	if err != nil {
		return err
	}
	if t == nil {
		return within(ctx, e.removeAll)
	}
	text, err := oauth.EncodeToken(account, t)
	if err != nil {
		return err
	}
	if len(text) > maxEntry*maxParts {
		return fmt.Errorf("%w: the token is too long for a keyring", backend.ErrTooLarge)
	}
	return within(ctx, func() error { return e.write(string(text)) })
}

// write replaces the token.
func (e entries) write(text string) error {
	if len(text) <= maxEntry {
		if err := set(e.service, e.account, text); err != nil {
			return err
		}
		e.tidy(head{})
		return nil
	}
	old, err := get(e.service, e.account)
	if err != nil && !errors.Is(err, gokeyring.ErrNotFound) {
		return err
	}
	h := head{slot: slots[:1], digest: digest(text)}
	if used, ok := parseHead(old); ok && used.slot == h.slot {
		h.slot = slots[1:]
	}
	for rest := text; rest != ""; h.parts++ {
		n := min(len(rest), maxEntry)
		service, user := e.part(h.slot, h.parts)
		if err := set(service, user, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	if err := set(e.service, e.account, fmt.Sprintf(headForm, h.slot, h.parts, h.digest)); err != nil {
		return err
	}
	e.tidy(h)
	return nil
}

// tidy removes the parts that a head does not name. The token is saved, so an error can wait: the
// next Save tries again.
func (e entries) tidy(h head) {
	for _, slot := range strings.Split(slots, "") {
		if slot == h.slot {
			e.removeParts(slot, h.parts)
		} else {
			e.removeParts(slot, 0)
		}
	}
}

// removeParts removes the parts from a number on, the last one first: what a killed process leaves
// has no gap.
func (e entries) removeParts(slot string, from int) error {
	end := from
	for {
		if _, err := get(e.part(slot, end)); errors.Is(err, gokeyring.ErrNotFound) {
			break
		} else if err != nil {
			return err
		}
		end++
	}
	for n := end - 1; n >= from; n-- {
		if err := remove(e.part(slot, n)); err != nil && !errors.Is(err, gokeyring.ErrNotFound) {
			return err
		}
	}
	return nil
}

func (e entries) removeAll() error {
	if err := remove(e.service, e.account); err != nil && !errors.Is(err, gokeyring.ErrNotFound) {
		return err
	}
	return errors.Join(e.removeParts(slots[:1], 0), e.removeParts(slots[1:], 0))
}

// Lock locks an account between processes, by a file. See [oauth.File.Lock].
func (s Store) Lock(ctx context.Context, account string) (unlock func(), err error) {
	e, err := s.entries(account)
	if err != nil {
		return nil, err
	}
	dir := s.Locks
	if dir == "" {
		settings, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", oauth.ErrStore, err)
		}
		dir = filepath.Join(settings, "imapcompat", "locks")
	}
	return oauth.File{Dir: dir}.Lock(ctx, e.service+" "+e.account)
}

// turn has one element while a function uses the keyring.
var turn = make(chan struct{}, 1)

// within runs a function of the keyring, which knows no context and may ask the user. It goes on
// alone if the context ends.
func within(ctx context.Context, f func() error) error {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case turn <- struct{}{}:
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-turn }()
		done <- f()
	}()
	select {
	case <-ctx.Done():
		return fmt.Errorf("the keyring does not answer: %w", context.Cause(ctx))
	case err := <-done:
		switch {
		case errors.Is(err, gokeyring.ErrNotFound):
			return fmt.Errorf("%w in the keyring", oauth.ErrNoToken)
		case err != nil && !errors.Is(err, oauth.ErrStore):
			return fmt.Errorf("%w: the keyring: %w", oauth.ErrStore, err)
		}
		return err
	}
}
