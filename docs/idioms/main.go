// Idioms of PHP mail scripts, and the same programs on imapcompat, side by
// side: list_inbox.php and list_inbox.go. docs/porting.md shows them.
//
//	go run ./docs/idioms list_inbox '{mail.example.org/imap/ssl}' user password
//
// runs a port, and
//
//	php -d auto_prepend_file=docs/idioms/config.php docs/idioms/list_inbox.php '{mail.example.org/imap/ssl}' user password
//
// its original. Some delete mail. testdata has what the originals print on a
// server with the mail of package fixture, and what they leave there.
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
