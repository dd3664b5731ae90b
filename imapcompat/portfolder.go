package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// portedFiles lists the files of a port with their SHA-256, as sha256sum does. A file that is another than its line says
// was edited.
const portedFiles = ".imapcompat-port"

// writeModule writes the files of a port, all or none. Without force it leaves a folder alone whose files were edited, or
// that has Go of somebody else. Files of an earlier port that this one lacks are removed.
func writeModule(folder string, files map[string][]byte, force bool) error {
	ported, err := readPorted(folder)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	if !force {
		if err := checkEdited(folder, files, ported); err != nil {
			return err
		}
	}
	_, missing := os.Stat(folder)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := replaceFiles(folder, append(names, portedFiles), files); err != nil {
		if missing != nil {
			os.Remove(folder) // which fails if it is not empty
		}
		return err
	}
	for name := range ported {
		if files[name] == nil {
			if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// readPorted reads the list of an earlier port.
func readPorted(folder string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(folder, portedFiles))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	ported := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if ok && name == filepath.Base(name) && filepath.IsLocal(name) {
			ported[name] = sum
		}
	}
	return ported, nil
}

func sumOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// checkEdited returns an error if files that would be replaced or removed are not as a port wrote them, or others are there
// that would be part of the program.
func checkEdited(folder string, files map[string][]byte, ported map[string]string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		path := filepath.Join(folder, name)
		_, known := ported[name]
		want, written := files[name]
		switch {
		case !known && !written && len(ported) == 0 && filepath.Ext(name) == ".go":
			return fmt.Errorf("%s is there and is of no port, and would be part of the program; --force leaves it", path)
		case !known && !written:
			continue
		}
		old, err := os.ReadFile(path)
		switch {
		case err != nil:
			return err
		case sumOf(old) == ported[name] || written && string(old) == string(want):
		case written:
			return fmt.Errorf("%s is there and differs from what would be written; --force replaces it", path)
		default:
			return fmt.Errorf("%s is of an earlier port and was edited; --force removes it", path)
		}
	}
	return nil
}

// replaceFiles writes files beside those that they replace, and replaces these when all are written: a disk that is full
// leaves the folder as it was.
func replaceFiles(folder string, names []string, files map[string][]byte) error {
	staged, err := os.MkdirTemp(folder, ".imapcompat-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staged)
	var list strings.Builder
	for _, name := range names {
		text, ok := files[name]
		if ok {
			fmt.Fprintf(&list, "%s  %s\n", sumOf(text), name)
		} else {
			text = []byte(list.String())
		}
		if err := os.WriteFile(filepath.Join(staged, name), text, 0o666); err != nil {
			return err
		}
		if info, err := os.Lstat(filepath.Join(folder, name)); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder", filepath.Join(folder, name))
		}
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(staged, name), filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}
