package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAudit(t *testing.T) {
	folder := t.TempDir()
	script, page := filepath.Join(folder, "a.php"), filepath.Join(folder, "report.html")
	source := "<?php\n$m = @imap_open(\"{mail.example.org/ssl}<b>\", $u, $p);\n"
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	r := execute(t, "audit", "--html", page, folder)
	if r.code != 0 || !strings.Contains(r.stdout, "a.php:2: hazard silenced: ") {
		t.Errorf("got %+v", r)
	}
	html, err := os.ReadFile(page)
	if err != nil || strings.Contains(string(html), "<b>") || !strings.Contains(string(html), "&lt;b&gt;") {
		t.Errorf("%v: %s", err, html)
	}
	if r := execute(t, "audit", "--json", script); r.code != 0 || !strings.Contains(r.stdout, `"function":"imap_open"`) {
		t.Errorf("got %+v", r)
	}
	if r := execute(t, "audit", filepath.Join(folder, "none.php")); r.code != exitFailure {
		t.Errorf("got %+v", r)
	}
	if r := execute(t, "audit"); r.code != exitUsage {
		t.Errorf("got %+v", r)
	}
}
