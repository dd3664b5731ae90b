package imaptest

import (
	"slices"
	"strings"

	parser "github.com/imapcompat/imapcompat/imaptest/internal/message"
)

// Provider is a mail service whose ways a server takes on. What a Provider does not mention is as
// in Dovecot. Its source is what users of mail clients and libraries have reported with protocol
// logs, and what providers document. Nothing was measured on the services themselves, which change
// without notice.
type Provider int

const (
	// Dovecot is the server without peculiarities.
	Dovecot Provider = iota

	// Domino is HCL (IBM, Lotus) Domino (logs in issues of MailKit and tine20).
	//   - The delimiter of mailboxes is a backslash, and NAMESPACE has the mailboxes of other
	//     users and public folders. Those are empty. The methods of Server have "/" anyway.
	//   - FETCH of the envelope of a message without header has "(ENVELOPE (NIL …))" where
	//     "ENVELOPE (NIL …)" is right.
	Domino

	// Exchange is Exchange and Exchange Online (logs in issues of MailKit, MailCore, ImapEngine,
	// imapsync and Jakarta Mail).
	//   - The capabilities are UIDPLUS, MOVE, ID, UNSELECT, CHILDREN, IDLE, NAMESPACE, SASL-IR
	//     and LITERAL+. SORT, THREAD, QUOTA, ACL and the others are missing.
	//   - The only keyword is $MDNSent. Others are dropped, and PERMANENTFLAGS has no \*.
	//   - Wrong arguments, such as an unknown search key, are BAD "Command Argument Error. 11",
	//     and a command that is too long is BAD "Command Error. 10".
	//   - FETCH of a part of a text returns the whole text. The service does so with some
	//     messages, the test server with all.
	//   - A wrong password is NO "LOGIN failed." or "AUTHENTICATE failed.", without a code.
	//   - There are mailboxes for archived, deleted, junk and sent messages, drafts and notes.
	//     LIST has their attributes without SPECIAL-USE.
	Exchange

	// Office365Shared is Exchange for a user who has access to a shared mailbox, and no mailbox
	// (documentation of Exchange Online for XOAUTH2; issues of MailKit, node-imap and
	// email-oauth2-proxy).
	//   - The name for LOGIN is that of the user, "/" or "\", and SharedMailbox.
	//   - XOAUTH2 has the token of the user and SharedMailbox as the name, and PLAIN the
	//     SharedMailbox as authorization identity (PHP's flag /user= with /authuser=).
	//   - The login of the user alone succeeds. Then every command is BAD "User is
	//     authenticated but not connected.", and the second such command ends the connection.
	//     On POP3 that login fails.
	Office365Shared

	// Gmail is Gmail over IMAP and POP3 (Google's documentation of its IMAP extensions; issues of
	// MailKit, MailCore, node-imap, larch and wildduck; reports about its POP3 by users of
	// OpenPop.NET and Limilabs Mail).
	//   - Mailboxes are labels. A message in any of them is in "[Gmail]/All Mail" too, with the
	//     same flags but \Deleted. A mailbox has a message once: a second COPY adds none.
	//   - EXPUNGE takes the label off, and the message stays in All Mail, where EXPUNGE does
	//     nothing. A message that comes to "[Gmail]/Trash" or "[Gmail]/Spam" leaves all others.
	//     Only there EXPUNGE removes it.
	//   - FETCH has X-GM-MSGID, X-GM-THRID (by References) and X-GM-LABELS, which leaves out the
	//     selected mailbox. STORE has +X-GM-LABELS and -X-GM-LABELS. SEARCH has all three, but
	//     not X-GM-RAW. There is neither "[Gmail]/Starred" nor "[Gmail]/Important".
	//   - SORT, THREAD, ACL, BINARY and LITERAL+ are missing.
	//   - The 16th session that logs in at the same time is refused with NO "[ALERT] Too many
	//     simultaneous connections. (Failure)".
	//   - POP3 shows the oldest 250 messages. QUIT hides those that were retrieved by RETR, or
	//     marked by DELE, from later POP3 sessions. It removes none. TOP hides nothing, nor does a
	//     session that ends without QUIT. RETR does not set \Seen. This is the setting "keep
	//     Gmail's copy in the Inbox".
	Gmail

	// NetEase is 163.com, 126.com and yeah.net (issues of OfflineIMAP, node-imap, S22.Imap and
	// many others; NetEase documents the need for ID).
	//   - SELECT and EXAMINE without an earlier ID are NO "SELECT Unsafe Login. Please contact
	//     kefu@188.com for help". "ID NIL" does not help.
	//   - A command without a mailbox is NO "FETCH State error".
	//   - A wrong password is NO "LOGIN Login error or password error".
	//   - IDLE is missing.
	NetEase

	// MailRu is mail.ru (issues of MailKit and imap_tools).
	//   - Search keys for text, such as FROM, SUBJECT and TEXT, are NO "[CANNOT] Unsupported
	//     search criterion", with the key and its text in upper case. Flags, dates, sizes and
	//     sets can be searched for.
	MailRu

	// Yahoo is Yahoo Mail (issues of MailKit, node-imap, imapsync and bichon).
	//   - The capabilities are ID, MOVE, NAMESPACE, UIDPLUS, LITERAL+ and CHILDREN, as logs of 2016
	//     have them. Later logs also have IDLE and others.
	//   - The only keywords are $Forwarded, $Junk and $NotJunk.
	//   - A selected mailbox has at most its newest 10,000 messages.
	//   - Search keys for header fields by name are NO "[SERVERBUG] … Server error - Please try
	//     again later".
	//   - The mailbox for junk is "Bulk Mail". LIST says of no mailbox what it is for.
	Yahoo
)

// SharedMailbox is the name of the mailbox of Office365Shared.
const SharedMailbox = "shared"

// personality is what a Provider does otherwise than Dovecot.
type personality struct {
	greeting      string
	capabilities  []string // of imapCapabilities; nil means all
	without       []string // of them
	keywords      flagSet  // the only ones; nil means any
	mailboxes     []providerMailbox
	listsUses     bool // LIST has special uses without SPECIAL-USE
	badArguments  string
	badLength     string // the command is too long
	wholePartials bool
	needsID       bool
	shared        bool
	maxMessages   int // of a selected mailbox

	otherCapabilities []string // that change nothing
	labels            bool     // mailboxes are labels of messages
	maxConnections    int      // of IMAP, logged in
	tooMany           reply    // one more
	maxMaildrop       int      // messages of a POP3 session

	delimiter           string // of mailboxes; "" means "/"
	namespaces          string // of others
	parenthesesEnvelope bool   // around an empty envelope with its name

	wrongLogin    func(command string) reply
	wrongState    func(command string) reply
	wrongCriteria func(command, key, text string) reply // for search keys for text; no status means none
}

type providerMailbox struct{ name, use string }

var exchange = personality{
	greeting:      "The Microsoft Exchange IMAP4 service is ready.",
	capabilities:  []string{"IMAP4rev1", "SASL-IR", "UIDPLUS", "MOVE", "ID", "UNSELECT", "CHILDREN", "IDLE", "NAMESPACE", "LITERAL+"},
	keywords:      flagSet{"$MDNSent"},
	mailboxes:     []providerMailbox{{"Archive", ""}, {"Deleted Items", `\Trash`}, {"Drafts", `\Drafts`}, {"Junk Email", `\Junk`}, {"Notes", ""}, {"Outbox", ""}, {"Sent Items", `\Sent`}},
	listsUses:     true,
	badArguments:  "Command Argument Error. 11",
	badLength:     "Command Error. 10",
	wholePartials: true,
	wrongLogin:    func(command string) reply { return no("", command+" failed.") },
}

var providers = map[Provider]personality{
	Dovecot: {},
	Domino: {
		greeting:   "Domino IMAP4 Server ready",
		delimiter:  `\`,
		namespaces: `(("Other Users\\" "\\")) (("Public Folders\\" "\\"))`,

		parenthesesEnvelope: true,
	},
	Exchange:        exchange,
	Office365Shared: office365Shared(),
	NetEase: {
		greeting:   "IMAP4 ready",
		without:    []string{"IDLE"},
		needsID:    true,
		wrongLogin: func(string) reply { return no("", "LOGIN Login error or password error") },
		wrongState: func(command string) reply { return no("", command+" State error") },
	},
	Gmail: {
		greeting: "Gimap ready for requests",
		capabilities: []string{"IMAP4rev1", "SASL-IR", "ID", "ENABLE", "IDLE", "UNSELECT", "CHILDREN", "NAMESPACE", "UIDPLUS",
			"LIST-EXTENDED", "CONDSTORE", "ESEARCH", "LIST-STATUS", "MOVE", "SPECIAL-USE", "QUOTA", "COMPRESS=DEFLATE"},
		otherCapabilities: []string{"X-GM-EXT-1"},
		mailboxes: []providerMailbox{{gmailAllMail, `\All`}, {"[Gmail]/Drafts", `\Drafts`}, {"[Gmail]/Sent Mail", `\Sent`},
			{gmailSpam, `\Junk`}, {gmailTrash, `\Trash`}},
		labels:         true,
		maxConnections: maxGmailConnections,
		tooMany:        no("ALERT", "Too many simultaneous connections. (Failure)"),
		maxMaildrop:    maxGmailMaildrop,
		wrongLogin:     func(string) reply { return no("AUTHENTICATIONFAILED", "Invalid credentials (Failure)") },
	},
	MailRu: {
		wrongCriteria: func(_, key, text string) reply {
			return no("CANNOT", "Unsupported search criterion: "+key+` "`+strings.ToUpper(text)+`"`)
		},
	},
	Yahoo: {
		greeting:     "IMAP4rev1 imapgate",
		capabilities: []string{"IMAP4rev1", "ID", "MOVE", "NAMESPACE", "UIDPLUS", "LITERAL+", "CHILDREN"},
		keywords:     flagSet{"$Forwarded", "$Junk", "$NotJunk"},
		mailboxes:    []providerMailbox{{"Archive", ""}, {"Bulk Mail", ""}, {"Draft", ""}, {"Sent", ""}, {"Trash", ""}},
		maxMessages:  10000,
		wrongCriteria: func(command, key, _ string) reply {
			if key != "HEADER" {
				return reply{}
			}
			return no("SERVERBUG", command+" Server error - Please try again later")
		},
	},
}

func office365Shared() personality {
	p := exchange
	p.shared = true
	return p
}

// lacks returns the capabilities that a provider does not have.
func (p personality) lacks() (names []string) {
	if p.capabilities == nil {
		return p.without
	}
	for _, c := range imapCapabilities {
		if !slices.Contains(p.capabilities, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// stored returns a name of a client, or a pattern, as the store has it.
func (p personality) stored(name string) string {
	if p.delimiter == "" {
		return name
	}
	return strings.ReplaceAll(name, p.delimiter, delimiter)
}

// shown is the reverse of stored.
func (p personality) shown(name string) string {
	if p.delimiter == "" {
		return name
	}
	return strings.ReplaceAll(name, delimiter, p.delimiter)
}

func (p personality) quotedDelimiter() string {
	return string(parser.Quote([]byte(orElse(p.delimiter, delimiter))))
}

// furnish creates the provider's mailboxes.
func (s *Server) furnish() error {
	for _, m := range s.provider.mailboxes {
		var uses []string
		if m.use != "" {
			uses = []string{m.use}
		}
		if err := s.store.create(m.name, uses); err != nil {
			return err
		}
	}
	return nil
}

// kept returns the flags that the server keeps.
func (s *Server) kept(flags flagSet) flagSet {
	switch {
	case !s.offers(keywords):
		return flags.remove(flags.keywords())
	case s.provider.keywords != nil:
		return flags.remove(flags.keywords().remove(s.provider.keywords))
	}
	return flags
}

// account is how a user of a name may enter.
func (s *Server) account(name string) error {
	switch {
	case !s.provider.shared:
		return loginResult(name == s.User)
	case name == s.User:
		return ErrNotConnected
	}
	shared, ok := strings.CutPrefix(name, s.User)
	return loginResult(ok && (shared == "/"+SharedMailbox || shared == `\`+SharedMailbox))
}

// accountAs is account for a user who acts for an authorization identity.
func (s *Server) accountAs(user, identity string) error {
	if s.provider.shared && user == s.User && identity == SharedMailbox {
		return nil
	}
	if !s.mayBe(identity) {
		return errLogin
	}
	return s.account(user)
}

// unconnected answers a command of a user without a mailbox.
func (s *imapSession) unconnected() reply {
	s.unconnectedCommands++
	if s.unconnectedCommands > 1 {
		s.then = func() error { return s.bye("Connection closed. 14") }
	}
	return bad("User is authenticated but not connected.")
}
