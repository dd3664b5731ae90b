<?php
// imap_gc and imap_timeout.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP, POP3] as $server) {
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    foreach ([IMAP_GC_ELT, IMAP_GC_ENV, IMAP_GC_TEXTS, IMAP_GC_ELT | IMAP_GC_ENV | IMAP_GC_TEXTS, 0, 8, -1, PHP_INT_MAX] as $flags) {
        imap_headerinfo($mbox, 1);
        imap_fetchheader($mbox, 2);
        show(fn () => imap_gc($mbox, $flags));
        show(fn () => imap_body($mbox, 1, FT_PEEK));
        show(fn () => imap_uid($mbox, 3));
    }
}
showMisuse('imap_gc', 2, ['imap' => $mbox, 'flags' => IMAP_GC_ELT]);
showMisuse('imap_timeout', 1, ['timeout_type' => IMAP_READTIMEOUT, 'timeout' => 5]);
show(fn () => imap_timeout(IMAP_READTIMEOUT));
