package account

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/imapcompat/imapcompat/internal/shellword"
	"github.com/imapcompat/imapcompat/oauth"
)

// ErrNoAccount says that the book has no account of an address. It matches backend.ErrPermanent.
var ErrNoAccount = backend.NewKind("no such account", backend.ErrPermanent)

// DirVariable names the environment variable with the folder of the default book.
const DirVariable = "IMAPCOMPAT_ACCOUNTS"

// Book has the accounts of a user. Its fields must not change while it is in use. Several
// goroutines may use it.
type Book struct {
	// Dir is the folder with the file of accounts, accounts.json.
	Dir string
	// Store has the tokens and passwords. If it is nil, each account has them where
	// Account.Secrets says: in the keyring of the operating system, or in files in Dir.
	Store oauth.Store
	// NoKeyring has Place choose files.
	NoKeyring bool
	// Issuer returns an issuer, of a tenant if that is not "". The default is oauth.IssuerByID
	// and its ForTenant.
	Issuer func(id, tenant string) (oauth.Issuer, bool)
}

// Default returns the book that "imapcompat login" uses: in the folder of the environment variable
// IMAPCOMPAT_ACCOUNTS, which then has the secrets too, or in imapcompat in [os.UserConfigDir].
func Default() (*Book, error) {
	if dir := os.Getenv(DirVariable); dir != "" {
		return &Book{Dir: dir, NoKeyring: true}, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return nil, invalid("there is no folder for the accounts: %v. Set %s", err, DirVariable)
	}
	return &Book{Dir: filepath.Join(dir, "imapcompat")}, nil
}

// format is the form of the file. A program refuses a newer one, because it would lose what it does
// not know.
const format = 1

type file struct {
	Format   int       `json:"format"`
	Accounts []Account `json:"accounts"`
}

func (b *Book) path() string { return filepath.Join(b.Dir, "accounts.json") }

// maxFile bounds the file of accounts, in octets. An account takes about 400.
const maxFile = 16 << 20

// List returns the accounts, by their addresses.
func (b *Book) List() ([]Account, error) {
	info, err := os.Stat(b.path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular(): // to open a pipe would take any time
		return nil, invalid("%s is not a file", b.path())
	}
	f, err := os.Open(b.path())
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := onlyOwnerWrites(f); err != nil {
		return nil, err
	}
	text, err := files.ReadAll(f, maxFile)
	switch {
	case errors.Is(err, files.ErrTooLong):
		return nil, invalid("%s is not a file of accounts", b.path())
	case err != nil:
		return nil, err
	}
	return parse(text, b.path())
}

// onlyOwnerWrites refuses a file that others can write, or have put there: they could name a server of
// their own, which would get the user's token. On Windows the access control of the folder decides.
func onlyOwnerWrites(f *os.File) error {
	if err := files.CheckOwner(f); err != nil {
		return invalid("%v", err)
	}
	info, err := f.Stat()
	if err == nil && files.HasModes && info.Mode().Perm()&0o022 != 0 {
		err = invalid("others can write %s (mode %#o): check it, and make it yours with \"chmod 600\"", f.Name(), info.Mode().Perm())
	}
	return err
}

// parse reads the file of accounts.
func parse(text []byte, path string) ([]Account, error) {
	var content file
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, invalid("%s is not a file of accounts", path)
	}
	if content.Format != format {
		return nil, invalid("%s was written by another version of imapcompat (format %d)", path, content.Format)
	}
	for _, a := range content.Accounts {
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return content.Accounts, nil
}

// Get returns the account of an address. Its case does not matter, nor whether the domain is in the
// form of DNS (IDNA). The error matches
// [ErrNoAccount] if there is none.
func (b *Book) Get(address string) (Account, error) {
	if err := CheckAddress(address); err != nil {
		return Account{}, err
	}
	list, err := b.List()
	if err != nil {
		return Account{}, err
	}
	for _, a := range list {
		if same(a.Address, address) {
			return a, nil
		}
	}
	return Account{}, &backend.Error{Kind: ErrNoAccount, Text: fmt.Sprintf("%s is not logged in: run \"imapcompat login %s\"", address, shellword.Or(address, "ADDRESS"))}
}

// same compares addresses. Only the domain has no case (RFC 5321 section 2.4), but no provider has
// two mailboxes that differ in case, and people write addresses as they like.
func same(a, b string) bool { return strings.EqualFold(forDNS(a), forDNS(b)) }

// Put records an account, in place of one of the same address. Secrets of that one that are no longer
// used are removed, and so is an access token that was issued without a user: it may lack rights that
// the program has now.
func (b *Book) Put(ctx context.Context, a Account) error {
	if err := a.check(); err != nil {
		return err
	}
	return b.change(ctx, func(list []Account) ([]Account, error) {
		if err := b.forgetAccess(ctx, a); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(other Account) bool { return same(other.Address, a.Address) })
		if i < 0 {
			return append(list, a), nil
		}
		before := list[i]
		list[i] = a
		return list, b.forget(ctx, before, list)
	})
}

// Remove removes an account and its secrets, unless another account uses them.
func (b *Book) Remove(ctx context.Context, address string) error {
	return b.change(ctx, func(list []Account) ([]Account, error) {
		i := slices.IndexFunc(list, func(a Account) bool { return same(a.Address, address) })
		if i < 0 {
			return nil, &backend.Error{Kind: ErrNoAccount, Text: address + " is not logged in"}
		}
		gone := list[i]
		list = slices.Delete(list, i, i+1)
		return list, b.forget(ctx, gone, list)
	})
}

// forget removes the secrets of an account that no other one uses.
func (b *Book) forget(ctx context.Context, gone Account, others []Account) error {
	store := b.secrets(gone)
	var failures []error
	for _, key := range gone.keys() {
		used := slices.ContainsFunc(others, func(a Account) bool { return a.Secrets == gone.Secrets && slices.Contains(a.keys(), key) })
		if !used {
			failures = append(failures, oauth.Replace(ctx, store, key, nil))
		}
	}
	return errors.Join(failures...)
}

// forgetAccess removes the access token of a program or a service account.
func (b *Book) forgetAccess(ctx context.Context, a Account) error {
	if a.Kind != App && a.Kind != ServiceAccount {
		return nil
	}
	return oauth.Replace(ctx, b.secrets(a), a.accessKey(), nil)
}

// SharesToken reports whether another account uses the token of this one.
func (b *Book) SharesToken(a Account) (bool, error) {
	list, err := b.List()
	return slices.ContainsFunc(list, func(other Account) bool {
		return !same(other.Address, a.Address) && other.Kind == User && a.Kind == User && other.tokenKey() == a.tokenKey()
	}), err
}

// change changes the file of accounts under a lock between processes.
func (b *Book) change(ctx context.Context, f func([]Account) ([]Account, error)) error {
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return err
	}
	unlock, err := b.files().Lock(ctx, "accounts")
	if err != nil {
		return err
	}
	defer unlock()
	list, err := b.List()
	if err != nil {
		return err
	}
	if list, err = f(list); err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.Address, b.Address) })
	return b.write(list)
}

// write replaces the file at once, so that a reader sees the old one or the new one.
func (b *Book) write(list []Account) error {
	text, err := json.MarshalIndent(file{format, list}, "", "\t")
	if err != nil {
		return err
	}
	if len(text) >= maxFile { // List would refuse it, with all accounts
		return invalid("%s has no room for more than %d accounts", b.path(), len(list)-1)
	}
	return files.Replace(b.path(), filepath.Join(b.Dir, "accounts.*.new"), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}
