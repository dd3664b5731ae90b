<?php
// imap_subscribe and imap_unsubscribe.
// mailbox INBOX five
// mailbox Archive

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
foreach (['imap_subscribe', 'imap_unsubscribe'] as $function) {
    foreach (['Archive', 'Archive', 'Nowhere', '', 'a*b', '&'] as $name) {
        echo "-- $function $name\n";
        show(fn () => $function($mbox, IMAP . $name));
        if ($name !== '&') {
            showNotices();
        }
        imap_errors();
        show(fn () => imap_lsub($mbox, IMAP, '*'));
    }
    showMisuse($function, 2, ['imap' => $mbox, 'mailbox' => IMAP . 'Archive']);
}
