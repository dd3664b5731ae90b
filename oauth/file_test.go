package oauth_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/oauth"
)

// names returns the files of a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

func onlyUnix(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the system has no modes of files")
	}
}

func TestFileModes(t *testing.T) {
	onlyUnix(t)
	ctx := context.Background()
	store := oauth.File{Dir: filepath.Join(t.TempDir(), "a", "tokens")}
	_, err := store.Load(ctx, address)
	wantError(t, "no folder", err, oauth.ErrNoToken)
	check(t, store.Save(ctx, address, nil)) // there is nothing to remove
	check(t, oauth.Replace(ctx, store, address, sampleToken()))
	check(t, filepath.WalkDir(filepath.Dir(store.Dir), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if err == nil && info.Mode().Perm() != want {
			t.Errorf("%s has the mode %#o", path, info.Mode().Perm())
		}
		return err
	}))

	path := filepath.Join(store.Dir, oauth.FileName(address))
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o602, 0o666} {
		check(t, os.Chmod(path, mode))
		_, err := store.Load(ctx, address)
		wantError(t, "a file of others", err, oauth.ErrStore)
		if err == nil || !strings.Contains(err.Error(), "chmod 600") || errors.Is(err, oauth.ErrNoToken) {
			t.Errorf("mode %#o: %v", mode, err)
		}
	}
	check(t, os.Chmod(path, 0o600))
	for _, mode := range []fs.FileMode{0o777, 0o720, 0o702} {
		check(t, os.Chmod(store.Dir, mode))
		wantError(t, "a folder of others", store.Save(ctx, address, sampleToken()), oauth.ErrStore)
		_, err := store.Lock(ctx, address)
		wantError(t, "a folder of others", err, oauth.ErrStore)
	}
	check(t, os.Chmod(store.Dir, 0o755)) // others can see the names only
	check(t, store.Save(ctx, address, sampleToken()))
	_, err = store.Load(ctx, address)
	check(t, err)
}

// A file that is not one of the store's is an error, never ErrNoToken: that would lead to a new
// login over something that a person has to look at.
func TestForeignFiles(t *testing.T) {
	ctx := context.Background()
	store := oauth.File{Dir: t.TempDir()}
	path := filepath.Join(store.Dir, oauth.FileName(address))
	whole, err := oauth.EncodeToken(address, sampleToken())
	check(t, err)
	for name, put := range map[string]func() error{
		"empty":     func() error { return os.WriteFile(path, nil, 0o600) },
		"half":      func() error { return os.WriteFile(path, whole[:len(whole)/2], 0o600) },
		"zeros":     func() error { return os.WriteFile(path, make([]byte, len(whole)), 0o600) },
		"huge":      func() error { return os.WriteFile(path, []byte(strings.Repeat(" ", 1<<20)), 0o600) },
		"a folder":  func() error { return os.Mkdir(path, 0o700) },
		"elsewhere": func() error { return os.Symlink(os.DevNull, path) },
	} {
		if err := put(); err != nil {
			if name == "elsewhere" && runtime.GOOS == "windows" {
				continue // it takes a right
			}
			t.Fatal(err)
		}
		_, err := store.Load(ctx, address)
		wantError(t, name, err, oauth.ErrStore)
		if errors.Is(err, oauth.ErrNoToken) || err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		check(t, os.RemoveAll(path))
	}
	wantError(t, "no folder", oauth.File{}.Save(ctx, address, sampleToken()), backend.ErrInvalidArgument)
	wantError(t, "no account", store.Save(ctx, "", sampleToken()), backend.ErrInvalidArgument)
	if got := names(t, store.Dir); len(got) > 0 {
		t.Errorf("files are left: %q", got)
	}
}

// No account leads out of the folder, or to the file of another one.
func TestFileNames(t *testing.T) {
	seen := make(map[string]string)
	long := strings.Repeat("x", 5000)
	for _, account := range []string{
		"ada@example.com", "Ada@example.com", "ADA@EXAMPLE.COM", "ada@example.com.", "ada@example.com ", "../ada", "..", ".", "/", `\`, `..\ada`,
		"/etc/passwd", `C:\x`, "C:x", "a/b", "a%2fb", "a%2Fb", "nul", "con.json", "a\x00b", "a\nb", "a:b", "a*b", "é@example.com", "e\u0301@example.com",
		"\xff", "~", "#", long, long + "y", "x", "oauth2-x", "x.json", "x.lock", "x.json.lock", "$HOME", "-rf", "",
	} {
		name := oauth.FileName(account)
		folded := strings.ToLower(name)
		if other, ok := seen[folded]; ok {
			t.Errorf("%q and %q are %q", account, other, name)
		}
		seen[folded] = account
		if filepath.Base(name) != name || !filepath.IsLocal(name) || len(name) > 220 || strings.ContainsAny(name, `/\:*?"<>|`+"\x00\n ") || !strings.HasPrefix(name, "oauth2-") || !strings.HasSuffix(name, ".json") {
			t.Errorf("%q is %q", account, name)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("../../ada", "ada@example.com")
	f.Fuzz(func(t *testing.T, a, b string) {
		one, other := oauth.FileName(a), oauth.FileName(b)
		if filepath.Base(one) != one || !filepath.IsLocal(one) || len(one) > 220 {
			t.Errorf("%q is %q", a, one)
		}
		if a != b && strings.EqualFold(one, other) {
			t.Errorf("%q and %q are %q", a, b, one)
		}
	})
}

// What killed processes have left holds tokens, and goes.
func TestLeftFiles(t *testing.T) {
	ctx := context.Background()
	store := oauth.File{Dir: t.TempDir()}
	check(t, store.Save(ctx, address, sampleToken()))
	path := filepath.Join(store.Dir, oauth.FileName(address))
	left, young, other := path+".1.tmp", path+".2.tmp", filepath.Join(store.Dir, oauth.FileName("eve@example.com")+".1.tmp")
	hourAgo := time.Now().Add(-time.Hour)
	for _, path := range []string{left, young, other} {
		check(t, os.WriteFile(path, []byte("token"), 0o600))
		if path != young {
			check(t, os.Chtimes(path, hourAgo, hourAgo))
		}
	}
	there := func(path string) bool { _, err := os.Stat(path); return err == nil }
	unlock, err := store.Lock(ctx, address)
	check(t, err)
	unlock()
	if there(left) || !there(young) || !there(other) || !there(path) {
		t.Errorf("after Lock: %q", names(t, store.Dir))
	}
	check(t, store.Save(ctx, address, nil))
	if there(young) || !there(other) || there(path) {
		t.Errorf("after a logout: %q", names(t, store.Dir))
	}
}

func TestFileContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	store := oauth.File{Dir: t.TempDir()}
	_, err := store.Load(ctx, address)
	wantError(t, "Load", err, context.Canceled)
	wantError(t, "Save", store.Save(ctx, address, sampleToken()), context.Canceled)
}
