package imaptest

import (
	"math"
	"slices"
	"strings"
)

// flagChange is what a STORE does.
type flagChange struct {
	apply  func(old, flags flagSet) flagSet
	flags  flagSet
	silent bool

	unchangedSince uint64 // messages that have changed since stay as they are (RFC 7162)
}

// store answers STORE. The FETCH responses are news of the flags that have changed, unless the
// client wants none. A read-only
// mailbox stays as it is, and the answer is OK, as in Dovecot.
func (s *imapSession) store(c *command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) < 2 || args[0].kind != atomArgument:
		return reply{}, errInvalidArguments
	}
	indexes, err := s.view.resolve(args[0].text, c.byUID)
	if err != nil {
		return reply{}, err
	}
	if sign, ok := strings.CutSuffix(strings.ToUpper(args[1].text), "X-GM-LABELS"); ok && sign != "" && s.srv.provider.labels && !s.view.readOnly {
		return s.storeLabels(indexes, sign, args[2:])
	}
	change, err := s.parseChange(c, args[1:])
	if err != nil {
		return reply{}, err
	}
	s.learn(change.flags)
	switch {
	case s.view.examined && change.unchangedSince < math.MaxUint64:
		return reply{}, no("", "CONDSTORE failed: Mailbox is read-only.")
	case s.view.examined:
		return ok("Store ignored with read-only mailbox."), nil
	}
	c.newsHaveUID = c.byUID && (!change.silent || s.condstore)
	var modified numberSet
	for _, i := range s.change(indexes, change) {
		modified.add(s.view.number(i, c.byUID))
	}
	if len(modified) > 0 {
		return ok("Conditional store failed.").with("MODIFIED " + modified.String()), nil
	}
	return ok("Store completed."), nil
}

// parseChange reads +FLAGS.SILENT and the like, and the flags, in parentheses or not.
func (s *imapSession) parseChange(c *command, args []argument) (change flagChange, err error) {
	change.unchangedSince = math.MaxUint64
	if args[0].kind == listArgument {
		if change.unchangedSince, err = s.modifier(c, "UNCHANGEDSINCE", args[0].list); err != nil {
			return change, err
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return change, errInvalidArguments
	}
	name := strings.ToUpper(args[0].text)
	if rest, ok := strings.CutPrefix(name, "+"); ok {
		name, change.apply = rest, flagSet.add
	} else if rest, ok := strings.CutPrefix(name, "-"); ok {
		name, change.apply = rest, flagSet.remove
	} else {
		change.apply = func(_, flags flagSet) flagSet { return flags }
	}
	switch name {
	case "FLAGS":
	case "FLAGS.SILENT":
		change.silent = true
	default:
		return change, errInvalidArguments
	}
	flags := args[1:]
	if len(flags) > 0 && flags[0].kind == listArgument {
		flags = flags[0].list
	}
	change.flags, err = parseFlags(flags)
	return change, err
}

// change changes flags, and returns the messages that it leaves because they have changed.
func (s *imapSession) change(indexes []int, change flagChange) (modified []int) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, i := range indexes {
		m := &s.view.messages[i]
		if m.message.modSeq > change.unchangedSince {
			modified = append(modified, i)
			continue
		}
		flags := s.restrict(m.flags, change.apply(m.flags, change.flags))
		if change.silent {
			s.setKnown(m, flags)
		} else {
			st.setFlags(s.view.mailbox, m.message, flags)
		}
	}
	return modified
}

// restrict returns new flags as far as the session may change the old ones. As in Dovecot the rest
// of a STORE is done.
func (s *imapSession) restrict(old, flags flagSet) flagSet {
	changed := slices.Concat(old.remove(flags), flags.remove(old))
	allowed := s.permanent(changed)
	refused := changed.remove(allowed)
	return flags.remove(refused).add(old.remove(old.remove(refused)))
}
