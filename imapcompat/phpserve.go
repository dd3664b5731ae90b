package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/imapcompat/imapcompat/phpbridge"
	"github.com/imapcompat/imapcompat/port/prove"
)

// runPHPServe serves the PHP script that started it. Every process of the terminal gets a
// Ctrl-C. The script must handle it, and when the script ends, the input ends.
func runPHPServe(ctx context.Context, c *cli, r *request) error {
	signal.Ignore(os.Interrupt)
	c.progress = "the calls of a script were being answered"
	c.change.done = "what the script asked for before is done"
	if r.prove.gate != "" {
		return prove.Engine(ctx, c.stdin, c.stdout, c.getenv, r.prove.gate, r.prove.authority)
	}
	return phpbridge.Serve(ctx, c.stdin, c.stdout, c.getenv)
}
