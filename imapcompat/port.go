package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/imapcompat/imapcompat/port/idiomatic"
	"github.com/imapcompat/imapcompat/port/php"
	"github.com/imapcompat/imapcompat/port/translate"
)

// portFlags are the flags of port.
type portFlags struct {
	folder    string
	library   string
	report    string
	lines     bool
	force     bool
	idiomatic bool
}

var portFlagDefinitions = map[string]func(*flag.FlagSet, *request){
	"o": func(fs *flag.FlagSet, r *request) { fs.StringVar(&r.port.folder, "o", "", "write the module to `DIR`") },
	"force": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.port.force, "force", false, "replace files that were edited")
	},
	"idiomatic": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.port.idiomatic, "idiomatic", false, "rewrite the port with Go's idioms, which changes what REPORT.md lists")
	},
	"library": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.port.library, "library", "", "use the checkout of imapcompat in `DIR`")
	},
	"lines": func(fs *flag.FlagSet, r *request) {
		fs.BoolVar(&r.port.lines, "lines", false, "write the lines of the script beside the Go")
	},
	"report": func(fs *flag.FlagSet, r *request) {
		fs.StringVar(&r.port.report, "report", "", "write the report to `FILE`")
	},
}

func portSubcommand() *subcommand {
	return &subcommand{
		name: "port", arguments: []string{"SCRIPT..."}, flags: []string{"o", "force", "idiomatic", "library", "lines", "report"}, ownFlags: portFlagDefinitions,
		summary: "translate a PHP script into a Go module",
		details: "The first SCRIPT is the one that is run. Files that it includes are found; others that belong\n" +
			"to the program follow it. The module is written to the folder of -o. No script is run. What is not\n" +
			"translated is a panic that names it, and is listed in REPORT.md. Files that only declare classes and\n" +
			"functions become a package to import.",
		run: runPort,
	}
}

func runPort(_ context.Context, c *cli, r *request) error {
	if len(r.rest) == 0 {
		return r.usage("SCRIPT is missing")
	}
	if r.port.folder == "" {
		return r.usage("-o is missing: the folder of the module")
	}
	if r.port.idiomatic && r.port.lines {
		return r.usage("--lines is for a port whose lines are those of the script, and not for --idiomatic")
	}
	var sources []translate.Source
	for _, name := range r.rest {
		text, err := readScript(name)
		if err != nil {
			return err
		}
		sources = append(sources, translate.Source{Name: name, Text: text})
	}
	build, err := translate.GoBuild(r.port.library)
	if err != nil && !errors.Is(err, translate.ErrNoCompiler) {
		return err
	}
	module, err := translate.Program(sources, translate.Options{
		Lines: r.port.lines, Library: r.port.library, Version: ownVersion(), Read: readScript, Build: build,
	})
	if err != nil {
		return err
	}
	report := module.Report.Markdown("Port of " + filepath.Base(r.rest[0]))
	var rewritten *idiomatic.Result
	if r.port.idiomatic {
		if rewritten, err = rewritePort(module, r.port.library, build); err != nil {
			return fmt.Errorf("--idiomatic: %w", err)
		}
		report += "\n" + rewritten.Markdown()
	}
	name := r.port.report
	if name == "" {
		name = "REPORT.md"
		module.Files[name] = []byte(report)
	}
	if err := writeModule(r.port.folder, module.Files, r.port.force); err != nil {
		return err
	}
	if r.port.report != "" {
		if err := os.WriteFile(name, []byte(report), 0o666); err != nil {
			return err
		}
	}
	printPort(c, &r.port, name, module)
	if rewritten != nil {
		fmt.Fprintf(c.stdout, "%d places rewritten, %d for a person to rewrite: %s has them\n", len(rewritten.Changes), len(rewritten.Hints), name)
	}
	return nil
}

// rewritePort replaces the files of a port by those with Go's idioms.
func rewritePort(module *translate.Module, library string, build func(*translate.Module) ([]translate.Complaint, error)) (*idiomatic.Result, error) {
	if note := module.Report.BuildNote(); note != "" {
		return nil, errors.New(note)
	}
	folder, err := os.MkdirTemp("", "imapcompat-port-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := idiomatic.Write(module.Files, folder, library); err != nil {
		return nil, err
	}
	packages, err := idiomatic.Packages(folder)
	if err != nil {
		return nil, err
	}
	rewritten, err := idiomatic.Rewrite(module.Files, packages)
	if err != nil {
		return nil, err
	}
	if library != "" {
		delete(rewritten.Files, "go.sum") // the packages may be others: build writes it
	}
	module.Files = rewritten.Files
	complaints, err := build(module)
	if err == nil && len(complaints) > 0 {
		err = fmt.Errorf("the result does not compile: %s", complaints[0].Text)
	}
	return rewritten, err
}

// readScript reads a file that may be a PHP file: a device or a pipe, which a script may name in an
// include, never ends.
func readScript(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	case info.Size() > php.MaxSize:
		return nil, fmt.Errorf("%s: %w", name, php.ErrTooLarge)
	}
	return os.ReadFile(name)
}

// ownVersion is the version of the library that the command is built with.
func ownVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return ""
}

func printPort(c *cli, flags *portFlags, report string, m *translate.Module) {
	exact, different, left := m.Report.Counts()
	fmt.Fprintf(c.stdout, "%d calls of imap_* functions: %d exactly, %d with a listed difference, %d left to a person\n",
		exact+different+left, exact, different, left)
	fmt.Fprintf(c.stdout, "%d of %d statements\n", m.Report.Statements-m.Report.Refused, m.Report.Statements)
	for _, t := range m.Report.TODOs {
		fmt.Fprintln(c.stdout, clean(fmt.Sprintf("%s:%d: TODO: %s", t.File, t.Line, t.Reason)))
	}
	for _, n := range m.Report.Notes {
		fmt.Fprintln(c.stdout, clean(fmt.Sprintf("%s:%d: %s", n.File, n.Line, n.Text)))
	}
	switch note := m.Report.BuildNote(); {
	case note != "" && ownVersion() == "" && flags.library == "":
		fmt.Fprintln(c.stdout, "no compiler has seen the port: this imapcompat has no version that go.mod could name, and --library names the folder of its checkout")
	case note != "":
		fmt.Fprintln(c.stdout, clean(note))
	}
	fmt.Fprintf(c.stdout, "the port is in %s, and %s says what is left\n", flags.folder, report)
}
