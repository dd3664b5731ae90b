package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	gokeyring "github.com/zalando/go-keyring"
	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/oauth/keyring"
	"github.com/imapcompat/imapcompat/oauth/oauthtest"
)

const address = "ada@example.com"

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ring starts with an empty keyring that takes no more than Windows does, and returns what it has.
func ring(t *testing.T) (users map[string]bool) {
	t.Helper()
	gokeyring.MockInit()
	users = make(map[string]bool)
	keyring.Intercept(func(call, user, secret string) error {
		if len(secret) > 2560 {
			return gokeyring.ErrSetDataTooBig
		}
		switch call {
		case "set":
			users[user] = true
		case "remove":
			delete(users, user)
		}
		return nil
	})
	t.Cleanup(func() { keyring.Intercept(func(_, _, _ string) error { return nil }) })
	return users
}

func token(name string, size int) *oauth2.Token {
	return &oauth2.Token{AccessToken: strings.Repeat(name, size), RefreshToken: name, Expiry: time.Now().Add(time.Hour).UTC()}
}

func same(a, b *oauth2.Token) bool {
	return a.AccessToken == b.AccessToken && a.RefreshToken == b.RefreshToken && a.Expiry.Equal(b.Expiry)
}

// A token of any length comes back, and nothing of an older one stays.
func TestStore(t *testing.T) {
	users := ring(t)
	ctx := context.Background()
	store := keyring.Store{Locks: t.TempDir()}
	_, err := store.Load(ctx, address)
	if !errors.Is(err, oauth.ErrNoToken) {
		t.Errorf("empty: %v", err)
	}
	for _, size := range []int{1, 1700, 2000, 2560, 8000, 30000, 70000, 3000, 10, 6000, 6001} {
		want := token("x", size)
		check(t, store.Save(ctx, address, want))
		got, err := store.Load(ctx, address)
		if err != nil || !same(got, want) {
			t.Errorf("%d octets: %v", size, err)
		}
		if entries := 2 + size/2000 + 1; len(users) > entries {
			t.Errorf("%d octets: %d entries", size, len(users))
		}
	}
	if err := store.Save(ctx, address, token("x", 100000)); !errors.Is(err, backend.ErrTooLarge) {
		t.Errorf("too long: %v", err)
	}
	check(t, store.Save(ctx, "eve@example.com", token("y", 5000)))
	check(t, oauth.Replace(ctx, store, address, nil))
	check(t, oauth.Replace(ctx, store, address, nil))
	for user := range users {
		if !strings.HasSuffix(user, "eve@example.com") {
			t.Errorf("left: %s", user)
		}
	}
	if _, err := store.Load(ctx, "eve@example.com"); err != nil {
		t.Error(err)
	}
	for _, account := range []string{"", "a\nb", "a\x00b", strings.Repeat("x", 300)} {
		if err := store.Save(ctx, account, token("x", 1)); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("account %q: %v", account, err)
		}
	}
}

// A process that is killed before any call of the keyring leaves the old token or the new one, and
// what it leaves besides goes with the next Save.
func TestKilled(t *testing.T) {
	ctx := context.Background()
	killed := errors.New("killed")
	for _, sizes := range [][2]int{{9000, 9000}, {9000, 10}, {10, 9000}, {4500, 9000}, {9000, 4500}} {
		for n, done := 0, false; !done; n++ {
			users := ring(t)
			store := keyring.Store{Locks: t.TempDir()}
			old, next := token("o", sizes[0]), token("n", sizes[1])
			check(t, store.Save(ctx, address, old))
			calls := 0
			keyring.Intercept(func(call, user, _ string) error {
				if calls++; calls > n {
					return killed
				}
				if call == "set" {
					users[user] = true
				}
				return nil
			})
			saved := store.Save(ctx, address, next) == nil
			done = calls <= n
			keyring.Intercept(func(call, user, _ string) error {
				if call == "remove" {
					delete(users, user)
				}
				return nil
			})
			got, err := store.Load(ctx, address)
			switch {
			case err != nil:
				t.Fatalf("%v, killed after %d calls: %v", sizes, n, err)
			case !same(got, next) && (saved || !same(got, old)):
				t.Fatalf("%v, killed after %d calls: a token of neither", sizes, n)
			}
			check(t, store.Save(ctx, address, token("s", 1)))
			for i := range 10 {
				for _, slot := range "ab" {
					if _, err := gokeyring.Get("imapcompat-parts", fmt.Sprintf("%c%d %s", slot, i, address)); !errors.Is(err, gokeyring.ErrNotFound) {
						t.Errorf("%v, killed after %d calls: part %c%d is left", sizes, n, slot, i)
					}
				}
			}
		}
	}
}

// What is in the entry and is no token is an error, and no missing login.
func TestForeignEntries(t *testing.T) {
	ctx := context.Background()
	for name, put := range map[string]func() error{
		"a password":     func() error { return gokeyring.Set("imapcompat", address, "hunter2-secret") },
		"empty":          func() error { return gokeyring.Set("imapcompat", address, "") },
		"no parts":       func() error { return gokeyring.Set("imapcompat", address, "parts-1 a 3 secret") },
		"too many parts": func() error { return gokeyring.Set("imapcompat", address, "parts-1 a 999999999 secret") },
		"a changed part": func() error { return gokeyring.Set("imapcompat-parts", "a0 "+address, "secret") },
		"a part is gone": func() error { return gokeyring.Delete("imapcompat-parts", "a1 "+address) },
		"another account": func() error {
			return gokeyring.Set("imapcompat", address, `{"version":1,"account":"eve","refresh_token":"secret"}`)
		},
	} {
		ring(t)
		store := keyring.Store{}
		check(t, store.Save(ctx, address, token("x", 5000)))
		check(t, put())
		_, err := store.Load(ctx, address)
		if !errors.Is(err, oauth.ErrStore) || errors.Is(err, oauth.ErrNoToken) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoKeyring(t *testing.T) {
	ring(t)
	gokeyring.MockInitWithError(gokeyring.ErrUnsupportedPlatform)
	ctx := context.Background()
	store := keyring.Store{}
	_, err := store.Load(ctx, address)
	for what, err := range map[string]error{"Load": err, "Save": store.Save(ctx, address, token("x", 1)), "remove": store.Save(ctx, address, nil), "long": store.Save(ctx, address, token("x", 9000))} {
		if !errors.Is(err, oauth.ErrStore) || !errors.Is(err, gokeyring.ErrUnsupportedPlatform) || errors.Is(err, oauth.ErrNoToken) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A keyring that asks the user for a password ends with the context.
func TestLockedKeyring(t *testing.T) {
	ring(t)
	release := make(chan struct{})
	keyring.Intercept(func(_, _, _ string) error { <-release; return nil })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	for range 2 { // the second waits for the first
		if _, err := (keyring.Store{}).Load(ctx, address); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	}
	close(release)
	if _, err := (keyring.Store{}).Load(context.Background(), address); !errors.Is(err, oauth.ErrNoToken) {
		t.Error(err)
	}
}

// The tokens of Microsoft, which are long, survive refreshes that replace them.
func TestStored(t *testing.T) {
	ring(t)
	ctx := context.Background()
	srv := oauthtest.NewServer(t, oauthtest.Config{Style: oauthtest.Microsoft, Rotate: true})
	client := srv.Client()
	store := keyring.Store{Service: "test", Locks: t.TempDir()}
	login, err := client.Browser(ctx, srv.Browse)
	check(t, err)
	check(t, oauth.Replace(ctx, store, address, login))
	for round := 1; round <= 3; round++ {
		stored, err := store.Load(ctx, address)
		check(t, err)
		stored.Expiry = time.Now()
		check(t, store.Save(ctx, address, stored))
		for range 3 {
			if _, err := client.Stored(ctx, store, address).Token(); err != nil {
				t.Error(err)
			}
		}
		if n := srv.Granted("refresh_token"); n != round {
			t.Errorf("%d refreshes in round %d", n, round)
		}
	}
}

// Whatever an entry holds, Load returns a token or an error.
func FuzzLoad(f *testing.F) {
	f.Add("parts-1 a 1 x", "part")
	f.Add(`{"version":1,"account":"ada@example.com","refresh_token":"r"}`, "")
	f.Add("parts-1 b -1 ", "")
	f.Fuzz(func(t *testing.T, entry, part string) {
		gokeyring.MockInit()
		check(t, gokeyring.Set("imapcompat", address, entry))
		for _, user := range []string{"a0 ", "b0 "} {
			check(t, gokeyring.Set("imapcompat-parts", user+address, part))
		}
		stored, err := keyring.Store{}.Load(context.Background(), address)
		if (stored == nil) != errors.Is(err, oauth.ErrStore) {
			t.Errorf("%v, %v", stored != nil, err)
		}
	})
}
