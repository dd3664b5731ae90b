package prove

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Config says what is compared, and how.
type Config struct {
	// Script is the PHP script. Port is a folder or a file with a Go program, or an executable.
	Script, Port string

	// Args are the arguments of both. @IMAP@, @IMAPS@, @POP3@, @POP3S@, @SMTP@ and @SMTPS@ in
	// them, and in Env, are the addresses of prove's servers, such as 127.0.0.1:12345.
	Args  []string
	Stdin []byte
	// Env are variables that both get, as NAME=VALUE, beside those of this process. Variables of
	// this process whose names begin with IMAPCOMPAT_ are left out.
	Env []string

	// Files is the folder whose copy both work in. "" is the folder of Script. If Script is in
	// it, its copy is what runs.
	Files string
	// Prepend is a PHP file that runs before Script (auto_prepend_file).
	Prepend string

	// Mail is what users find in their mailboxes, by their names. "" stands for all others. Nil
	// is [Corpus] for all.
	Mail map[string][]Folder
	// Users are the users that can log in, with their passwords; "" is any. With none every user
	// can, with any password.
	Users map[string]string
	// Servers are the services at addresses (host:port) whose port does not say which it is.
	Servers map[string]Service

	// Dovecot has Dovecot's programs serve the mail, in place of package imaptest.
	Dovecot bool

	PHP string // the program; "" is php
	// Extension has PHP run with its own extension. Its connections lead to prove's servers in a
	// sandbox. Without one, Script must take their addresses from Args or Env.
	Extension bool
	// Unled allows a port that is an executable, and PHP's extension, to connect to the servers
	// that they name themselves. Real mail may change.
	Unled bool
	// Sandbox is the command line of a program that calls [Inside]; it gets the arguments --gate,
	// --ports and --folder with their values, "--", and the program to run. With it programs that
	// cannot be led run in a network of their own, in which all names are those of prove's servers.
	// Only Linux has that, and not for every user.
	Sandbox []string
	// Engine is the command line of a program that calls [Engine]; it gets the arguments
	// --gate ADDRESS and --authority FILE.
	Engine []string
	// Library is a folder with this module, for ports that do not find a released version.
	Library string

	Timeout   time.Duration // of each run; 0 is a minute
	MaxOutput int           // of each run, in octets; 0 is 64 MB
	// Ignore matches what may differ in texts. It is replaced before texts are compared.
	Ignore []*regexp.Regexp
	// IgnoreMessages has the messages of PHP itself in the output, "Warning: … on line 7", count as
	// absent.
	IgnoreMessages bool
	// IgnoreTime has dates and times of the runs count as equal in texts.
	IgnoreTime bool

	scriptless bool // for Replay
}

const (
	defaultTimeout   = time.Minute
	defaultMaxOutput = 64 << 20
)

func (c *Config) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return defaultTimeout
}

func (c *Config) maxOutput() int {
	if c.MaxOutput > 0 {
		return c.MaxOutput
	}
	return defaultMaxOutput
}

// phpMessage matches a message of PHP as display_errors prints it, without HTML.
var phpMessage = regexp.MustCompile(`\n?(?:PHP )?(?:Warning|Notice|Deprecated|Fatal error|Parse error): .* in .+ on line \d+\n`)

func (c *Config) check() error {
	switch {
	case c.Script == "" && !c.scriptless:
		return errors.New("no script")
	case !c.scriptless && !c.Extension && len(c.Engine) == 0:
		return errors.New("no engine")
	case c.Timeout < 0 || c.MaxOutput < 0:
		return errors.New("a limit is negative")
	}
	for address, service := range c.Servers {
		if !service.known() {
			return fmt.Errorf("%s: no such service: %q", address, service)
		}
	}
	return nil
}
