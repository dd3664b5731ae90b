<?php
// imap_reopen: other mailboxes, other flags, names that are none.
// mailbox INBOX five S F
// mailbox Archive crlf calendar

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$calls = [
    [IMAP . 'Archive'], [IMAP . 'INBOX'], [IMAP . 'Archive', OP_READONLY], [IMAP . 'Archive', 0, 1], [IMAP, OP_HALFOPEN], [IMAP . 'INBOX', OP_SILENT], [IMAP . 'INBOX', CL_EXPUNGE],
    [IMAP . 'Nowhere'], [IMAP . 'INBOX'], [IMAPS . 'Archive'], [IMAP . 'INBOX', 0, -1], [IMAP . 'INBOX', 1 << 20], [IMAP . 'INBOX', -1],
];
foreach ($calls as $i => $arguments) {
    echo "-- $i\n";
    show(fn () => imap_reopen($mbox, ...$arguments));
    show(fn () => imap_num_msg($mbox));
    show(fn () => imap_check($mbox)->Mailbox);
    show(fn () => imap_delete($mbox, '1:*'));
    show(fn () => imap_undelete($mbox, '1:*'));
    imap_errors(); // of a mailbox without messages, where PHP has the server's text
}
imap_delete($mbox, '1');
show(fn () => imap_reopen($mbox, IMAP . 'Archive', CL_EXPUNGE));
show(fn () => imap_reopen($mbox, IMAP . 'INBOX'));
show(fn () => imap_num_msg($mbox));

$pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
imap_delete($pop3, '2');
show(fn () => imap_reopen($pop3, POP3 . 'INBOX'));
show(fn () => imap_num_msg($pop3));
show(fn () => imap_reopen($pop3, IMAP . 'Archive'));
show(fn () => imap_check($pop3)->Driver);
showNotices();
showMisuse('imap_reopen', 2, ['imap' => $mbox, 'mailbox' => IMAP . 'INBOX', 'flags' => 0, 'retries' => 0]);
