package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// program measures the library without a comparison. The page shows its output unchanged.
type program struct {
	title, name string
	args        []string
}

var programs = []program{
	{"Very large mailboxes", "large", []string{"-n", "10000,100000,1000000"}},
	{"Many connections", "connections", []string{"-n", "10000"}},
}

// printed is the output of a program.
type printed struct{ Title, Command, Text string }

// runPrograms runs the programs that --only selects. A quick run has none.
func runPrograms(ctx context.Context, o *options, r *results) error {
	for _, p := range programs {
		if o.quick || !o.only.MatchString(p.name) {
			continue
		}
		cmd := exec.CommandContext(ctx, filepath.Join(o.binaries, p.name), p.args...)
		cmd.Stderr = os.Stderr
		text, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		command := "go run ./bench/" + p.name + " " + p.args[0] + " " + p.args[1]
		r.Outputs = append(r.Outputs, printed{p.title, command, string(text)})
	}
	return nil
}

// outputs writes the output of the programs.
func (r *results) outputs(p *page) {
	for _, o := range r.Outputs {
		p.printf("## %s\n\n`%s` prints:\n\n```\n%s```\n\n", o.Title, o.Command, o.Text)
	}
}
