package servers

import (
	"net"
	"os"
	"os/exec"
	"sync"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// listen runs a program for each connection to a port, as inetd does. The connection is the
// program's standard input and output.
func (s *Server) listen(port int, newCommand func() *exec.Cmd) error {
	l, err := net.Listen("tcp", harness.Address(port))
	if err != nil {
		return err
	}
	output, err := os.OpenFile(s.path("output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	d := inetd{newCommand: newCommand, output: output, running: make(map[*exec.Cmd]bool)}
	var accepting sync.WaitGroup
	accepting.Add(1)
	go func() {
		defer accepting.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if err := d.serve(conn.(*net.TCPConn)); err != nil {
				output.WriteString(err.Error() + "\n")
			}
		}
	}()
	s.stop = append(s.stop, func() {
		l.Close()
		accepting.Wait()
		d.killAll()
		output.Close()
	})
	return nil
}

type inetd struct {
	newCommand func() *exec.Cmd
	output     *os.File

	mu      sync.Mutex
	running map[*exec.Cmd]bool
	done    sync.WaitGroup
}

func (d *inetd) serve(conn *net.TCPConn) error {
	defer conn.Close() // the program has a copy
	socket, err := conn.File()
	if err != nil {
		return err
	}
	defer socket.Close()
	cmd := d.newCommand()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = socket, socket, d.output
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	d.running[cmd] = true
	d.done.Add(1)
	go func() {
		defer d.done.Done()
		cmd.Wait()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.running, cmd)
	}()
	return nil
}

func (d *inetd) killAll() {
	d.mu.Lock()
	for cmd := range d.running {
		cmd.Process.Kill()
	}
	d.mu.Unlock()
	d.done.Wait()
}
