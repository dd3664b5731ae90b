package prove

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// errNoSandbox says that this system has no sandbox, or does not let this user have one.
var errNoSandbox = errors.New("there is no sandbox here")

// sandbox is a network of its own for a program that prove did not build. In it every name is
// 127.0.0.1, and the ports of mail services lead to the gate.
type sandbox struct{ socket, ports, folder string }

// insideHost is the address of all names in a sandbox. It is not an IP address, so that no program
// outside asks the gate for it.
const insideHost = "sandbox"

// newSandbox returns a sandbox that works here, or an error that matches errNoSandbox.
func (r *runner) newSandbox() (*sandbox, error) {
	if len(r.config.Sandbox) == 0 {
		return nil, errNoSandbox
	}
	s := &sandbox{socket: r.path("gate"), ports: strings.Join(r.front.ports(), ","), folder: r.base}
	if r.front.unix == nil { // both sides may have a sandbox
		if err := r.front.listenUnix(s.socket); err != nil {
			return nil, err
		}
	}
	for name, text := range map[string]string{
		"hosts": "127.0.0.1 localhost\n", "resolv.conf": "nameserver 127.0.0.1\n",
		"bundle.pem": string(systemRoots()) + string(r.front.authority.pem()),
	} {
		if err := os.WriteFile(r.path(name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	probe := exec.Command("true")
	if err := s.wrap(r.config.Sandbox, probe); err != nil {
		return nil, err
	}
	if out, err := probe.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %w: %s", errNoSandbox, err, strings.TrimSpace(string(out)))
	}
	return s, nil
}

// systemRoots returns the certificates that programs trust, in PEM.
func systemRoots() []byte {
	for _, name := range []string{os.Getenv("SSL_CERT_FILE"), "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"} {
		if text, err := os.ReadFile(name); err == nil {
			return text
		}
	}
	return nil
}

// wrap has a command run in the sandbox.
func (s *sandbox) wrap(program []string, cmd *exec.Cmd) error {
	if cmd.Err != nil {
		return cmd.Err
	}
	own, err := exec.LookPath(program[0])
	if err != nil {
		return err
	}
	args := append(slices.Clone(program), "--gate", s.socket, "--ports", s.ports, "--folder", s.folder, "--", cmd.Path)
	cmd.Args = append(args, cmd.Args[1:]...)
	cmd.Path = own
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	bundle := filepath.Join(s.folder, "bundle.pem")
	cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+bundle, "NODE_EXTRA_CA_CERTS="+bundle)
	return inNamespaces(cmd)
}

// ports returns the ports that lead to the gate.
func (f *front) ports() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for port := range services {
		list = append(list, port)
	}
	for address := range f.extra {
		if _, port, err := net.SplitHostPort(address); err == nil {
			list = append(list, port)
		}
	}
	for _, l := range f.local {
		if _, port, err := net.SplitHostPort(l.Addr().String()); err == nil {
			list = append(list, port)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// relay passes data between connections until both have ended.
func relay(a, b net.Conn) {
	type halfCloser interface{ CloseWrite() error }
	done := make(chan struct{})
	pass := func(to, from net.Conn) {
		io.Copy(to, from)
		if half, ok := to.(halfCloser); ok {
			half.CloseWrite()
		}
	}
	go func() { defer close(done); pass(a, b) }()
	pass(b, a)
	<-done
	a.Close()
	b.Close()
}
