package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/inbox"
)

// settings are what process does with a mailbox: flags of the command line, or keys of a
// table of the accounts' file. A flag and its key have the same name, apart from "-" and "_".
type settings struct {
	Mailbox string `toml:"mailbox"` // or an address that "imapcompat login" has recorded
	Account string `toml:"account"` // such an address, in place of Mailbox
	User    string `toml:"user"`
	login

	Ledger     string `toml:"ledger"`
	Name       string `toml:"name"`
	Criteria   string `toml:"criteria"`
	Since      day    `toml:"since"`
	Limit      int    `toml:"limit"`
	Exec       string `toml:"exec"`
	Into       string `toml:"into"`
	Then       string `toml:"then"`
	Attempts   int    `toml:"attempts"`
	Quarantine string `toml:"quarantine"`
	Workers    int    `toml:"workers"`
	InOrder    bool   `toml:"in_order"`
	TimeLimit  span   `toml:"time_limit"`
	Lease      span   `toml:"lease"`
	Timeout    span   `toml:"timeout"`
	Every      span   `toml:"every"`
}

// defaultSettings are the settings of flags that are not given. A program that hangs must
// not stop a mailbox for good, so there is a time limit.
func defaultSettings() settings {
	return settings{
		Then: "keep", Quarantine: "keep", Attempts: 5, Workers: 1,
		TimeLimit: span(15 * time.Minute), Lease: span(5 * time.Minute),
		Timeout: span(defaultTimeout), Every: span(5 * time.Minute),
	}
}

// span is a time that a person writes: 30 (seconds), 30s, 5m, 90d, 2w.
type span time.Duration

func (s *span) UnmarshalText(text []byte) (err error) {
	*s, err = parseSpan(string(text))
	return err
}

func parseSpan(text string) (span, error) {
	unit := time.Second
	number := text
	switch {
	case strings.HasSuffix(text, "d"):
		number, unit = strings.TrimSuffix(text, "d"), 24*time.Hour
	case strings.HasSuffix(text, "w"):
		number, unit = strings.TrimSuffix(text, "w"), 7*24*time.Hour
	}
	if n, err := strconv.ParseUint(number, 10, 31); err == nil && time.Duration(n) < 1<<62/unit {
		return span(time.Duration(n) * unit), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no time: a time is 30, 30s, 5m, 12h or 90d", text)
	}
	return span(d), nil
}

// day is a date that a person writes, 2026-01-31.
type day struct{ time.Time }

func (d *day) UnmarshalText(text []byte) (err error) {
	if d.Time, err = time.ParseInLocation(time.DateOnly, string(text), time.Local); err != nil {
		return fmt.Errorf("%q is no day: a day is 2026-01-31", text)
	}
	return nil
}

// check refuses settings that no mailbox could be processed with. handled tells that
// messages are handed over.
func (s *settings) check(handled bool) error {
	switch {
	case s.Mailbox != "" && s.Account != "":
		return errors.New("mailbox and account exclude each other: account is an address, as ada@example.org/Archive")
	case s.Mailbox == "" && s.Account == "":
		return errors.New("the mailbox is missing")
	case s.Account != "" && strings.HasPrefix(s.Account, "{"):
		return errors.New("account is an address, as ada@example.org; mailbox is {host/flags}name")
	case s.login.isSet() && (s.Account != "" || !strings.HasPrefix(strings.TrimSpace(s.Mailbox), "{")):
		return errors.New("the password of an address is that of its login: password_… and token_… are for a mailbox {host/flags}name")
	case s.Ledger == "":
		return errors.New("the ledger is missing")
	case s.Limit < 0:
		return errors.New("the limit must not be negative")
	case s.Attempts < 1:
		return errors.New("the attempts must be at least 1")
	case s.Workers < 1:
		return errors.New("the workers must be at least 1")
	case s.TimeLimit <= 0 || s.Timeout <= 0 || s.Every <= 0:
		return errors.New("the time limit, the timeout and every must be more than 0")
	case time.Duration(s.Lease) < time.Second:
		return errors.New("the lease must be at least 1s")
	case s.Exec != "" && s.Into != "":
		return errors.New("exec and into exclude each other")
	case s.Exec == "" && s.Into == "" && handled:
		return errors.New("what is to be done with the messages is missing: exec or into")
	}
	return s.login.check()
}

// parseAction reads what is done with a message on the server. saves tells that "dir:" is
// one of the choices.
func parseAction(text string, saves bool) (inbox.Action, error) {
	kind, argument, _ := strings.Cut(text, ":")
	switch {
	case text == "keep":
		return inbox.Keep(), nil
	case text == "delete" && !saves:
		return inbox.Delete(), nil
	case kind == "flag" && !saves && strings.TrimSpace(argument) != "":
		return inbox.Flag(argument), nil
	case kind == "dir" && saves && argument != "":
		return inbox.SaveTo(argument), nil
	case kind == "move" && argument != "":
		name, err := wireName(argument)
		return inbox.MoveTo(name), err
	}
	if saves {
		return inbox.Action{}, fmt.Errorf("%q is not keep, move:MAILBOX or dir:FOLDER", text)
	}
	return inbox.Action{}, fmt.Errorf("%q is not keep, delete, move:MAILBOX or flag:FLAGS", text)
}

// wireName returns the name of a mailbox in modified UTF-7. A name that is in modified UTF-7
// stays as it is.
func wireName(name string) (string, error) {
	if strings.HasPrefix(name, "{") {
		return "", fmt.Errorf("%q: a mailbox of the same server is named without it", name)
	}
	ascii := !strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII })
	if _, err := imapcompat.MUTF7ToUTF8(name); err == nil && ascii {
		return name, nil
	}
	encoded, err := imapcompat.UTF8ToMUTF7(name)
	if err != nil {
		return "", fmt.Errorf("%q is no name of a mailbox in UTF-8", name)
	}
	return encoded, nil
}
