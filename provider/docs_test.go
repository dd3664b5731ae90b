package provider

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var write = flag.Bool("write", false, "write docs/provider-settings.md")

// docs/provider-settings.md has the presets; "go test ./provider -write" writes it.
func TestSettingsPage(t *testing.T) {
	const path = "../docs/provider-settings.md"
	page := settingsPage()
	if *write {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != page {
		t.Errorf("%s is not what \"go test ./provider -write\" writes: %v", path, err)
	}
}

func settingsPage() string {
	var b strings.Builder
	b.WriteString(`# Settings of providers

The presets of package [provider](../provider). The test of the package writes this page from
them. Each preset has its sources, read in stored copies on the day given; [sources.md](sources.md)
has a line on each. Most are not the provider's own: "reported by" says whose they are. Nothing was
measured on the services, which change without notice; the [user's own file](../provider/doc.go)
comes before the presets.

"TLS" is encryption from the first octet on (RFC 8314). The login name is the whole address
unless the table says otherwise.

| provider | IMAP | POP3 | SMTP | log in with |
|---|---|---|---|---|
`)
	for _, p := range presets {
		row := []string{fmt.Sprintf("[%s](#%s)", p.Name, p.ID)}
		for _, protocol := range []string{IMAP, POP3, SMTP} {
			cell := ""
			if s, ok := (&Settings{Servers: p.Servers}).Server(protocol); ok {
				security := map[Security]string{TLS: "TLS", StartTLS: "STARTTLS"}[s.Security]
				cell = fmt.Sprintf("`%s` %s", s.Addr(), security)
				if s.User == localPart {
					cell += ", name before the @"
				}
			}
			row = append(row, cell)
		}
		b.WriteString("| " + strings.Join(append(row, methodsText(p)), " | ") + " |\n")
	}
	for _, p := range presets {
		fmt.Fprintf(&b, "\n## %s\n\n%s. Domains: %s.\n", p.ID, p.Name, strings.Join(p.Domains, ", "))
		if p.MX != nil {
			fmt.Fprintf(&b, "Domains of customers are recognized by the MX records %s.\n", strings.Join(p.MX, ", "))
		}
		b.WriteString("\n")
		for _, f := range slices.Concat(p.Sources, p.Facts) {
			by := ""
			if f.By != "" {
				by = "reported by " + f.By + ", "
			}
			fmt.Fprintf(&b, "- %s (%s[source](%s), %s)\n", f.Text, by, f.Source, f.Date)
		}
	}
	return b.String()
}

// methodsText has the methods of all servers, and the protocols of those that not all have.
func methodsText(p Preset) string {
	var list []string
	for _, m := range methods {
		var protocols []string
		for _, s := range p.Servers {
			if slices.Contains(s.Methods, m) {
				protocols = append(protocols, strings.ToUpper(s.Protocol))
			}
		}
		text := map[Method]string{Password: "password", AppPassword: "app password", BridgePassword: "Bridge's password", OAuth2: "OAuth2"}[m]
		switch len(protocols) {
		case 0:
		case len(p.Servers):
			list = append(list, text)
		default:
			list = append(list, text+" ("+strings.Join(protocols, ", ")+")")
		}
	}
	return strings.Join(list, ", ")
}
