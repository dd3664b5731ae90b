package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/internal/filelock"
)

// lockMbox opens an mbox and locks it: against other processes of this program by a lock on
// the file, and against other programs by a file beside it (".lock"), as far as its folder
// may be written to.
func lockMbox(ctx context.Context, path string) (file *os.File, unlock func() error, err error) {
	for {
		file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, nil, err
		}
		locked, err := filelock.Try(file)
		if err == nil && locked && isStill(file, path) {
			break
		}
		file.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		if err := pauseFor(ctx, lockPause); err != nil {
			return nil, nil, fmt.Errorf("%s is locked: %w", path, err)
		}
	}
	dot, err := lockBeside(ctx, path+".lock")
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, func() error { return errors.Join(dot(), file.Close()) }, nil
}

const (
	lockPause = 20 * time.Millisecond
	// staleLock is the age at which a lock file of an unknown program is taken for a left one.
	staleLock = 5 * time.Minute
)

// isStill reports whether a path still leads to a file: a mail program may have replaced it.
func isStill(file *os.File, path string) bool {
	opened, err := file.Stat()
	named, other := os.Stat(path)
	return err == nil && other == nil && os.SameFile(opened, named)
}

// lockBeside creates a lock file, and returns what removes it. The caller has locked the
// mbox, so no other process of this program does the same.
func lockBeside(ctx context.Context, path string) (unlock func() error, err error) {
	host, _ := os.Hostname()
	for {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_, err = fmt.Fprintf(file, "%d %s\n", os.Getpid(), host)
			return func() error { return os.Remove(path) }, errors.Join(err, file.Close())
		}
		if errors.Is(err, fs.ErrPermission) {
			return func() error { return nil }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if isLeft(path, host) {
			os.Remove(path)
			continue
		}
		if err := pauseFor(ctx, lockPause); err != nil {
			return nil, fmt.Errorf("%s is there: %w", path, err)
		}
	}
}

// isLeft reports whether a lock file has no owner any more.
func isLeft(path, host string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if time.Since(info.ModTime()) > staleLock {
		return true
	}
	text, err := os.ReadFile(path)
	pid, on, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	number, notNumber := strconv.Atoi(pid)
	return err == nil && notNumber == nil && on == host && !isRunning(number)
}

// pauseFor waits, unless ctx ends before.
func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
