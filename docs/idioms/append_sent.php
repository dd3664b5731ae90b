<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$message = "From: support@example.com\r\n"
    . "To: ann@example.org\r\n"
    . "Subject: Your order\r\n"
    . "\r\n"
    . "It is on its way.\r\n";
if (!imap_status($mbox, $server . "Sent", SA_MESSAGES)) {
    imap_createmailbox($mbox, $server . "Sent");
}
imap_append($mbox, $server . "Sent", $message, "\\Seen")
    or die("not kept: " . imap_last_error());
$status = imap_status($mbox, $server . "Sent", SA_MESSAGES | SA_UNSEEN);
echo "$status->messages in Sent, $status->unseen unseen\n";
imap_close($mbox);
