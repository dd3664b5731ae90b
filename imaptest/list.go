package imaptest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// listing is what a LIST or LSUB asks for.
type listing struct {
	command  string
	user     string
	extended bool // the client uses RFC 5258
	patterns []string

	// What is selected:
	subscribed bool
	recursive  bool // RECURSIVEMATCH
	special    bool // SPECIAL-USE

	// What is returned:
	children      bool
	subscriptions bool
	uses          bool // SPECIAL-USE
	status        []string
}

// list answers LIST, in the form of RFC 3501 or in that of RFC 5258.
func (s *imapSession) list(*command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	l := listing{command: "LIST", user: s.srv.User, children: true, uses: s.offers("SPECIAL-USE") || s.srv.provider.listsUses}
	if err := s.listArguments(&l, args); err != nil {
		return reply{}, err
	}
	if !l.extended && len(l.patterns) == 1 && l.patterns[0] == "" {
		// LIST "" "" asks for the delimiter (RFC 3501 section 6.3.8).
		s.untagged(`LIST (\Noselect) %s ""`, s.srv.provider.quotedDelimiter())
		return ok("List completed."), nil
	}
	return ok("List completed."), s.writeListing(l)
}

// lsub answers LSUB. Names are listed whether the mailbox exists or not.
func (s *imapSession) lsub(*command) (reply, error) {
	args, err := s.in.arguments()
	if err != nil {
		return reply{}, err
	}
	l := listing{command: "LSUB", user: s.srv.User, subscribed: true}
	rest, err := l.readPatterns(args)
	switch {
	case err != nil:
		return reply{}, err
	case len(rest) > 0:
		return reply{}, syntaxError("Extra arguments.")
	}
	l.recursive = strings.HasSuffix(args[1].text, "%")
	return ok("Lsub completed."), s.writeListing(l)
}

// listArguments reads [selection] reference pattern [RETURN options].
func (s *imapSession) listArguments(l *listing, args []argument) error {
	if len(args) > 0 && args[0].kind == listArgument {
		l.begin()
		if err := s.selection(l, args[0].list); err != nil {
			return err
		}
		args = args[1:]
	}
	rest, err := l.readPatterns(args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		if len(rest) != 2 || !strings.EqualFold(rest[0].text, "RETURN") || rest[1].kind != listArgument {
			return syntaxError("Extra arguments.")
		}
		l.begin()
		if err := s.returnOptions(l, rest[1].list); err != nil {
			return err
		}
	}
	if l.extended && !s.offers("LIST-EXTENDED") {
		return errInvalidArguments
	}
	if !s.offers("CHILDREN") {
		l.children = false
	}
	return nil
}

// readPatterns reads a reference and a pattern, or several in parentheses.
func (l *listing) readPatterns(args []argument) (rest []argument, err error) {
	switch {
	case len(args) == 0 || args[0].kind == listArgument:
		return nil, syntaxError("Invalid reference.")
	case len(args) == 1:
		return nil, syntaxError("Invalid pattern.")
	}
	patterns := args[1:2]
	if args[1].kind == listArgument {
		l.begin()
		patterns = args[1].list
	}
	for _, p := range patterns {
		if p.kind == listArgument {
			return nil, syntaxError("Invalid pattern list.")
		}
		l.patterns = append(l.patterns, args[0].text+p.text)
	}
	return args[2:], nil
}

// begin notes that the client uses RFC 5258, where what is returned must be asked for.
func (l *listing) begin() {
	if !l.extended {
		l.extended, l.children, l.uses = true, false, false
	}
}

func (s *imapSession) selection(l *listing, args []argument) error {
	for _, arg := range args {
		name := strings.ToUpper(arg.text)
		if name == "SPECIAL-USE" && s.offers(name) {
			l.special, l.uses = true, true
			continue
		}
		switch name {
		case "SUBSCRIBED":
			l.subscribed, l.subscriptions = true, true
		case "RECURSIVEMATCH":
			l.recursive = true
		case "REMOTE": // there are none
		default:
			return syntaxError("Unknown select options")
		}
	}
	if l.recursive && !l.subscribed {
		return syntaxError("RECURSIVEMATCH must not be the only selection.")
	}
	return nil
}

func (s *imapSession) returnOptions(l *listing, args []argument) (err error) {
	for i := 0; i < len(args); i++ {
		name := strings.ToUpper(args[i].text)
		if name == "SPECIAL-USE" && s.offers(name) {
			l.uses = true
			continue
		}
		switch name {
		case "SUBSCRIBED":
			l.subscriptions = true
		case "CHILDREN":
			l.children = true
		case "STATUS":
			if i++; i == len(args) || args[i].kind != listArgument || !s.offers("LIST-STATUS") {
				return syntaxError("Unknown return options")
			}
			if l.status, err = s.statusItems(args[i].list); err != nil {
				return err
			}
		default:
			return syntaxError("Unknown return options")
		}
	}
	return nil
}

// listed is a mailbox in the answer to LIST.
type listed struct {
	name       string
	attributes []string
	childInfo  bool // a mailbox below is subscribed
	selectable bool
}

func (s *imapSession) writeListing(l listing) error {
	for i, p := range l.patterns {
		l.patterns[i] = s.srv.provider.stored(p)
	}
	match, err := listMatcher(l.patterns)
	if err != nil {
		return err
	}
	for _, m := range s.srv.store.list(l, match) {
		info := ""
		if m.childInfo && l.extended {
			info = ` (CHILDINFO ("SUBSCRIBED"))`
		}
		name := astring(encodeName(s.srv.provider.shown(m.name)))
		s.untagged(`%s %s %s %s%s`, l.command, flagList(m.attributes), s.srv.provider.quotedDelimiter(), name, info)
		if len(l.status) > 0 && m.selectable {
			values, err := s.statusOf(m.name, l.status)
			if err != nil {
				continue // another session has just deleted it
			}
			s.untagged("STATUS %s %s", name, values)
		}
	}
	return nil
}

// listMatcher translates the patterns of LIST to regular expressions, which take linear time.
// "*" matches anything, and "%" anything within a level.
func listMatcher(patterns []string) (func(name string) bool, error) {
	alternatives := make([]string, len(patterns))
	for i, p := range patterns {
		name, ok := decodePattern(p)
		if !ok {
			return nil, no("", "Mailbox name is not valid mUTF-7.")
		}
		p = regexp.QuoteMeta(name)
		alternatives[i] = strings.NewReplacer(`\*`, ".*", "%", "[^/]*").Replace(p)
	}
	pattern := "(?s)^(?:" + strings.Join(alternatives, "|") + ")$"
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, no("CANNOT", "Invalid pattern.") // too large
	}
	inbox := regexp.MustCompile("(?i)" + pattern)
	return func(name string) bool {
		return re.MatchString(name) || name == "INBOX" && inbox.MatchString(name)
	}, nil
}

// decodePattern decodes modified UTF-7 between the wildcards.
func decodePattern(pattern string) (string, bool) {
	var b strings.Builder
	for pattern != "" {
		i := strings.IndexAny(pattern, "*%")
		if i < 0 {
			i = len(pattern)
		}
		name, ok := decodeName(pattern[:i])
		if !ok {
			return "", false
		}
		b.WriteString(name)
		if i < len(pattern) {
			b.WriteByte(pattern[i])
			i++
		}
		pattern = pattern[i:]
	}
	return b.String(), true
}

// list returns INBOX first, and the others by name. A name that only has mailboxes below it is
// listed too.
func (st *store) list(l listing, match func(string) bool) []listed {
	st.mu.Lock()
	defer st.mu.Unlock()
	var list []listed
	for _, name := range st.names(l) {
		below := l.recursive && !st.subscribed[name]
		mb := st.mailboxes[name]
		if !match(name) || mb != nil && !mb.isVisible(l.user) || below && st.matchedBelow(name, match) || l.special && (mb == nil || len(mb.specialUse) == 0) {
			continue
		}
		m := listed{name: name, selectable: mb != nil, childInfo: l.recursive && st.subscribedBelow(name)}
		m.attributes = st.attributes(name, l)
		list = append(list, m)
	}
	return list
}

// matchedBelow reports whether all subscribed mailboxes below a name are listed themselves.
func (st *store) matchedBelow(name string, match func(string) bool) bool {
	for other := range st.subscribed {
		if strings.HasPrefix(other, name+delimiter) && !match(other) {
			return false
		}
	}
	return true
}

func (st *store) subscribedBelow(name string) bool {
	for other := range st.subscribed {
		if strings.HasPrefix(other, name+delimiter) {
			return true
		}
	}
	return false
}

// names returns the names to choose from. Names above them count if they may be listed.
func (st *store) names(l listing) []string {
	from, parents := slices.Collect(maps.Keys(st.mailboxes)), true
	if l.subscribed {
		from, parents = slices.Collect(maps.Keys(st.subscribed)), l.recursive
	}
	set := make(map[string]bool)
	for _, name := range from {
		for ok := true; ok; name, ok = parentName(name) {
			set[name] = true
			if !parents {
				break
			}
		}
	}
	names := slices.Sorted(maps.Keys(set))
	if i := slices.Index(names, "INBOX"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "INBOX")
	}
	return names
}

func parentName(name string) (string, bool) {
	i := strings.LastIndex(name, delimiter)
	if i < 0 {
		return "", false
	}
	return name[:i], true
}

// attributes returns the attributes of a name in Dovecot's order.
func (st *store) attributes(name string, l listing) []string {
	var attributes []string
	if l.subscriptions && st.subscribed[name] {
		attributes = append(attributes, `\Subscribed`)
	}
	missing := st.mailboxes[name] == nil
	switch {
	case l.command == "LSUB":
		if !st.subscribed[name] {
			attributes = append(attributes, `\Noselect`)
		}
	case l.subscribed && !st.exists(name):
		attributes = append(attributes, `\NonExistent`)
	case missing && !l.subscribed:
		attributes = append(attributes, `\Noselect`)
	}
	if l.children {
		if st.hasChildren(name) {
			attributes = append(attributes, `\HasChildren`)
		} else {
			attributes = append(attributes, `\HasNoChildren`)
		}
	}
	if l.uses && !missing {
		attributes = append(attributes, st.mailboxes[name].specialUse...)
	}
	return attributes
}
