package phpbridge

import "maps"

// functions has PHP's functions by name. Each group is in the file named after its variable.
var functions = make(map[string]function)

func init() {
	for _, group := range []map[string]function{
		opening, reading, searching, changing, mailboxes, texts, composing, notices,
	} {
		maps.Copy(functions, group)
	}
	for alias, name := range map[string]string{
		"imap_create":         "imap_createmailbox",
		"imap_fetchtext":      "imap_body",
		"imap_listmailbox":    "imap_list",
		"imap_listsubscribed": "imap_lsub",
		"imap_rename":         "imap_renamemailbox",
		"imap_scan":           "imap_listscan",
		"imap_scanmailbox":    "imap_listscan",
	} {
		functions[alias] = functions[name]
	}
}

// orFalse returns a list as PHP does: false if it is empty.
func orFalse[T any](list []T, err error) (any, error) {
	if err == nil && len(list) == 0 {
		return false, nil
	}
	return list, err
}
