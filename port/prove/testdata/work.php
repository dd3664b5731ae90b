<?php
// It does one thing of each kind that prove compares. $server is of prove's own.
[, $server] = $argv;
$mbox = imap_open($server . 'INBOX', 'ada', 'secret') or die("can't connect\n");
foreach (imap_search($mbox, 'FROM "ada"') as $n) {
    echo $n, ': ', imap_headerinfo($mbox, $n)->subject ?? '', "\n";
}
imap_setflag_full($mbox, '4', '\\Flagged');
imap_clearflag_full($mbox, '1', '\\Seen');
imap_createmailbox($mbox, $server . 'Invoices');
imap_mail_copy($mbox, '2', 'Invoices');
imap_append($mbox, $server . 'Sent', "Subject: a note\r\n\r\nwritten by the script\r\n", '\\Seen');
imap_unsubscribe($mbox, $server . 'Trash');
imap_delete($mbox, '5');
imap_expunge($mbox);
file_put_contents('count.txt', imap_num_msg($mbox) . " messages\n");
chmod('count.txt', 0640);
imap_mail('grace@example.org', 'Report', "All is done.\n");
imap_close($mbox);
echo "done\n";
exit(3);
