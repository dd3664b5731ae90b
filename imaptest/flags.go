package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// The system flags of RFC 3501 section 2.3.2.
const (
	flagAnswered = `\Answered`
	flagFlagged  = `\Flagged`
	flagDeleted  = `\Deleted`
	flagSeen     = `\Seen`
	flagDraft    = `\Draft`
	flagRecent   = `\Recent` // which clients cannot set
)

// systemFlags are the flags that a client may set, in Dovecot's order.
var systemFlags = flagSet{flagAnswered, flagFlagged, flagDeleted, flagSeen, flagDraft}

// keywords is the name in Config.Without for flags that clients invent.
const keywords = "KEYWORDS"

// flagSet is a set of flags: system flags first, then keywords in the order in which they were
// set. Case does not matter in names. A flagSet is never changed in place.
type flagSet []string

func newFlagSet(names []string) flagSet { return flagSet(nil).add(names) }

func (s flagSet) index(flag string) int {
	return slices.IndexFunc(s, func(f string) bool { return strings.EqualFold(f, flag) })
}

func (s flagSet) has(flag string) bool { return s.index(flag) >= 0 }

// add leaves out \Recent, which only the server sets.
func (s flagSet) add(flags flagSet) flagSet {
	var system, keywords flagSet
	for _, f := range systemFlags {
		if s.has(f) || flags.has(f) {
			system = append(system, f)
		}
	}
	for _, f := range slices.Concat(s, flags) {
		if !strings.HasPrefix(f, `\`) && !keywords.has(f) {
			keywords = append(keywords, f)
		}
	}
	return append(system, keywords...)
}

func (s flagSet) remove(flags flagSet) flagSet {
	var kept flagSet
	for _, f := range s {
		if !flags.has(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// keywords returns the set without system flags.
func (s flagSet) keywords() flagSet { return s.remove(systemFlags) }

// checkFlags requires known system flags and keywords that are atoms.
func checkFlags(flags []string) error {
	for _, f := range flags {
		ok := f != "" && !strings.ContainsFunc(f, func(r rune) bool {
			return r <= ' ' || r >= 0x7f || strings.ContainsRune(`(){%*"\]`, r)
		})
		if strings.HasPrefix(f, `\`) {
			ok = systemFlags.has(f)
		}
		if !ok {
			return fmt.Errorf("imaptest: not a flag: %q", f)
		}
	}
	return nil
}

// parseFlags reads the flags of STORE and APPEND.
func parseFlags(args []argument) (flagSet, error) {
	var flags flagSet
	invalid := false
	for _, arg := range args {
		if arg.kind != atomArgument {
			return nil, syntaxError("Flags list contains non-atoms.")
		}
		if strings.HasPrefix(arg.text, `\`) && !systemFlags.has(arg.text) {
			return nil, syntaxError("Invalid system flag " + strings.ToUpper(arg.text))
		}
		if !strings.HasPrefix(arg.text, `\`) && strings.ContainsAny(arg.text, `%*"\]`) {
			invalid = true
		}
		flags = append(flags, arg.text)
	}
	if invalid {
		return nil, no("CANNOT", "Invalid characters in keyword.")
	}
	return newFlagSet(flags), nil
}
