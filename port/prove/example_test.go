package prove_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/imapcompat/imapcompat/port/prove"
)

// A port is compared with what its script did where PHP was. This one does not set a flag.
func ExampleReplay() {
	recording, err := prove.ReadRecording("testdata/work.json")
	if err != nil {
		log.Fatal(err)
	}
	result, err := prove.Replay(context.Background(), prove.Config{
		Port: os.Args[0], // or a folder with a Go program
		Env:  []string{faultVariable + "=flag"},
	}, recording)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range result.Differences {
		fmt.Printf("%s: %s\n", d.Kind, d.Text)
	}
	// Output:
	// change: after imap_setflag_full at work.php:8 the original sent STORE 4 +FLAGS.SILENT (\Flagged): message 4 of INBOX got \Flagged. The port sent nothing that does so
	// mailbox: message 4 of INBOX, "News of March", has the flags \Flagged, \Seen after the original, and \Seen after the port
}

// The built-in mail can be read, changed and given to Config.Mail.
func ExampleCorpus() {
	folders, err := prove.Corpus()
	if err != nil {
		log.Fatal(err)
	}
	for _, folder := range folders {
		fmt.Println(folder.Name, len(folder.Messages))
	}
	// Output:
	// INBOX 28
	// Archive 1
	// Archive/2024 0
	// Drafts 0
	// Entwürfe 0
	// Junk 0
	// Sent 1
	// Trash 0
}
