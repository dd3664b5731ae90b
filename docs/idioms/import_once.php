<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$new = imap_search($mbox, 'SUBJECT "invoice" UNKEYWORD Imported', SE_UID) ?: [];
foreach ($new as $uid) {
    echo "import of ", imap_headerinfo($mbox, imap_msgno($mbox, $uid))->message_id, "\n";
    imap_setflag_full($mbox, $uid, "Imported", ST_UID);
}
$done = imap_search($mbox, "KEYWORD Imported") ?: [];
echo count($done), " imported, messages ", implode(" ", $done), "\n";
imap_close($mbox);
