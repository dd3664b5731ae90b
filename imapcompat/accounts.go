package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// readAccounts reads the mailboxes of --accounts, a file in TOML:
//
//	[defaults]
//	ledger = "inbox.db"
//	exec = "./handle.sh"
//
//	[accounts.support]
//	mailbox = "{imap.example.org/ssl}INBOX"
//	user = "support@example.org"
//	password_file = "support.password"
//
// The keys are those of settings. The name of an account is that of its box in the ledger,
// if it has no other. Flags of the command line are defaults of the defaults.
func (r *request) readAccounts() ([]*task, error) {
	path := r.process.accounts
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, r.usage("%v", err)
	}
	defaults, names, err := readDefaults(text, r.settings())
	if err != nil {
		return nil, r.usage("%s: %v", path, err)
	}
	if len(names) == 0 {
		return nil, r.usage("%s has no table [accounts.NAME]", path)
	}
	accounts := map[string]*settings{}
	for _, name := range names {
		s := defaults
		s.Name = name
		accounts[name] = &s
	}
	file := struct {
		Defaults settings             `toml:"defaults"`
		Accounts map[string]*settings `toml:"accounts"`
	}{Accounts: accounts}
	if err := decodeTOML(text, &file); err != nil {
		return nil, r.usage("%s: %v", path, err)
	}
	var tasks []*task
	for _, name := range names {
		s := *accounts[name]
		if strings.ContainsFunc(name, func(c rune) bool { return clean(string(c)) != string(c) }) {
			return nil, r.usage("%s: an account has the name %q", path, name)
		}
		tasks = append(tasks, &task{settings: s, account: name})
	}
	return tasks, nil
}

// readDefaults returns the defaults of the file, and the names of the accounts in their order.
func readDefaults(text []byte, flags settings) (defaults settings, names []string, err error) {
	file := struct {
		Defaults settings       `toml:"defaults"`
		Accounts map[string]any `toml:"accounts"`
	}{Defaults: flags}
	if err := decodeTOML(text, &file); err != nil {
		return settings{}, nil, err
	}
	return file.Defaults, slices.Sorted(maps.Keys(file.Accounts)), nil
}

// decodeTOML decodes a file. An error names the line and the key, and shows no value: it may be
// a password.
func decodeTOML(text []byte, into any) error {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // editors on Windows put it there
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(into)
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		e := unknown.Errors[0]
		line, _ := e.Position()
		return fmt.Errorf("line %d: there is no key %q", line, strings.Join(e.Key(), "."))
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		line, column := wrong.Position()
		return fmt.Errorf("line %d, column %d: %s", line, column, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return err
}
