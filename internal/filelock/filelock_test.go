package filelock_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/internal/filelock"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("FILELOCK_TEST"); path != "" {
		if _, err := filelock.Open(context.Background(), path); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("locked")
		time.Sleep(time.Hour) // until it is killed
	}
	os.Exit(m.Run())
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := filelock.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if file, err := filelock.Open(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("locked twice: %v, %v", file, err)
	}
	time.AfterFunc(10*time.Millisecond, func() { first.Close() })
	second, err := filelock.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

// The lock of a process ends with it.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FILELOCK_TEST="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := filelock.Open(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("locked by two processes: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // its error is that it was killed
	file, err := filelock.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
}
