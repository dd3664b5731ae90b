<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$uids = imap_search($mbox, 'SUBJECT "invoice"', SE_UID);
if ($uids) {
    imap_mail_move($mbox, implode(",", $uids), "Archive", CP_UID)
        or die("not moved: " . imap_last_error());
    imap_expunge($mbox);
}
echo imap_num_msg($mbox), " left in the inbox, ";
imap_reopen($mbox, $server . "Archive");
echo imap_num_msg($mbox), " in the archive\n";
imap_close($mbox);
