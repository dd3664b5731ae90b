package imapbridge

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
)

// go-imap encodes a decoded name to the same name again.
func FuzzDecodeMailbox(f *testing.F) {
	for _, seed := range []string{"Sent", "&AOQ-", "&-", "&2D3eAA-", "&AGE-", "a&", "&AAA-", "&AAkACg-x", "&//0-", "&2D0-", "&AOQ-&AOQ-", "Müll", "a\r\nb", "&AO\r\nQ-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		decoded, err := decodeMailbox(name)
		if err != nil || name == "" || len(name) > 1000 || strings.EqualFold(name, "INBOX") {
			return
		}
		if sent := sentName(t, decoded); sent != name {
			t.Fatalf("%q is %q, which go-imap sends as %q", name, decoded, sent)
		}
	})
}

// sentName returns the form in which go-imap sends a mailbox name.
func sentName(t *testing.T, name string) string {
	here, there := net.Pipe()
	client := imapclient.New(here, nil)
	defer client.Close()
	defer there.Close()
	fmt.Fprint(there, "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
	go client.Create(name, nil)
	line, err := bufio.NewReader(there).ReadString('\n')
	_, quoted, ok := strings.Cut(strings.TrimSuffix(line, "\"\r\n"), ` CREATE "`)
	if err != nil || !ok {
		t.Fatalf("sent %q: %v", line, err)
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(quoted)
}
