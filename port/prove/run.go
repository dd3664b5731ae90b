package prove

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Result is the outcome of a comparison.
type Result struct {
	// Differences has the first difference of each kind. With none the port does what the
	// original does.
	Differences []Difference `json:"differences"`
	// Ignored is the number of places where Config.Ignore or IgnoreTime made texts equal.
	Ignored        int          `json:"ignored"`
	Original, Port *Observation `json:"-"`
}

// Run runs the original and the port, and compares them. An error means that they were not
// compared: [ErrNoPHP], a [*BuildError], an [*UnknownServiceError], an [*UnledError], or one of
// files and processes.
func Run(ctx context.Context, config Config) (*Result, error) {
	r, err := newRunner(config)
	if err != nil {
		return nil, err
	}
	defer r.close()
	port, err := buildPort(ctx, &r.config, r.build)
	if err != nil {
		return nil, err
	}
	original, err := r.original(ctx)
	if err != nil {
		return nil, fmt.Errorf("original: %w", err)
	}
	if !port.led {
		if err := r.leadPort(original.servers); err != nil {
			return nil, err
		}
	}
	r.front.refuse(original.Refused)
	ported, err := r.port(ctx, port)
	if err != nil {
		return nil, fmt.Errorf("port: %w", err)
	}
	result := compare(&r.config, original, ported)
	if slices.ContainsFunc(result.Differences, func(d Difference) bool { return d.Kind == "output" }) {
		if original.Printed, err = r.printed(ctx, original); err != nil {
			return nil, fmt.Errorf("original: %w", err)
		}
		result = compare(&r.config, original, ported) // now with the place
	}
	return result, nil
}

// UnledError says that a program connects to servers that prove cannot replace by its own.
type UnledError struct {
	Program string
	Servers []string
	Err     error // why there is no sandbox
}

func (e *UnledError) Unwrap() error { return e.Err }

func (e *UnledError) Error() string {
	return fmt.Sprintf("%s was not built by prove, so it would connect to the real servers (%s), and %v; "+
		"give it the addresses of prove's servers in its arguments (@IMAP@)", e.Program, strings.Join(e.Servers, ", "), e.Err)
}

// leadPort has the port run in a sandbox if the original has connected to servers by their own names:
// the port would, too.
func (r *runner) leadPort(servers map[string]Service) error {
	if r.config.Unled || len(servers) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(servers))
	return r.lead(&r.portSandbox, filepath.Base(r.config.Port), names)
}

// lead makes a sandbox for a program, or returns an [*UnledError] where there is none.
func (r *runner) lead(s **sandbox, program string, names []string) (err error) {
	*s, err = r.newSandbox()
	if errors.Is(err, errNoSandbox) {
		return &UnledError{program, names, err}
	}
	return err
}

// runner has the temporary folder of a comparison, and the front.
type runner struct {
	config Config
	front  *front
	mail   map[string][]Folder
	php    *php
	// prepended are the files that PHP runs before the script.
	prepended []string
	tz        string

	phpSandbox, portSandbox *sandbox // nil where none is needed

	base, build string
	template    string // the folder that is copied for each side
	script      string // in the work folder, or where it is
	started     map[string]File
}

func newRunner(config Config) (r *runner, err error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	if config.Dovecot {
		if _, err := findDovecot(); err != nil {
			return nil, err
		}
	}
	r = &runner{config: config, mail: config.Mail, tz: "UTC"}
	if r.mail == nil {
		corpus, err := Corpus()
		if err != nil {
			return nil, err
		}
		r.mail = map[string][]Folder{"": corpus}
	}
	if r.base, err = os.MkdirTemp("", "imapcompat-prove-*"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.base, err = filepath.EvalSymlinks(r.base); err != nil {
		return nil, err
	}
	r.build = r.path("build")
	if err := os.Mkdir(r.build, 0o700); err != nil {
		return nil, err
	}
	if r.front, err = newFront(); err != nil {
		return nil, err
	}
	return r, r.prepare()
}

func (r *runner) path(name string) string { return filepath.Join(r.base, name) }

func (r *runner) close() {
	if r.front != nil {
		r.front.Close()
	}
	os.RemoveAll(r.base)
}

// prepare writes what both sides need.
func (r *runner) prepare() error {
	if err := os.WriteFile(r.path("authority.pem"), r.front.authority.pem(), 0o600); err != nil {
		return err
	}
	for _, name := range []string{"bin", "sent"} {
		if err := os.Mkdir(r.path(name), 0o700); err != nil {
			return err
		}
	}
	text := fmt.Sprintf(sink, r.path("sent"))
	if err := os.WriteFile(r.path("bin/sendmail"), []byte(text), 0o700); err != nil {
		return err
	}
	if err := r.findFiles(); err != nil {
		return err
	}
	if err := r.newWork(); err != nil {
		return err
	}
	named, err := literalServices(r.path("work"))
	if err != nil {
		return err
	}
	maps.Copy(named, r.config.Servers)
	r.front.setServices(named)
	r.started, err = tree(r.path("work"))
	return err
}

// findFiles sets template and script.
func (r *runner) findFiles() error {
	script, err := filepath.Abs(r.config.Script)
	if err != nil {
		return err
	}
	r.template = r.config.Files
	if r.config.Script != "" {
		info, err := os.Stat(script)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no file", r.config.Script)
		}
		r.script = script
		if r.template == "" {
			r.template = filepath.Dir(script)
		}
	}
	if r.template == "" {
		return nil
	}
	if r.template, err = filepath.Abs(r.template); err != nil {
		return err
	}
	if inside, err := filepath.Rel(r.template, script); r.script != "" && err == nil && filepath.IsLocal(inside) {
		r.script = filepath.Join(r.path("work"), inside)
	}
	return nil
}

// newWork makes the folders in which a side runs.
func (r *runner) newWork() error {
	for _, name := range []string{"work", "home", "tmp"} {
		if err := os.RemoveAll(r.path(name)); err != nil {
			return err
		}
		if err := os.Mkdir(r.path(name), 0o755); err != nil {
			return err
		}
	}
	if r.template == "" {
		return nil
	}
	port, err := filepath.Abs(r.config.Port)
	if err != nil {
		return err
	}
	return copyFolder(r.template, r.path("work"), func(path string) bool {
		return path == port || path == r.base
	})
}

// original runs the script under PHP.
func (r *runner) original(ctx context.Context) (*Observation, error) {
	if err := r.preparePHP(ctx); err != nil {
		return nil, err
	}
	prepend := r.path("prepend.php")
	if err := writePrepend(prepend, r.prepended...); err != nil {
		return nil, err
	}
	trace, err := openTrace(r.path("trace"))
	if err != nil {
		return nil, err
	}
	defer trace.close()
	return r.runPHP(ctx, prepend, trace)
}

// runPHP runs the script after another file.
func (r *runner) runPHP(ctx context.Context, prepend string, trace *trace) (*Observation, error) {
	if err := r.newWork(); err != nil {
		return nil, err
	}
	args := append(slices.Clone(r.php.args),
		"-d", "display_errors=stderr", "-d", "html_errors=0", "-d", "log_errors=0",
		"-d", "sendmail_path="+r.path("bin/sendmail")+" -t -i",
		"-d", "auto_prepend_file="+prepend, r.script)
	cmd := exec.CommandContext(context.WithoutCancel(ctx), r.php.program, append(args, r.arguments()...)...)
	cmd.Env = append(r.environment(), "IMAPCOMPAT_BIN="+r.path("engine"))
	return r.run(ctx, r.phpSandbox, cmd, trace)
}

// preparePHP finds PHP and writes what it needs.
func (r *runner) preparePHP(ctx context.Context) error {
	name := r.config.PHP
	if name == "" {
		name = "php"
	}
	var err error
	if r.php, err = findPHP(ctx, name); err != nil {
		return err
	}
	if r.config.Extension {
		if !r.php.Extension {
			return errors.New("this PHP does not have the extension imap")
		}
		if err := r.leadExtension(); err != nil {
			return err
		}
	} else {
		if runtime.GOOS == "windows" {
			return errors.New("on Windows the original cannot run; a recording can be compared with")
		}
		if err := r.php.withoutExtension(ctx, r.path("settings")); err != nil {
			return err
		}
		if err := writeBridge(r.path("bridge")); err != nil {
			return err
		}
		if err := writeEngine(r.path("engine"), r.config.Engine, r.front.gate.Addr().String(), r.path("authority.pem")); err != nil {
			return err
		}
		r.prepended = append(r.prepended, r.path("bridge/imap.php"))
	}
	if r.config.Prepend != "" {
		file, err := filepath.Abs(r.config.Prepend)
		if err != nil {
			return err
		}
		if _, err := os.Stat(file); err != nil {
			return err
		}
		if inside, err := filepath.Rel(r.template, file); err == nil && filepath.IsLocal(inside) {
			file = filepath.Join(r.path("work"), inside)
		}
		r.prepended = append(r.prepended, file)
	}
	r.tz = r.php.Timezone
	return nil
}

// leadExtension has PHP run in a sandbox. Where there is none, the files and arguments must have no
// names of servers.
func (r *runner) leadExtension() error {
	if r.config.Unled {
		return nil
	}
	servers, err := literalServers(r.path("work"))
	if err != nil {
		return err
	}
	for _, text := range append(slices.Clone(r.config.Args), r.config.Env...) {
		for _, match := range mailboxName.FindAllStringSubmatch(text, -1) {
			servers = append(servers, match[1])
		}
	}
	err = r.lead(&r.phpSandbox, "PHP's extension", servers)
	if unled := new(UnledError); errors.As(err, &unled) && len(servers) == 0 {
		return nil
	}
	return err
}

// port runs the port.
func (r *runner) port(ctx context.Context, port *builtPort) (*Observation, error) {
	if err := r.newWork(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), port.program, r.arguments()...)
	cmd.Env = append(r.environment(),
		gateVariable+"="+r.front.gate.Addr().String(),
		sendmailVariable+"="+r.path("bin/sendmail"),
		authorityVariable+"="+r.path("authority.pem"))
	return r.run(ctx, r.portSandbox, cmd, nil)
}

func (r *runner) arguments() []string {
	addresses := r.front.addresses()
	var args []string
	for _, arg := range r.config.Args {
		args = append(args, addresses.Replace(arg))
	}
	return args
}

// environment returns the variables of both sides.
func (r *runner) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "IMAPCOMPAT_") })
	if r.php != nil {
		env = append(env, r.php.env...)
	}
	env = append(env, "TZ="+r.tz, "HOME="+r.path("home"), "TMPDIR="+r.path("tmp"),
		"SENDMAIL="+r.path("bin/sendmail"), "PATH="+r.path("bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	addresses := r.front.addresses()
	for _, variable := range r.config.Env {
		env = append(env, addresses.Replace(variable))
	}
	return env
}

// run runs a side on servers of its own, and observes it.
func (r *runner) run(ctx context.Context, box *sandbox, cmd *exec.Cmd, trace *trace) (*Observation, error) {
	if box != nil {
		if err := box.wrap(r.config.Sandbox, cmd); err != nil {
			return nil, err
		}
	}
	cmd.Dir = r.path("work")
	cmd.Stdin = bytes.NewReader(r.config.Stdin)
	s := newSide(&r.config, r.startServer, r.mail, trace)
	r.front.begin(s)
	o := &Observation{zone: r.tz, Folder: r.base}
	err := runProcess(ctx, cmd, r.config.timeout(), r.config.maxOutput(), o)
	r.front.settle(ctx)
	var failed error
	if o.Sent, failed = collectSent(r.path("sent")); failed != nil {
		err = cmpErr(err, failed)
	}
	if failed := s.finish(o); failed != nil {
		err = cmpErr(err, failed)
	}
	if err != nil {
		return nil, err
	}
	return o, r.collect(ctx, o)
}

// collect reads the files of a side, and forgets its mail.
func (r *runner) collect(ctx context.Context, o *Observation) error {
	now, err := tree(r.path("work"))
	if err != nil {
		return err
	}
	o.Files = changes(r.started, now)
	if err := readTables(ctx, r.path("work"), o.Files); err != nil {
		return err
	}
	if err := os.RemoveAll(r.path("sent")); err != nil {
		return err
	}
	return os.Mkdir(r.path("sent"), 0o700)
}
