package main

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func errorHandling(server, user, password string) error {
	// The first server that answers is used.
	var mbox *imapcompat.Connection
	for _, host := range []string{"{127.0.0.1:1/imap/notls}", server} {
		var err error
		if mbox, err = imapcompat.Open(host+"INBOX", user, password); err == nil {
			break
		}
		fmt.Println("can't connect:", lastError(err))
	}
	if mbox == nil {
		return errors.New("no server")
	}
	defer mbox.Close()
	mbox.Errors() // forget what was until now

	_, err := mbox.FetchHeader(99)
	if errors.Is(err, imapcompat.ErrBadMessageNumber) {
		fmt.Println("no message 99:", err)
	}
	mbox.FetchHeader(1)
	if len(mbox.Errors()) > 0 {
		fmt.Println("trouble")
	} else {
		fmt.Println("all well")
	}
	return nil
}

// lastError returns the newest entry of the list that imap_errors returns.
func lastError(err error) string {
	var e *imapcompat.Error
	if !errors.As(err, &e) || len(e.Errors) == 0 {
		return err.Error()
	}
	return e.Errors[len(e.Errors)-1]
}
