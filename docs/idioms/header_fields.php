<?php
// Whether a message opens a ticket.
function is_ticket($mbox, $num)
{
    $header = imap_headerinfo($mbox, $num);
    if (empty($header->from) || $header->from[0]->mailbox == "mailer-daemon" || isset($header->in_reply_to)) {
        return false;
    }
    return !preg_match('/^(Auto-Submitted|List-Unsubscribe):/mi', imap_fetchheader($mbox, $num));
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());
for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    echo $num, is_ticket($mbox, $num) ? " ticket\n" : " no ticket\n";
}
imap_close($mbox);
