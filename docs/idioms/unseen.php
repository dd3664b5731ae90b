<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

foreach (imap_search($mbox, "UNSEEN") ?: [] as $num) {
    $header = imap_headerinfo($mbox, $num);
    $text = imap_fetchbody($mbox, $num, "1", FT_PEEK);
    echo "$header->fromaddress: $header->subject (", strlen($text), " octets)\n";
    imap_setflag_full($mbox, $num, "\\Seen");
}
imap_close($mbox);
