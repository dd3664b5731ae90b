package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"time"
)

// startTimeout limits the wait for the greeting of a new server.
const startTimeout = 10 * time.Second

// Process is a running server.
type Process struct {
	alive  io.Closer // closing it stops the server
	exited chan struct{}
}

// guard runs a command, and ends it when standard input ends: when the process is stopped, or
// when its parent has ended.
const guard = `exec 3<&0
"$@" & server=$!
{ cat <&3 >/dev/null; kill $server; } 2>/dev/null &
wait $server`

// Run starts a command, which must not run in the background. Its output goes to a file.
func Run(cmd *exec.Cmd, output string) (*Process, error) {
	guarded := exec.Command("/bin/sh", append([]string{"-c", guard, "guard"}, cmd.Args...)...)
	guarded.Env, guarded.Dir, guarded.SysProcAttr = cmd.Env, cmd.Dir, cmd.SysProcAttr
	file, err := os.Create(output)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	guarded.Stdout, guarded.Stderr = file, file
	p := &Process{exited: make(chan struct{})}
	if p.alive, err = guarded.StdinPipe(); err != nil {
		return nil, err
	}
	if err := guarded.Start(); err != nil {
		return nil, err
	}
	go func() {
		guarded.Wait()
		close(p.exited)
	}()
	return p, nil
}

// Stop ends the process and waits for its end.
func (p *Process) Stop() {
	p.alive.Close()
	<-p.exited
}

// Await waits until the server greets on each of the ports.
func (p *Process) Await(ports ...int) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for _, port := range ports {
		for !greets(port) {
			select {
			case <-p.exited:
				return errors.New("it ended at once")
			case <-ctx.Done():
				return fmt.Errorf("no greeting within %v", startTimeout)
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	return nil
}

func greets(port int) bool {
	conn, err := net.DialTimeout("tcp", Address(port), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(startTimeout))
	_, err = conn.Read(make([]byte, 1))
	return err == nil
}
