package provider

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/files"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/net/idna"
)

// fileName is the path of the user's file below the folder for configuration.
const fileName = "imapcompat/providers.toml"

// maxFile bounds the user's file, in octets.
const maxFile = 1 << 20

// userFile is the format of the user's file.
type userFile struct {
	Provider []fileProvider `toml:"provider"`
}

type fileProvider struct {
	Name    string       `toml:"name"`
	Domains []string     `toml:"domains"`
	Preset  string       `toml:"preset"`
	Issuer  string       `toml:"issuer"`
	Server  []fileServer `toml:"server"`
}

type fileServer struct {
	Protocol       string   `toml:"protocol"`
	Host           string   `toml:"host"`
	Port           int      `toml:"port"`
	Security       string   `toml:"security"`
	User           string   `toml:"user"`
	Methods        []Method `toml:"methods"`
	OwnCertificate bool     `toml:"own_certificate"`
}

// fromFile looks into the user's file. Both results are nil if the file does not have the
// domain.
func (f *Finder) fromFile(a address) (*Settings, error) {
	path := f.File
	if path == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return nil, nil // a process without a home has no such file
		}
		path = filepath.Join(dir, filepath.FromSlash(fileName))
	}
	text, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) && f.File == "" {
		return nil, nil
	}
	if err != nil {
		return nil, &backend.Error{Kind: backend.ErrInvalidArgument, Text: err.Error(), Err: err}
	}
	list, err := parseFile(text)
	if err != nil {
		return nil, failure(backend.ErrInvalidArgument, "%s: %v", path, err)
	}
	for _, p := range list {
		if !slices.Contains(p.Domains, a.domain) {
			continue
		}
		s := p.settings(a)
		s.Origin, s.From = FromFile, path
		for _, server := range s.Servers {
			if !isUser(server.User) {
				return nil, failure(backend.ErrInvalidArgument, "%s: no mailbox name can have the login name %s", path, shown(server.User))
			}
		}
		return s, nil
	}
	return nil, nil
}

// readFile reads the user's file. One that everybody can write to, or that somebody else has put
// there, may name a server that is to get the user's password.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := files.CheckOwner(file); err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && files.HasModes && info.Mode().IsRegular() && info.Mode().Perm()&0o002 != 0 {
		return nil, fmt.Errorf("everybody can write to %s (mode %#o): check it, and make it yours with \"chmod 600\"", path, info.Mode().Perm())
	}
	return files.ReadAll(file, maxFile)
}

// parseFile parses the user's file. A key that does not exist is an error, as a misspelt one
// would have no effect.
func parseFile(text []byte) ([]Preset, error) {
	var file userFile
	// Editors on Windows begin a file with a byte order mark.
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		var strict *toml.StrictMissingError
		if errors.As(err, &strict) {
			return nil, fmt.Errorf("there is no key %s", strings.Join(strict.Errors[0].Key(), "."))
		}
		return nil, err
	}
	list := make([]Preset, len(file.Provider))
	for i, from := range file.Provider {
		p, err := from.preset()
		if err != nil {
			return nil, fmt.Errorf("provider %d: %w", i+1, err)
		}
		list[i] = p
	}
	return list, nil
}

func (from fileProvider) preset() (p Preset, err error) {
	if from.Preset != "" {
		known, ok := findPreset(func(p Preset) bool { return p.ID == from.Preset })
		if !ok {
			return p, fmt.Errorf("there is no preset %q", from.Preset)
		}
		if from.Server != nil {
			return p, errors.New("it has a preset and servers")
		}
		p = known
	}
	if from.Name != "" {
		p.Name = shown(from.Name)
	}
	if from.Issuer != "" {
		p.Issuer = from.Issuer
	}
	if p.Domains, err = fileDomains(from.Domains); err != nil {
		return p, err
	}
	for _, server := range from.Server {
		s, err := server.server()
		if err != nil {
			return p, err
		}
		p.Servers = append(p.Servers, s)
	}
	if !slices.ContainsFunc(p.Servers, func(s Server) bool { return s.Protocol != SMTP }) {
		return p, errors.New("it has no server for reading mail")
	}
	return p, nil
}

func fileDomains(names []string) ([]string, error) {
	var list []string
	for _, name := range names {
		domain, err := idna.Lookup.ToASCII(name)
		if err != nil || !isDomain(domain) {
			return nil, fmt.Errorf("%q is not a domain name", shown(name))
		}
		list = append(list, domain)
	}
	if list == nil {
		return nil, errors.New("it has no domains")
	}
	return list, nil
}

func (from fileServer) server() (Server, error) {
	s := Server{Protocol: from.Protocol, Host: strings.ToLower(from.Host), Port: from.Port, User: from.User, Methods: from.Methods, OwnCertificate: from.OwnCertificate}
	if s.User == "" {
		s.User = wholeAddress
	}
	local := isLoopback(s.Host)
	switch from.Security {
	case "tls":
	case "starttls":
		s.Security = StartTLS
	case "cleartext":
		s.Security = Cleartext
	default:
		return s, fmt.Errorf(`the security %q is not "tls", "starttls" or "cleartext"`, shown(from.Security))
	}
	switch {
	case s.Protocol != IMAP && s.Protocol != POP3 && s.Protocol != SMTP:
		return s, fmt.Errorf(`the protocol %q is not "imap", "pop3" or "smtp"`, shown(s.Protocol))
	case !isHost(s.Host):
		return s, fmt.Errorf("the host %q is neither a name nor an address", shown(s.Host))
	case s.Port < 1 || s.Port > 65535:
		return s, fmt.Errorf("the port %d is not 1 to 65535", s.Port)
	case !local && s.Security == Cleartext:
		return s, fmt.Errorf("%s is not on this machine, and needs encryption", s.Host)
	case !local && s.OwnCertificate:
		return s, fmt.Errorf("%s is not on this machine, and needs a certificate that can be checked", s.Host)
	}
	for _, m := range s.Methods {
		if !slices.Contains(methods, m) {
			return s, fmt.Errorf("there is no method %q", shown(string(m)))
		}
	}
	return s, nil
}

// isHost reports whether a host of the user's file is one: a domain name, also of one label, or
// an address without brackets.
func isHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" || isDomain(host) || isDomain(host+".local")
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost"
}
