<?php
// Message numbers and UIDs: imap_uid and imap_msgno.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    foreach ([...range(-1, 11), (1 << 31) - 1, PHP_INT_MIN] as $number) {
        show(fn () => imap_uid($mbox, $number));
        show(fn () => imap_msgno($mbox, $number));
    }
    imap_delete($mbox, '2');
    imap_expunge($mbox);
    foreach (range(1, 5) as $number) {
        show(fn () => imap_uid($mbox, $number));
        show(fn () => imap_msgno($mbox, $number));
    }
    showNotices();
}
showMisuse('imap_uid', 2, ['imap' => $mbox, 'message_num' => 1]);
showMisuse('imap_msgno', 2, ['imap' => $mbox, 'message_uid' => 1]);
