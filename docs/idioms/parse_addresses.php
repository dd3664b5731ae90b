<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$header = imap_headerinfo($mbox, 2);
$list = "$header->toaddress, $header->ccaddress, root, <broken";
foreach (imap_rfc822_parse_adrlist($list, "example.com") as $address) {
    if ($address->host == ".SYNTAX-ERROR.") {
        continue;
    }
    echo imap_rfc822_write_address($address->mailbox, $address->host, $address->personal ?? ""), "\n";
}
foreach (imap_errors() ?: [] as $error) {
    echo "  $error\n";
}
imap_close($mbox);
