<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$perpage = 4;
$uids = imap_sort($mbox, SORTDATE, true, SE_UID);
foreach (array_chunk($uids, $perpage) as $page => $chunk) {
    echo "page ", $page + 1, "\n";
    // imap_fetch_overview returns messages in the order of the mailbox.
    $mails = [];
    foreach (imap_fetch_overview($mbox, implode(",", $chunk), FT_UID) as $mail) {
        $mails[$mail->uid] = $mail;
    }
    foreach ($chunk as $uid) {
        echo "  ", $mails[$uid]->date, "  ", $mails[$uid]->subject, "\n";
    }
}
imap_close($mbox);
