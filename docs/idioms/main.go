// The command idioms runs the ports of PHP mail scripts. Each port has its script beside it,
// such as list_inbox.php and list_inbox.go. docs/porting.md shows both.
//
// To run a port:
//
//	go run ./docs/idioms list_inbox '{mail.example.org/imap/ssl}' user password
//
// To run its script:
//
//	php -d auto_prepend_file=docs/idioms/config.php docs/idioms/list_inbox.php '{mail.example.org/imap/ssl}' user password
//
// Some of them delete mail. testdata has the output of the scripts on a server with the mail
// of package fixture, and the mail left there.
package main

import (
	"cmp"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

var idioms = map[string]func(server, user, password string) error{
	"append_sent":     appendSent,
	"archive_job":     archiveJob,
	"attachments":     attachments,
	"bounces":         bounces,
	"collect":         collect,
	"compose":         compose,
	"copy_account":    copyAccount,
	"create_folders":  createFolders,
	"decode_subject":  decodeSubject,
	"delete_old":      deleteOld,
	"errors":          errorHandling,
	"folder_names":    folderNames,
	"folder_tree":     folderTree,
	"header_fields":   headerFields,
	"import_once":     importOnce,
	"list_inbox":      listInbox,
	"move_to_folder":  moveToFolder,
	"newest_first":    newestFirst,
	"oauth2":          withToken,
	"parse_addresses": parseAddresses,
	"quota":           quota,
	"reply":           reply,
	"save_part":       savePart,
	"self_signed":     selfSigned,
	"summary":         summary,
	"text_body":       textBody,
	"threads":         threads,
	"timeouts":        timeouts,
	"unseen":          unseen,
	"watch":           watch,
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 5 || idioms[os.Args[1]] == nil {
		names := strings.Join(slices.Sorted(maps.Keys(idioms)), " ")
		log.Fatal("usage: idioms name server user password\nnames: ", names)
	}
	sendmailPath = cmp.Or(os.Getenv("SENDMAIL"), sendmailPath)
	if err := idioms[os.Args[1]](os.Args[2], os.Args[3], os.Args[4]); err != nil {
		log.Fatal(err)
	}
}
