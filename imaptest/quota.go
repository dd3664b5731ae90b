package imaptest

import (
	"fmt"
	"strconv"
	"strings"
)

// Quota limits what all mailboxes hold together. A limit of 0 is none.
type Quota struct {
	Storage  int // in units of 1,024 octets
	Messages int
}

// quotaRoot is the name of the only quota root, the default of Dovecot's documentation.
const quotaRoot = "User quota"

// quotaResource is a resource of RFC 9208 section 5.
type quotaResource struct {
	name  string
	limit func(*Quota) *int
	usage func(*store) int
}

var quotaResources = []quotaResource{
	{"STORAGE", func(q *Quota) *int { return &q.Storage }, func(st *store) int { return (st.octets() + 1023) / 1024 }},
	{"MESSAGE", func(q *Quota) *int { return &q.Messages }, (*store).count},
}

// octets returns the size of all messages. The caller holds the mutex, as in count.
func (s *store) octets() (octets int) {
	for _, mb := range s.mailboxes {
		octets += int(mb.size())
	}
	return octets
}

func (s *store) count() (messages int) {
	for _, mb := range s.mailboxes {
		messages += len(mb.messages)
	}
	return messages
}

// checkQuota reports whether further messages fit. The caller holds the mutex.
func (s *store) checkQuota(messages, octets int) error {
	q := s.quota
	if q.Storage > 0 && s.octets()+octets > q.Storage*1024 || q.Messages > 0 && s.count()+messages > q.Messages {
		return no("OVERQUOTA", "Quota exceeded (mailbox for user is full).")
	}
	return nil
}

// SetQuota changes the limits of [Config.Quota].
func (s *Server) SetQuota(q Quota) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.quota = q
}

// quotaLine returns a QUOTA response, with the resources that are limited.
func (s *store) quotaLine() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, r := range quotaResources {
		if limit := *r.limit(&s.quota); limit > 0 {
			list = append(list, fmt.Sprintf("%s %d %d", r.name, r.usage(s), limit))
		}
	}
	return fmt.Sprintf("QUOTA %s (%s)", astring(quotaRoot), strings.Join(list, " "))
}

func (s *imapSession) getQuota(*command) (reply, error) {
	args, err := s.strings(1)
	switch {
	case err != nil:
		return reply{}, err
	case args[0] != quotaRoot:
		return reply{}, errNoQuotaRoot
	}
	s.untagged("%s", s.srv.store.quotaLine())
	return ok("Getquota completed."), nil
}

var errNoQuotaRoot = no("", "Quota root doesn't exist.")

// getQuotaRoot answers GETQUOTAROOT. All mailboxes have the same root, also those that do not
// exist, as in Dovecot.
func (s *imapSession) getQuotaRoot(*command) (reply, error) {
	name, err := s.mailboxArgument()
	if err != nil {
		return reply{}, err
	}
	s.untagged("QUOTAROOT %s %s", astring(encodeName(name)), astring(quotaRoot))
	s.untagged("%s", s.srv.store.quotaLine())
	return ok("Getquotaroot completed."), nil
}

// setQuota answers SETQUOTA. The user may change the limits, as an administrator may on other
// servers.
func (s *imapSession) setQuota(*command) (reply, error) {
	args, err := s.in.arguments()
	switch {
	case err != nil:
		return reply{}, err
	case len(args) != 2 || args[0].kind == listArgument || args[1].kind != listArgument:
		return reply{}, errInvalidArguments
	case args[0].text != quotaRoot:
		return reply{}, errNoQuotaRoot
	}
	quota, err := parseQuota(args[1].list)
	if err != nil {
		return reply{}, err
	}
	s.srv.SetQuota(quota)
	s.untagged("%s", s.srv.store.quotaLine())
	return ok("Setquota completed."), nil
}

// parseQuota reads limits. A resource that is not named has none (RFC 9208 section 4.1.3).
func parseQuota(args []argument) (quota Quota, err error) {
	if len(args)%2 != 0 {
		return quota, errInvalidArguments
	}
	for ; len(args) > 0; args = args[2:] {
		limit, err := strconv.ParseUint(args[1].text, 10, 31)
		if err != nil {
			return quota, errInvalidArguments
		}
		target := quotaLimit(&quota, args[0].text)
		if target == nil {
			return quota, no("CANNOT", "Unknown quota resource: "+args[0].text)
		}
		*target = int(limit)
	}
	return quota, nil
}

func quotaLimit(q *Quota, name string) *int {
	for _, r := range quotaResources {
		if strings.EqualFold(r.name, name) {
			return r.limit(q)
		}
	}
	return nil
}
