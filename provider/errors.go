package provider

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

// The kinds of failure, beside [backend.ErrInvalidArgument] for an address or a file that does
// not parse. Test for them with errors.Is.
var (
	// ErrUnknown says that every place was asked and none knows the domain.
	ErrUnknown = errors.New("no settings are known")
	// ErrLookup says that nothing was found, and that DNS or a web server did not answer. It
	// matches imapcompat.ErrTemporary.
	ErrLookup = backend.NewKind("settings cannot be looked up", backend.ErrTemporary)
	// ErrUnconfirmed says that the user has to confirm the hosts first; see
	// Settings.Unconfirmed.
	ErrUnconfirmed = errors.New("the hosts are not confirmed")
)

func failure(kind error, format string, args ...any) error {
	return &backend.Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}
