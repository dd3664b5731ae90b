<?php
// Texts of messages as a whole: imap_body, imap_fetchtext, imap_fetchheader.
// mailbox INBOX binary crlf:S cr-only empty header-only dots
// mailbox Plain five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP . 'INBOX', POP3 . 'INBOX', IMAP . 'Plain'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    foreach (['imap_body', 'imap_fetchtext', 'imap_fetchheader'] as $function) {
        foreach (range(1, imap_num_msg($mbox)) as $i) {
            show(fn () => bin2hex($function($mbox, $i, $function === 'imap_fetchheader' ? 0 : FT_PEEK)));
        }
        foreach ([0, FT_UID, FT_INTERNAL, FT_UID | FT_INTERNAL, FT_PEEK, FT_PREFETCHTEXT, FT_NOT, 64, -1, PHP_INT_MAX] as $flags) {
            show(fn () => $function($mbox, 2, $flags));
            show(fn () => $function($mbox, imap_uid($mbox, 2), FT_UID | $flags));
        }
        foreach ([0, -1, 99, (1 << 31) - 1, PHP_INT_MIN] as $number) {
            show(fn () => $function($mbox, $number));
            show(fn () => $function($mbox, $number, FT_UID));
            show(fn () => $function($mbox, $number, 1 << 10));
        }
        show(fn () => array_map(fn ($o) => $o->seen, imap_fetch_overview($mbox, '1:*')));
        showNotices();
    }
}
foreach (['imap_body', 'imap_fetchtext', 'imap_fetchheader'] as $function) {
    showMisuse($function, 2, ['imap' => $mbox, 'message_num' => 1, 'flags' => 0]);
}
