package prove

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mailboxName matches the server of a mailbox name as it stands in a script: host, port, flags.
var mailboxName = regexp.MustCompile(`\{([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9-]+|localhost)(?::(\d{1,5}))?((?:/[^{}"'\s]*)?)\}`)

// literalServers returns the servers that PHP files in a folder name in mailbox names.
func literalServers(folder string) ([]string, error) {
	var servers []string
	err := eachName(folder, func(host, port, flags string) {
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
			servers = append(servers, host)
		}
	})
	slices.Sort(servers)
	return slices.Compact(servers), err
}

// literalServices returns the services at ports that mailbox names in PHP files have with flags.
func literalServices(folder string) (map[string]Service, error) {
	found := map[string]Service{}
	err := eachName(folder, func(host, port, flags string) {
		if port != "" {
			found[strings.ToLower(net.JoinHostPort(host, port))] = serviceOf(flags)
		}
	})
	return found, err
}

func serviceOf(flags string) Service {
	service := IMAP
	for flag := range strings.SplitSeq(strings.ToLower(flags), "/") {
		if flag == "pop3" || flag == "service=pop3" {
			service = POP3
		}
	}
	for flag := range strings.SplitSeq(strings.ToLower(flags), "/") {
		if flag == "ssl" {
			service += "s"
		}
	}
	return service
}

// maxScript bounds a PHP file that is searched for names, in octets.
const maxScript = 4 << 20

func eachName(folder string, f func(host, port, flags string)) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !strings.EqualFold(filepath.Ext(path), ".php") {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > maxScript {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range mailboxName.FindAllStringSubmatch(string(text), -1) {
			f(match[1], match[2], match[3])
		}
		return nil
	})
}
