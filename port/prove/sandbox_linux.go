package prove

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"
)

// inNamespaces has a command begin in a network and a view of files of its own.
func inNamespaces(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{unix.CAP_NET_ADMIN, unix.CAP_NET_BIND_SERVICE, unix.CAP_SYS_ADMIN},
	}
	return nil
}

// Inside runs a program in the sandbox that its own process is in, and returns the exit code.
// Connections to the ports go to the gate, a Unix socket. folder has what replaces files of /etc. An
// error says that the program did not run.
func Inside(gate, ports, folder string, program []string) (int, error) {
	runtime.LockOSThread() // capabilities are those of a thread
	if len(program) == 0 {
		return 0, errors.New("no program")
	}
	if err := errors.Join(bringUp("lo"), replaceFiles(folder), answerNames(), listenInside(gate, ports)); err != nil {
		return 0, err
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return 0, err
	}
	cmd := exec.Command(program[0], program[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil // as a shell says it
	}
	return cmd.ProcessState.ExitCode(), nil
}

// bringUp switches a network interface on.
func bringUp(name string) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}

// replaceFiles has names be looked up here, and sendmail be prove's program.
func replaceFiles(folder string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	for name, file := range map[string]string{"hosts": "/etc/hosts", "resolv.conf": "/etc/resolv.conf", "bin/sendmail": "/usr/sbin/sendmail"} {
		err := unix.Mount(filepath.Join(folder, name), file, "", unix.MS_BIND, "")
		if err != nil && !(errors.Is(err, unix.ENOENT) && name == "bin/sendmail") {
			return fmt.Errorf("mount %s: %w", file, err)
		}
	}
	return nil
}

// answerNames answers all questions for names of hosts with 127.0.0.1.
func answerNames() error {
	conn, err := net.ListenPacket("udp", "127.0.0.1:53")
	if err != nil {
		return err
	}
	go func() {
		question := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(question)
			if err != nil {
				return
			}
			if answer, err := answerName(question[:n]); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return nil
}

func answerName(question []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(question)
	if err != nil {
		return nil, err
	}
	q, err := parser.Question()
	if err != nil {
		return nil, err
	}
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, RecursionDesired: header.RecursionDesired, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}
	if q.Type == dnsmessage.TypeA {
		message.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr("127.0.0.1").As4()},
		}}
	}
	return message.Pack()
}

// listenInside passes connections to the ports on to the gate.
func listenInside(gate, ports string) error {
	for port := range strings.SplitSeq(ports, ",") {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return err
		}
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go passInside(conn, gate, port)
			}
		}()
	}
	return nil
}

func passInside(conn net.Conn, gate, port string) {
	defer conn.Close()
	out, err := net.Dial("unix", gate)
	if err != nil {
		return
	}
	defer out.Close()
	address := net.JoinHostPort(insideHost, port)
	answer := make([]byte, 1)
	if _, err := fmt.Fprintf(out, "%s %s\n", askPort, address); err != nil {
		return
	}
	if _, err := io.ReadFull(out, answer); err == nil && answer[0] == gateTakes {
		relay(conn, out)
	}
}
