package audit

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/php"
	"github.com/imapcompat/imapcompat/provider"
)

// Hazards by their kinds.
const (
	Seen          = "seen"           // reading a text marks the message as read
	DeleteNumbers = "delete-numbers" // deletion by number in a loop that expunges
	KeptNumber    = "kept-number"    // a message number is used after an expunge
	Silenced      = "silenced"       // "@" hides a failure
	MailHeaders   = "mail-headers"   // imap_mail with header fields that nothing filters
	PathName      = "path-name"      // the name of an attachment is used as a path
	POP3Expunge   = "pop3-expunge"   // a POP3 script expunges, and has several connections
	Password      = "password"       // the source has a password
	NoPassword    = "no-password"    // the provider takes no passwords
	NoValidate    = "novalidate"     // the server's certificate is not checked
	Local         = "local"          // a mailbox without a server
)

var texts = map[string]string{
	Seen:          "reading this without FT_PEEK marks the message as read",
	DeleteNumbers: "messages are deleted by number in a loop that expunges: each expunge renumbers the rest",
	KeptNumber:    "the message number is from before an expunge, and may now mean another message",
	Silenced:      "@ hides the failure of this call; the port has an error",
	MailHeaders:   "imap_mail does not check header fields: a line end in this argument adds fields",
	PathName:      "the name of an attachment is the sender's, and may have a path: see readable and inbox",
	POP3Expunge:   "over POP3 messages are removed at the end of a session, and another connection may still see them",
	Password:      "the source has a password",
	NoPassword:    "the provider takes no passwords: log in with OAuth2, see docs/providers.md",
	NoValidate:    "/novalidate-cert: anybody on the way can read the password",
	Local:         "a local mailbox has no counterpart: the library opens servers only",
}

func (s *script) hazard(place Place, kind string) {
	h := Hazard{place, kind, texts[kind]}
	if !slices.Contains(s.report.Hazards, h) {
		s.report.Hazards = append(s.report.Hazards, h)
	}
}

func (s *script) callHazard(c *call, kind string) {
	if !slices.Contains(c.Hazards, kind) {
		c.Hazards = append(c.Hazards, kind)
	}
	s.hazard(c.Place, kind)
}

// mailbox has the hazards of a mailbox name.
func (s *script) mailbox(node ast.Vertex, text string) {
	name := strings.ToLower(text)
	if strings.Contains(name, "/novalidate-cert") {
		s.hazard(s.place(node), NoValidate)
	}
	if strings.Contains(name, "/pop3") || strings.Contains(name, "/service=pop3") {
		s.pop3 = true
	}
	host := strings.TrimPrefix(name, "{")
	if end := strings.IndexAny(host, ":/}"); end >= 0 {
		host = host[:end]
	}
	if takesNoPassword(host) {
		s.hazard(s.place(node), NoPassword)
	}
}

// passwordHosts tells of each host for reading mail that a preset has whether it takes a password.
var passwordHosts = sync.OnceValue(func() map[string]bool {
	hosts := make(map[string]bool)
	for _, preset := range provider.Presets() {
		for _, server := range preset.Servers {
			if server.Protocol != provider.SMTP && len(server.Methods) > 0 {
				hosts[server.Host] = hosts[server.Host] || slices.ContainsFunc(server.Methods, isPassword)
			}
		}
	}
	return hosts
})

func isPassword(m provider.Method) bool {
	return m == provider.Password || m == provider.AppPassword || m == provider.BridgePassword
}

func takesNoPassword(host string) bool {
	takes, known := passwordHosts()[host]
	return known && !takes
}

// reading are the functions that set \Seen.
var reading = []string{"imap_body", "imap_fetchtext", "imap_fetchbody", "imap_fetchmime", "imap_savebody"}

// flagsOf has the position of the flags of functions, after the connection.
var flagsOf = map[string]int{
	"imap_body": 2, "imap_fetchtext": 2, "imap_fetchbody": 3, "imap_fetchmime": 3, "imap_savebody": 4, "imap_delete": 2,
	"imap_mail_move": 3, "imap_mail_copy": 3, "imap_fetchstructure": 2, "imap_fetchheader": 2, "imap_undelete": 2,
	"imap_setflag_full": 3, "imap_clearflag_full": 3, "imap_fetch_overview": 2,
}

func (c *call) arg(i int) string {
	if i < len(c.texts) {
		return c.texts[i]
	}
	return ""
}

// without reports whether a call is without a flag. A variable may have it.
func (c *call) without(flag string) bool {
	i, ok := flagsOf[c.Function]
	return ok && !strings.Contains(c.arg(i), flag) && !strings.Contains(c.arg(i), "$")
}

func (c *call) isLiteral(i int) bool {
	if i >= len(c.args) {
		return false
	}
	_, ok := c.args[i].(*ast.ScalarString)
	return ok && len(c.texts[i]) > 2
}

var filtered = regexp.MustCompile(`(?i)(?:str_replace|preg_replace|filter_\w+|strtr)\s*\(`)

// hazards applies the rules that look at the calls of the script.
func (s *script) hazards() {
	opens := 0
	for _, c := range s.calls {
		if c.silent {
			s.callHazard(c, Silenced)
		}
		switch {
		case slices.Contains(reading, c.Function) && c.without("FT_PEEK"):
			s.callHazard(c, Seen)
		case c.Function == "imap_open":
			opens++
			if c.isLiteral(2) || s.literals[c.arg(2)] {
				s.callHazard(c, Password)
			}
			if c.isLiteral(0) && !strings.HasPrefix(c.texts[0][1:], "{") {
				s.callHazard(c, Local)
			}
		case c.Function == "imap_mail":
			for i, text := range c.texts {
				if i != 2 && strings.Contains(text, "$") && !filtered.MatchString(text) {
					s.callHazard(c, MailHeaders)
				}
			}
		case (c.Function == "imap_delete" || c.Function == "imap_mail_move") && c.loop != nil && c.without("_UID"):
			if slices.ContainsFunc(s.calls, func(e *call) bool { return e.Function == "imap_expunge" && e.loop == c.loop }) {
				s.callHazard(c, DeleteNumbers)
			}
		}
	}
	for _, c := range s.calls {
		if c.Function == "imap_expunge" {
			s.keptNumbers(c)
			if s.pop3 && opens > 1 {
				s.callHazard(c, POP3Expunge)
			}
		}
	}
	// Walk succeeded before with the same tree.
	_ = s.Walk(s.paths)
}

// byNumber reports whether the second argument of a call is a message number.
func (c *call) byNumber() bool {
	return c.without("_UID") || c.Function == "imap_headerinfo" || c.Function == "imap_header" || c.Function == "imap_uid"
}

var assignedTo = regexp.MustCompile(`(\$\w+)\s*=\s*@?$`)

// numberOf returns the variable with a message number that a call uses, or that gets the number which
// it returns.
func (s *script) numberOf(c *call) string {
	if c.byNumber() {
		return c.arg(1)
	}
	if c.Function != "imap_num_msg" && c.Function != "imap_msgno" {
		return ""
	}
	if m := assignedTo.FindSubmatch(s.Source[max(0, c.pos-100):c.pos]); m != nil {
		return string(m[1])
	}
	return ""
}

// keptNumbers finds message numbers in variables that are used before and after an expunge,
// without an assignment between.
func (s *script) keptNumbers(expunge *call) {
	for _, before := range s.calls {
		name := s.numberOf(before)
		if before.pos > expunge.pos || before.scope != expunge.scope || !variable.MatchString(name) {
			continue
		}
		assigned := regexp.MustCompile(regexp.QuoteMeta(name) + `\s*(?:=[^=]|\+\+|--|[-+]=)|\bas\b[^)]*` + regexp.QuoteMeta(name) + `\b`)
		for _, after := range s.calls {
			if after.pos < expunge.pos || after.scope != expunge.scope || after.arg(1) != name || !after.byNumber() {
				continue
			}
			if !assigned.Match(s.Source[expunge.pos:after.pos]) {
				s.callHazard(after, KeptNumber)
			}
		}
	}
}

var (
	attachmentName = regexp.MustCompile(`(?i)\$\w*(?:filename|attach\w*name|file_name)\b|\[['"](?:filename|name)['"]\]|->(?:filename|value)\b`)
	cleaned        = regexp.MustCompile(`(?i)(?:basename|preg_replace|pathinfo|md5|sha1|uniqid|hash)\s*\(`)
	writing        = map[string]bool{"file_put_contents": true, "fopen": true}
)

// paths finds files that are named after attachments, in scripts that look for attachments.
func (s *script) paths(node ast.Vertex, _ []ast.Vertex) {
	n, ok := node.(*ast.ExprFunctionCall)
	if !ok || !slices.ContainsFunc(s.calls, func(c *call) bool {
		return c.Function == "imap_fetchstructure" || c.Function == "imap_bodystruct"
	}) {
		return
	}
	i := 0
	name := strings.ToLower(strings.TrimPrefix(s.Text(n.Function), `\`))
	if name == "imap_savebody" {
		i = 1
	} else if !writing[name] {
		return
	}
	if i < len(n.Args) {
		if text := s.Text(n.Args[i]); s.namesAttachment(text, n.Position.StartPos) && !cleaned.MatchString(text) {
			s.hazard(Place{s.name, php.Line(n)}, PathName)
		}
	}
}

// namesAttachment reports whether an expression has the name of an attachment, or a variable that a
// statement shortly before gives it.
func (s *script) namesAttachment(text string, at int) bool {
	if attachmentName.MatchString(text) {
		return true
	}
	before := s.Source[max(0, at-namedWithin):at]
	return slices.ContainsFunc(anyVariable.FindAllString(text, 4), func(name string) bool {
		assignment := regexp.MustCompile(regexp.QuoteMeta(name) + `\s*=([^=;][^;]*);`)
		return slices.ContainsFunc(assignment.FindAllSubmatch(before, -1), func(m [][]byte) bool {
			return attachmentName.Match(m[1]) && !cleaned.Match(m[1])
		})
	})
}

// namedWithin is how many octets before a file is opened its name is looked for.
const namedWithin = 4096

var anyVariable = regexp.MustCompile(`\$[a-zA-Z_]\w*`)
