package dovecot

import (
	"bytes"
	_ "embed"
	"os"
	"os/user"
	"strconv"
	"text/template"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

//go:embed dovecot.conf.tmpl
var configText string

//go:embed oauth2.conf.tmpl
var oauth2Text string

var (
	configTemplate = template.Must(template.New("dovecot.conf").Parse(configText))
	oauth2Template = template.Must(template.New("oauth2.conf").Parse(oauth2Text))
)

type config struct {
	Dir                      string
	Password                 string
	IMAP, IMAPS, POP3, POP3S int
	TokenURL                 string
	Settings                 []string

	// As root, Dovecot changes to its package's users, and to MailUID for the mail. Otherwise
	// all of it runs as the user who runs the test.
	Root             bool
	User, Group      string
	MailUID, MailGID string
}

func writeConfig(s *Server, settings []string) error {
	c := config{
		Dir: s.dir, Password: Password,
		IMAP: s.IMAP, IMAPS: s.IMAPS, POP3: s.POP3, POP3S: s.POP3S,
		TokenURL: s.tokens.URL(), Settings: settings,
	}
	me, err := user.Current()
	if err != nil {
		return err
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return err
	}
	c.User, c.Group, c.MailUID, c.MailGID = me.Username, group.Name, me.Uid, me.Gid
	if os.Getuid() == 0 {
		c.Root = true
		c.MailUID, c.MailGID = strconv.Itoa(harness.MailID), strconv.Itoa(harness.MailID)
	}
	for _, t := range []*template.Template{configTemplate, oauth2Template} {
		var text bytes.Buffer
		if err := t.Execute(&text, c); err != nil {
			return err
		}
		if err := os.WriteFile(s.path(t.Name()), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
