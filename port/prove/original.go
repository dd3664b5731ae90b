package prove

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/phpbridge"
)

// ErrNoPHP says that there is no PHP that can run the original.
var ErrNoPHP = errors.New("there is no PHP here; with a recording none is needed")

// Engine is phpbridge.Serve for a script under prove: connections lead to the gate, a program that
// listens at the address, and certificates that the authority in the PEM file has signed are
// trusted.
func Engine(ctx context.Context, in io.Reader, out io.Writer, getenv func(string) string, gate, authority string) error {
	text, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return fmt.Errorf("%s: no certificate", authority)
	}
	return phpbridge.Serve(ctx, in, out, getenv,
		imapcompat.WithDialer(gateDialer{gate}), imapcompat.WithTLSConfig(&tls.Config{RootCAs: roots}))
}

// php is a PHP and how it runs a script.
type php struct {
	program   string
	Version   string `json:"version"`
	Timezone  string `json:"timezone"`
	Ini       string `json:"ini"`
	Scanned   string `json:"scanned"`
	Extension bool   `json:"extension"`

	args []string // before the script
	env  []string
}

const probe = `echo json_encode(['version' => PHP_VERSION, 'timezone' => date_default_timezone_get(), 'ini' => (string) php_ini_loaded_file(),
'scanned' => (string) php_ini_scanned_files(), 'extension' => extension_loaded('imap')]);`

func findPHP(ctx context.Context, name string) (*php, error) {
	program, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPHP, err)
	}
	p := &php{program: program}
	return p, p.probe(ctx)
}

func (p *php) probe(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, p.program, append(p.args, "-d", "display_errors=stderr", "-r", probe)...)
	cmd.Env = append(os.Environ(), p.env...)
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, p)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.program, err)
	}
	return nil
}

// loadsExtension matches the line of a php.ini that loads the extension.
var loadsExtension = regexp.MustCompile(`(?mi)^[ \t]*extension[ \t]*=[ \t]*"?[^"\r\n;]*\bimap(?:\.so|\.dll)?"?[ \t]*(?:;.*)?$`)

// withoutExtension has PHP run with a copy of its settings in which the extension is not loaded.
func (p *php) withoutExtension(ctx context.Context, folder string) error {
	if !p.Extension {
		return nil
	}
	scan := filepath.Join(folder, "conf.d")
	if err := os.MkdirAll(scan, 0o700); err != nil {
		return err
	}
	copied := func(from, to string) error {
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return os.WriteFile(to, loadsExtension.ReplaceAll(text, nil), 0o600)
	}
	ini := filepath.Join(folder, "php.ini")
	if err := os.WriteFile(ini, nil, 0o600); err != nil {
		return err
	}
	if p.Ini != "" {
		if err := copied(p.Ini, ini); err != nil {
			return err
		}
	}
	for i, name := range strings.FieldsFunc(p.Scanned, func(r rune) bool { return r == ',' || r == '\n' }) {
		if name = strings.TrimSpace(name); name != "" {
			if err := copied(name, filepath.Join(scan, fmt.Sprintf("%03d.ini", i))); err != nil {
				return err
			}
		}
	}
	p.args, p.env = []string{"-c", ini}, []string{"PHP_INI_SCAN_DIR=" + scan}
	if err := p.probe(ctx); err != nil {
		return err
	}
	if p.Extension {
		return errors.New("the extension is built into this PHP: prove can only run it (--extension)")
	}
	return nil
}

//go:embed overlay/prove.php
var notePHP []byte

// requestAnchor is where the bridge sends a request.
const requestAnchor = "private static function request(#[\\SensitiveParameter] array $request): void\n    {\n"

// writeBridge writes the bridge into a folder, so that it notes calls.
func writeBridge(folder string) error {
	if err := os.CopyFS(folder, phpbridge.Files); err != nil {
		return err
	}
	engine := filepath.Join(folder, "php", "engine.php")
	text, err := os.ReadFile(engine)
	if err != nil {
		return err
	}
	if bytes.Count(text, []byte(requestAnchor)) != 1 {
		return errors.New("the bridge is not that of this version")
	}
	note := "        require_once __DIR__ . '/prove.php';\n        Prove::note((string) ($request[0] ?? ''));\n"
	text = bytes.Replace(text, []byte(requestAnchor), []byte(requestAnchor+note), 1)
	if err := os.WriteFile(engine, text, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "php", "prove.php"), notePHP, 0o600)
}

// writeEngine writes the program that the bridge starts.
func writeEngine(name string, engine []string, gate, authority string) error {
	words := append(append([]string(nil), engine...), "--gate", gate, "--authority", authority)
	for i, word := range words {
		words[i] = shellQuote(word)
	}
	return os.WriteFile(name, []byte("#!/bin/sh\nexec "+strings.Join(words, " ")+"\n"), 0o700)
}

func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// writePrepend writes the file that PHP runs before the script.
func writePrepend(name string, files ...string) error {
	text := "<?php\n"
	for _, file := range files {
		text += "require '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(file) + "';\n"
	}
	return os.WriteFile(name, []byte(text), 0o600)
}

// sink is the program in place of sendmail. It makes a folder for each mail, with the arguments
// and the message.
const sink = `#!/bin/sh
n=1
while ! mkdir "%[1]s/$n" 2>/dev/null; do
	[ -d "%[1]s/$n" ] || exit 73
	n=$((n+1))
done
for word; do printf '%%s\n' "$word"; done >"%[1]s/$n/arguments"
cat >"%[1]s/$n/message"
`

// collectSent reads what the sink got.
func collectSent(folder string) ([]Sent, error) {
	var list []Sent
	for n := 1; ; n++ {
		here := filepath.Join(folder, fmt.Sprint(n))
		message, err := os.ReadFile(filepath.Join(here, "message"))
		if errors.Is(err, fs.ErrNotExist) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		arguments, err := os.ReadFile(filepath.Join(here, "arguments"))
		if err != nil {
			return nil, err
		}
		words := strings.Split(strings.TrimSuffix(string(arguments), "\n"), "\n")
		list = append(list, Sent{Via: "sendmail", Arguments: words, Message: Text(message)})
	}
}
