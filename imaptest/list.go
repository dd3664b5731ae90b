package imaptest

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

func (s *imapSession) Create(name string, _ *imap.CreateOptions) error {
	return s.srv.store.create(name)
}

func (s *imapSession) Delete(name string) error { return s.srv.store.delete(name) }

func (s *imapSession) Rename(from, to string, _ *imap.RenameOptions) error {
	return s.srv.store.rename(from, to)
}

// Subscribe accepts any name: by RFC 3501 section 6.3.6 a subscription may outlive its mailbox.
func (s *imapSession) Subscribe(name string) error {
	s.srv.store.subscribe(name, true)
	return nil
}

func (s *imapSession) Unsubscribe(name string) error {
	s.srv.store.subscribe(name, false)
	return nil
}

func (st *store) subscribe(name string, on bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if on {
		st.subscribed[canonicalName(name)] = true
	} else {
		delete(st.subscribed, canonicalName(name))
	}
}

func (s *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 {
		// LIST "" "" asks for the delimiter (RFC 3501 section 6.3.8).
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: '/'})
	}
	match, err := listMatcher(ref, patterns)
	if err != nil {
		return err
	}
	for _, data := range s.srv.store.list(match, options) {
		if err := w.WriteList(&data); err != nil {
			return err
		}
	}
	return nil
}

// listMatcher translates the patterns of LIST to regular expressions, which take linear time.
// "*" matches anything, and "%" anything within a level.
func listMatcher(ref string, patterns []string) (func(name string) bool, error) {
	alternatives := make([]string, len(patterns))
	for i, p := range patterns {
		p = regexp.QuoteMeta(ref + p)
		alternatives[i] = strings.NewReplacer(`\*`, ".*", "%", "[^/]*").Replace(p)
	}
	pattern := "(?s)^(?:" + strings.Join(alternatives, "|") + ")$"
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, errMailboxName // too large, or not UTF-8
	}
	inbox := regexp.MustCompile("(?i)" + pattern)
	return func(name string) bool {
		return re.MatchString(name) || name == "INBOX" && inbox.MatchString(name)
	}, nil
}

// list returns INBOX first, and the others by name. A name that only has mailboxes below it is
// listed as \Noselect.
func (st *store) list(match func(string) bool, options *imap.ListOptions) []imap.ListData {
	st.mu.Lock()
	defer st.mu.Unlock()
	var list []imap.ListData
	for _, name := range st.names(options.SelectSubscribed) {
		if !match(name) {
			continue
		}
		data := imap.ListData{Mailbox: name, Delim: '/', Attrs: st.attributes(name)}
		if st.subscribed[name] && (options.ReturnSubscribed || options.SelectSubscribed) {
			data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
		}
		if mb := st.mailboxes[name]; mb != nil && options.ReturnStatus != nil {
			data.Status = mb.status(name)
		}
		list = append(list, data)
	}
	return list
}

func (st *store) names(subscribed bool) []string {
	set := maps.Clone(st.subscribed)
	if !subscribed {
		clear(set)
		for name := range st.mailboxes {
			for ok := true; ok; name, ok = parentName(name) {
				set[name] = true
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

func (st *store) attributes(name string) []imap.MailboxAttr {
	var attrs []imap.MailboxAttr
	if st.mailboxes[name] == nil {
		attrs = append(attrs, imap.MailboxAttrNoSelect)
	}
	if st.hasChildren(name) {
		return append(attrs, imap.MailboxAttrHasChildren)
	}
	return append(attrs, imap.MailboxAttrHasNoChildren)
}

func (s *imapSession) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: '/'}}}, nil
}
