package imapcompat

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
)

// WithID sets what an IMAP server that offers ID (RFC 2971) is told of the program, in
// place of the default: name "imapcompat" and the version of the library. Servers log it,
// and those of 163.com, 126.com and yeah.net refuse to open a mailbox ("Unsafe Login")
// before they know. It is sent with the first command after the login, and costs no
// round trip; whatever the server answers changes nothing. PHP sends none.
//
//	imapcompat.WithID(map[string]string{"name": "Ticket importer", "version": "2.1", "vendor": "Example Inc."})
//
// Field names are printable ASCII of 1 to 30 octets, whose case does not matter, values
// printable ASCII of up to 1,024 octets, and there are at most 30 of them; anything else
// is an error of Open that matches [ErrInvalidArgument]. An empty map has nothing sent.
// POP3 has no ID.
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

// defaultID is sent where WithID was not given.
func defaultID() map[string]string {
	return map[string]string{"name": "imapcompat", "version": version()}
}

// version is that of the module in the program, "devel" where it was built from a copy.
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
