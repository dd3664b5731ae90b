<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$header = imap_headerinfo($mbox, 2);
$to = $header->reply_to[0];
$sent = imap_mail(
    imap_rfc822_write_address($to->mailbox, $to->host, $to->personal ?? ""),
    "Re: $header->subject",
    "Thank you, we have your message.\n",
    "In-Reply-To: $header->message_id\r\nReferences: $header->message_id",
    null,
    null,
    "support@example.com",
);
if ($sent) {
    imap_setflag_full($mbox, "2", "\\Answered");
    echo "answered\n";
}
imap_close($mbox);
