package imapcompat_test

import (
	"cmp"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parsers are the packages that read what a stranger may have written: a server, the
// sender of a mail, or the argument of a call that came from a web form.
var parsers = []string{
	".", "imapbridge", "pop3bridge", "sendmail", "imaptest", "imapcompat", "phpbridge", "readable", "gssapi", "provider", "account",
	"internal/charset", "internal/dial", "internal/mailboxname", "internal/mime", "internal/rfc822", "internal/sasl",
	"inbox/sqlledger", "oauth", "oauth/keyring", "port/php", "port/audit", "port/idiomatic", "port/prove", "port/translate", "internal/flatjson", "internal/retryafter", "internal/search", "internal/sequence", "internal/thread", "imaptest/internal/message", "port/library/functions",
}

// notParsers are the other packages, alone or with those below them, and why they have
// no fuzz test of their own.
var notParsers = map[string]string{
	"backend":               "plain data",
	"bench":                 "measures",
	"conformance":           "tests",
	"imapcompat/explained":  "tests",
	"imapcompat/internal":   "plain data",
	"docs":                  "examples",
	"inbox":                 "plain data",
	"oauth/oauthtest":       "tests",
	"port/library":          "reads its own files",
	"internal/hostile":      "tests",
	"internal/promises":     "tests",
	"internal/mailtest":     "tests",
	"internal/golden":       "tests",
	"internal/growth":       "tests",
	"internal/mutation":     "tests",
	"internal/cuts":         "tests",
	"internal/api":          "reads this repository",
	"internal/short":        "tests",
	"internal/otherclients": "tests",
	"internal/postgres":     "tests",
	"internal/phpvalue":     "writes JSON from values of the library's own types",
	"internal/failpoint":    "tests",
	"internal/filelock":     "plain data",
	"internal/files":        "plain data",
	"internal/shellword":    "looks for characters",
	"internal/readahead":    "plain data",
	"internal/transfer":     "fuzzed through Base64, Binary, QPrint and EightBit",
}

// Every package that parses has a fuzz test, and every package is known to parse or
// not to.
func TestParsersAreFuzzed(t *testing.T) {
	found := map[string]int{} // fuzz tests, by package
	fuzz := regexp.MustCompile(`(?m)^func Fuzz\w+\(f \*testing\.F\)`)
	must(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "testdata" || len(path) > 1 && strings.HasPrefix(entry.Name(), ".")) {
			return cmp.Or(err, filepath.SkipDir)
		}
		if filepath.Ext(path) == ".go" {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found[filepath.ToSlash(filepath.Dir(path))] += len(fuzz.FindAll(text, -1))
		}
		return nil
	}))
	for dir, n := range found {
		top, _, _ := strings.Cut(dir, "/")
		switch not := notParsers[dir] + notParsers[top] + notParsers[path.Dir(dir)]; {
		case slices.Contains(parsers, dir) && n == 0:
			t.Errorf("%s has no fuzz test", dir)
		case !slices.Contains(parsers, dir) && not == "":
			t.Errorf("%s is neither among the parsers nor among the others", dir)
		}
	}
	for _, dir := range parsers {
		if _, ok := found[dir]; !ok {
			t.Errorf("there is no package %s", dir)
		}
	}
}
