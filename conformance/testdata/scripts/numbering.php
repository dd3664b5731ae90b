<?php
// Media types without a constant are numbered for the life of the process.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';

foreach (['X-First/a', 'X-Second/b', 'text/plain'] as $i => $type) {
    $mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
    imap_append($mbox, IMAP . 'INBOX', "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: $type\r\nContent-Transfer-Encoding: x-odd$i\r\n\r\ntext\r\n");
    imap_ping($mbox);
    show(fn () => imap_fetchstructure($mbox, imap_num_msg($mbox)));
}
$mbox = imap_open(POP3 . 'INBOX', USER, PASSWORD);
for ($i = 6; $i <= 8; $i++) {
    show(fn () => imap_fetchstructure($mbox, $i));
}
imap_errors(); // over the bridge POP3 reports each name once again
