package translate

import (
	"os"
	"strings"
	"testing"
)

// TestImapCalls compares calls of imap_* with what they are in Go.
func TestImapCalls(t *testing.T) {
	const open = `$m = imap_open("{h}INBOX", "u", "p"); $i = 5; $s = trim("x"); $n = imap_num_msg($m); $ids = imap_search($m, "ALL"); `
	for _, c := range [][2]string{
		{`$x = imap_open($s, $s, $s, 2); echo imap_num_msg($x);`, `imapOpen(s, s, s, imapcompat.OpenFlag(2))`},
		{`$x = imap_open($s, $s, $s, OP_READONLY, 3, ["DISABLE_AUTHENTICATOR" => "GSSAPI"]); echo imap_num_msg($x);`,
			`imapOpen(s, s, s, imapcompat.OP_READONLY, imapcompat.WithRetries(3), imapcompat.WithDisabledAuthenticators("GSSAPI"))`},
		{`$x = imap_open($s, $s, $s, 0, 1, array("DISABLE_AUTHENTICATOR" => array("GSSAPI", "NTLM"))); echo imap_num_msg($x);`,
			`imapcompat.WithDisabledAuthenticators([]string{"GSSAPI", "NTLM"}...)`},
		{`$x = imap_open($s, $s, $s, CL_EXPUNGE); echo imap_num_msg($x);`, `imapOpen(s, s, s, imapcompat.CL_EXPUNGE)`},
		{`$x = imap_open($s, $s, $s, OP_READONLY | CL_EXPUNGE); echo imap_num_msg($x);`, `imapcompat.CloseFlag(`},
		{`imap_reopen($m, $s, $i);`, `imapcompat.OpenFlag(i&^int(imapcompat.CL_EXPUNGE))`},
		{`foreach (imap_fetch_overview($m, $i) as $o) { $o->time = 5; echo $o->time, $o->subject; }`, `mapList(imapListed(m.FetchOverview(`},
		{`$h = imap_headerinfo($m, $i); foreach ((array) $h as $k => $v) { echo $k; }`, `toArray(`},
		{`$o = imap_fetch_overview($m, $i); if ($o[0]->seen === false) { echo "never"; } if ($o[0]->seen === 0) { echo 1; }`, "if false {\n\t\tfmt.Print(\"never\")\n\t}\n\tif !orNew(at(o, 0)).Seen {"},
		{`imap_delete($m, (string) $i);`, `m.Delete(imapcompat.SequenceOf(i))`},
		{`foreach (imap_mime_header_decode($s) as $p) { if ($p->charset == "default") { $p->charset = "x"; } echo $p->charset; }`, `imapObjectOf`},
		{`imap_delete($m, $i);`, `	imapDone(m.Delete(imapcompat.SequenceOf(i)))`},
		{`imap_delete($m, "1:5,9");`, `	imapDone(m.Delete("1:5,9"))`},
		{`imap_delete($m, "1:$n");`, `m.Delete(imapcompat.SequenceRange(1, n))`},
		{`imap_delete($m, "$i:$n", FT_UID);`, `m.Delete(imapcompat.SequenceRange(i, n), imapcompat.FT_UID)`},
		{`imap_delete($m, $i . ":" . $n);`, `m.Delete(imapcompat.SequenceRange(i, n))`},
		{`imap_delete($m, implode(",", $ids), FT_UID);`, `m.Delete(imapcompat.SequenceOf(ids...), imapcompat.FT_UID)`},
		{`imap_delete($m, $s);`, `m.Delete(imapcompat.Sequence(s))`},
		{`if (imap_delete($m, $i)) { echo 1; }`, `if imapDone(m.Delete(imapcompat.SequenceOf(i))) {`},
		{`if (!imap_mail_move($m, $i, "Trash", CP_UID)) { echo 1; }`, `m.MailMove(imapcompat.SequenceOf(i), "Trash", imapcompat.CP_UID)`},
		{`echo imap_body($m, $i, FT_UID | FT_PEEK);`, `m.Body(i, imapcompat.FT_UID|imapcompat.FT_PEEK)`},
		{`echo imap_body($m, $i, 0);`, `m.Body(i)`},
		{`echo imap_fetchbody($m, $i, 1);`, `m.FetchBody(i, "1")`},
		{`echo imap_fetchbody($m, $i, "1." . $n);`, `m.FetchBody(i, "1."+strconv.Itoa(n))`},
		{`echo imap_fetchbody($m, $s, "1", $i);`, `m.FetchBody(intval(s), "1", imapcompat.FetchFlag(i))`},
		{`imap_append($m, $s, "text", "\\Seen");`, `m.Append(s, "text", imapcompat.WithAppendFlags("\\Seen"))`},
		{`imap_append($m, $s, "text", null, $s);`, `m.Append(s, "text", imapcompat.WithInternalDate(s))`},
		{`imap_setflag_full($m, $i, "\\Seen \\Flagged", ST_UID);`, `m.SetFlagFull(imapcompat.SequenceOf(i), "\\Seen \\Flagged", imapcompat.ST_UID)`},
		{`foreach (imap_sort($m, SORTDATE, 1, SE_UID) as $u) { echo $u; }`, `imapListed(m.Sort(imapcompat.SORTDATE, true, imapcompat.SE_UID))`},
		{`echo imap_status($m, $s, SA_ALL)->unseen;`, `m.Status(s, imapcompat.SA_ALL)`},
		{`imap_close($m, CL_EXPUNGE);`, `	imapDone(m.Close(imapcompat.CL_EXPUNGE))`},
		{`imap_savebody($m, $s, $i, "2", FT_PEEK);`, `imapSaveBody(m, s, i, "2", imapcompat.FT_PEEK)`},
		{`echo imap_last_error();`, `imapLastError()`},
		{`echo imap_utf8($s);`, `imapNoted(imapcompat.UTF8(s))`},
		{`echo imap_qprint(imap_base64($s));`, `imapNoted(imapcompat.QPrint(orWarn(imapDecoded(imapcompat.Base64(s)))))`},
		{`imap_timeout(IMAP_OPENTIMEOUT, 10);`, `imapTimeout(int(imapcompat.IMAP_OPENTIMEOUT), 10)`},
		{`$h = imap_headerinfo($m, $i); echo $h->subject, $h->from[0]->mailbox;`, `h.From.First().Mailbox`},
		{`$h = imap_headerinfo($m, $i); echo $h->Msgno;`, `fmt.Sprintf("%4d", h.Msgno)`},
		{`$h = imap_headerinfo($m, $i); if ($h->Unseen == 'U') { echo $h->Date; }`, `if h.Unseen == "U" {`},
		{`$h = imap_headerinfo($m, $i); if (isset($h->cc)) { echo 1; }`, `if h.Isset("cc") {`},
		{`$x = imap_fetchstructure($m, $i); if ($x->type == TYPEMULTIPART && $x->encoding == 3) { echo 1; }`,
			`if x.Type == imapcompat.TYPEMULTIPART && x.Encoding == 3 {`},
		{`$x = imap_fetch_overview($m, $i); if (!$x[0]->seen) { echo $x[0]->date; }`, `.Seen {`},
	} {
		t.Run(c[0], func(t *testing.T) {
			module, err := Program([]Source{{Name: "script.php", Text: []byte("<?php " + open + c[0])}}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(module.Files["main.go"]); !strings.Contains(got, c[1]) {
				t.Errorf("no %s in\n%s", c[1], got)
			}
		})
	}
}

// TestImapConstants compares the constants with those that port/audit knows.
func TestImapConstants(t *testing.T) {
	text, err := os.ReadFile("../audit/constants.txt")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(text))
	for _, name := range names {
		if imapConstantTypes()[name] == nil {
			t.Errorf("%s has no type", name)
		}
	}
	if len(names) != len(imapConstantTypes()) {
		t.Errorf("%d constants have types, %d are known", len(imapConstantTypes()), len(names))
	}
}

// TestImapFunctions compares the functions with those that port/audit knows.
func TestImapFunctions(t *testing.T) {
	text, err := os.ReadFile("../audit/functions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]bool{"imap_open": true, "imap_savebody": true, "imap_errors": true, "imap_alerts": true,
		"imap_last_error": true, "imap_timeout": true, "imap_mail": true, "imap_mail_compose": true}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, "\t")
		goName, _, _ := strings.Cut(rest, "\t")
		f, ok := imapFunctions()[name]
		if !ok && !elsewhere[name] {
			t.Errorf("no %s", name)
		}
		if ok && f.name != goName && name != "imap_header" {
			t.Errorf("%s is %s, not %s", name, f.name, goName)
		}
	}
}
