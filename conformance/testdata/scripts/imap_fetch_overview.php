<?php
// Lists of messages: imap_fetch_overview and imap_headers.
// mailbox INBOX five S FR T Da
// mailbox Empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP . 'INBOX', POP3 . 'INBOX', IMAP . 'Empty'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    show(fn () => imap_headers($mbox));
    if (imap_num_msg($mbox) > 0) {
        foreach (['1', '1:*', '*', '2,4', '4,2', '5:3', '1:2,2:3', '*:4'] as $sequence) {
            show(fn () => imap_fetch_overview($mbox, $sequence));
        }
        show(fn () => imap_fetch_overview($mbox, '1:3', FT_UID));
        show(fn () => imap_fetch_overview($mbox, 2));
    }
    showNotices();
    foreach ([2, FT_PEEK | FT_UID, -1, PHP_INT_MAX] as $flags) {
        show(fn () => imap_fetch_overview($mbox, '1', $flags));
    }
    if (imap_num_msg($mbox) > 0) {
        imap_delete($mbox, '2');
        show(fn () => imap_headers($mbox));
        imap_expunge($mbox);
        show(fn () => imap_headers($mbox));
    }
    showNotices();
}
$half = imap_open(IMAP, USER, PASSWORD, OP_HALFOPEN);
show(fn () => imap_headers($half));
showMisuse('imap_fetch_overview', 2, ['imap' => $mbox, 'sequence' => '1', 'flags' => 0]);
showMisuse('imap_headers', 1, ['imap' => $mbox]);
