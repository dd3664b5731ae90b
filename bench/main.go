// Command bench compares the speed of the library with PHP's imap extension, a plain Go
// client and the wire. bench/run starts it. README.md describes the workloads and the method.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"
)

// options has the values of the flags.
type options struct {
	rounds   int
	quick    bool
	only     *regexp.Regexp
	json     string
	docs     string
	binaries string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("bench/run", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 0, "how often each measurement is made (7, with --quick 3)")
	flags.BoolVar(&o.quick, "quick", false, "fewer messages and workloads, in less than two minutes")
	only := flags.String("only", "", "measure only what matches this regular `expression`, as \"imap 20ms body/found 500\"")
	flags.StringVar(&o.json, "json", "", "write every measurement to this `file`")
	flags.StringVar(&o.docs, "docs", "", "write benchmarks.md and its figures to this `directory`")
	flags.StringVar(&o.binaries, "binaries", "", "the `directory` with the programs that are measured; bench/run sets it")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if o.rounds == 0 {
		o.rounds = 7
		if o.quick {
			o.rounds = 3
		}
	}
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.rounds < 1:
		return nil, fmt.Errorf("--rounds %d: at least 1 is needed", o.rounds)
	case o.binaries == "":
		return nil, errors.New("start bench/run, which builds the programs that are needed")
	}
	var err error
	o.only, err = regexp.Compile(*only)
	return o, err
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := newRunner(o)
	if err != nil {
		return err
	}
	defer r.close()
	results := &results{Machine: describeMachine(), Rounds: o.rounds, Quick: o.quick}
	for _, s := range plan(o) {
		err := r.measure(ctx, s, results)
		if ctx.Err() != nil {
			break // the results so far are written
		}
		if err != nil {
			return err
		}
	}
	if err := runPrograms(ctx, o, results); err != nil && ctx.Err() == nil {
		return err
	}
	results.Took = time.Since(start).Round(time.Second)
	if err := write(o, results); err != nil {
		return err
	}
	return results.verified()
}

func write(o *options, r *results) error {
	if err := r.markdown(os.Stdout); err != nil {
		return err
	}
	if o.json != "" {
		text, err := json.MarshalIndent(r, "", "\t")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.json, append(text, '\n'), 0o666); err != nil {
			return err
		}
	}
	if o.docs == "" {
		return nil
	}
	return r.publish(o.docs)
}
