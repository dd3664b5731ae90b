<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$info = imap_mailboxmsginfo($mbox);
echo "$info->Nmsgs messages, $info->Unread unread, $info->Size octets\n";
foreach (imap_headers($mbox) as $line) {
    echo "$line\n";
}
imap_close($mbox);
