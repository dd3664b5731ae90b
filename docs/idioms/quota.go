package main

import (
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat"
)

func quota(server, user, password string) error {
	mbox, err := imapcompat.Open(server+"INBOX", user, password)
	if err != nil {
		return fmt.Errorf("can't connect: %w", err)
	}
	defer mbox.Close()

	quota, err := mbox.GetQuotaRoot("INBOX")
	if err != nil && !errors.Is(err, imapcompat.ErrNotSupported) {
		return err
	}
	if quota == nil || quota.Limit == 0 {
		fmt.Println("no quota")
		return nil
	}
	fmt.Printf("%d of %d KiB used, %.1f%%\n", quota.Usage, quota.Limit, 100*float64(quota.Usage)/float64(quota.Limit))
	return nil
}
