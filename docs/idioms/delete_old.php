<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$old = imap_search($mbox, 'BEFORE "1-Jan-2024" UNFLAGGED', SE_UID) ?: [];
foreach ($old as $uid) {
    imap_delete($mbox, $uid, FT_UID);
}
imap_expunge($mbox);
echo count($old), " deleted, ", imap_num_msg($mbox), " left\n";
imap_close($mbox);
