package imapcompat

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

// WithID sets what an IMAP server with ID (RFC 2971) is told about the program. The default
// is the name "imapcompat" with the version of the library. Servers log the fields, and
// those of 163.com, 126.com and yeah.net refuse to open a mailbox ("Unsafe Login") without
// them. ID goes out with the first command after the login and costs no round trip. The
// server's answer changes nothing. PHP sends no ID, and POP3 has none.
//
//	imapcompat.WithID(map[string]string{"name": "Ticket importer", "version": "2.1", "vendor": "Example Inc."})
//
// There are at most 30 fields. A name is printable ASCII of 1 to 30 octets, and its case
// does not matter; a value is printable ASCII of up to 1,024 octets. Anything else is an
// error of Open that matches [ErrInvalidArgument]. With an empty map nothing is sent.
func WithID(fields map[string]string) Option {
	return optionFunc(func(o *options) { o.id = fields })
}

// The bounds of RFC 2971 section 3.3.
const (
	maxIDFields = 30
	maxIDName   = 30
	maxIDValue  = 1024
)

func (o *options) checkID(fn string) error {
	invalid := func(format string, args ...any) error {
		return newError(fn, "WithID: "+fmt.Sprintf(format, args...), ErrInvalidArgument)
	}
	if len(o.id) > maxIDFields {
		return invalid("%d fields, of at most %d", len(o.id), maxIDFields)
	}
	var names []string
	for name, value := range o.id {
		folded := strings.ToLower(name)
		switch {
		case name == "" || len(name) > maxIDName || !isPrintableASCII(name):
			return invalid("%.40q is not the name of a field", name)
		case slices.Contains(names, folded):
			return invalid("the field %q is there twice", folded)
		case len(value) > maxIDValue || !isPrintableASCII(value):
			return invalid("the value of %q is too long or not printable ASCII", name)
		}
		names = append(names, folded)
	}
	return nil
}

func isPrintableASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// defaultID is the ID without WithID.
func defaultID() map[string]string {
	return map[string]string{"name": "imapcompat", "version": version()}
}

// version is the version of the module in the program, and "devel" where there is none.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	return versionIn(info)
})

func versionIn(info *debug.BuildInfo) string {
	const path = "github.com/imapcompat/imapcompat"
	for _, module := range append(info.Deps, &info.Main) {
		if module.Path == path && module.Version != "" && module.Version != "(devel)" {
			return module.Version
		}
	}
	return "devel"
}
