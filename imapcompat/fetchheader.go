package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat"
)

func runFetchHeader(ctx context.Context, c *cli, r *request) error {
	n, err := r.number()
	if err != nil {
		return err
	}
	return c.withMailbox(ctx, r, func(mbox *imapcompat.Connection) error {
		header, err := mbox.FetchHeader(n, r.fetchFlags()...)
		if err != nil {
			return err
		}
		if r.json {
			return c.printJSON(header)
		}
		for line := range strings.Lines(header) {
			fmt.Fprintln(c.stdout, clean(strings.TrimRight(line, "\r\n")))
		}
		return nil
	})
}
