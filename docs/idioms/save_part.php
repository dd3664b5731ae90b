<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$file = fopen("invoice.pdf", "w");
stream_filter_append($file, "convert.base64-decode", STREAM_FILTER_WRITE);
imap_savebody($mbox, $file, 2, "2", FT_PEEK);
fclose($file);
echo filesize("invoice.pdf"), " octets\n";
imap_close($mbox);
