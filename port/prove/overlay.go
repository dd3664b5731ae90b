package prove

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The environment variables that the patched packages read.
const (
	gateVariable      = "IMAPCOMPAT_PROVE_GATE"
	sendmailVariable  = "IMAPCOMPAT_PROVE_SENDMAIL"
	authorityVariable = "IMAPCOMPAT_PROVE_AUTHORITY"
)

//go:embed overlay/net.go.txt
var netOverlay []byte

//go:embed overlay/exec.go.txt
var execOverlay []byte

//go:embed overlay/x509.go.txt
var x509Overlay []byte

// patch is a change to a package of the standard library: functions get other names, and an added
// file has functions with their names.
type patch struct {
	file    string // in GOROOT/src
	renamed map[string]string
	added   string
	source  []byte
}

var patches = []patch{
	{file: "net/dial.go", renamed: map[string]string{
		"func (d *Dialer) DialContext(": "func (d *Dialer) proveDialContext(",
	}, added: "net/imapcompat_prove.go", source: netOverlay},
	{file: "net/lookup.go", renamed: map[string]string{
		"func (r *Resolver) LookupHost(":  "func (r *Resolver) proveLookupHost(",
		"func (r *Resolver) LookupCNAME(": "func (r *Resolver) proveLookupCNAME(",
	}},
	{file: "os/exec/exec.go", renamed: map[string]string{
		"func Command(": "func proveCommand(",
	}, added: "os/exec/imapcompat_prove.go", source: execOverlay},
	{file: "crypto/x509/verify.go", renamed: map[string]string{
		"func (c *Certificate) Verify(": "func (c *Certificate) proveVerify(",
	}, added: "crypto/x509/imapcompat_prove.go", source: x509Overlay},
}

// writeOverlay writes the patched files and the file for go build -overlay into a folder, and
// returns the name of the latter.
func writeOverlay(ctx context.Context, folder string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	root := filepath.Join(strings.TrimSpace(string(out)), "src")
	replace := map[string]string{}
	write := func(name string, source []byte) error {
		copied := filepath.Join(folder, strings.ReplaceAll(name, "/", "-"))
		replace[filepath.Join(root, filepath.FromSlash(name))] = copied
		return os.WriteFile(copied, source, 0o600)
	}
	for _, p := range patches {
		source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p.file)))
		if err != nil {
			return "", err
		}
		for from, to := range p.renamed {
			if bytes.Count(source, []byte("\n"+from)) != 1 {
				return "", fmt.Errorf("%s of this Go has no %s", p.file, strings.TrimSuffix(from, "("))
			}
			source = bytes.Replace(source, []byte("\n"+from), []byte("\n"+to), 1)
		}
		if err := write(p.file, source); err != nil {
			return "", err
		}
		if p.added != "" {
			if err := write(p.added, p.source); err != nil {
				return "", err
			}
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(folder, "overlay.json")
	return name, os.WriteFile(name, text, 0o600)
}
