<?php
// The functions that read messages, over IMAP and POP3.
// mailbox INBOX bounce crlf:S calendar:FRS digest address-8bit:T binary

require __DIR__ . '/lib/mail.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    var_dump(imap_num_msg($mbox));
    show(fn () => imap_fetch_overview($mbox, '99'));
    show(fn () => imap_fetch_overview($mbox, 'x'));
    show(fn () => imap_fetch_overview($mbox, '1', 5));
    show(fn () => imap_headers($mbox));
    show(fn () => imap_search($mbox, 'SUBJECT "nothing like it"'));
    show(fn () => imap_search($mbox, 'ALL', SE_UID));
    show(fn () => imap_search($mbox, 'NONSENSE'));
    show(fn () => imap_search($mbox, 'ALL', 77));
    show(fn () => imap_sort($mbox, SORTSIZE, true));
    show(fn () => imap_sort($mbox, SORTSIZE, 0, SE_UID, 'SEEN', 'UTF-8'));
    show(fn () => imap_sort($mbox, 99, false));
    show(fn () => imap_sort($mbox, SORTDATE, false, 0, 'NONSENSE'));
    for ($i = 1; $i <= 7; $i++) {
        show(fn () => imap_headerinfo($mbox, $i));
        show(fn () => imap_headerinfo($mbox, $i, 20, 30));
        show(fn () => imap_fetchheader($mbox, $i));
        show(fn () => imap_fetchstructure($mbox, $i));
        show(fn () => imap_body($mbox, $i, FT_PEEK));
        show(fn () => imap_fetchtext($mbox, $i, FT_PEEK));
        show(fn () => imap_fetchbody($mbox, $i, '1', FT_PEEK));
        show(fn () => imap_fetchmime($mbox, $i, '1', FT_PEEK));
        show(fn () => imap_bodystruct($mbox, $i, '1'));
        show(fn () => imap_bodystruct($mbox, $i, '7'));
        show(fn () => imap_uid($mbox, $i));
        show(fn () => imap_msgno($mbox, $i));
    }
    foreach (['imap_headerinfo', 'imap_fetchheader', 'imap_body', 'imap_fetchtext', 'imap_fetchstructure', 'imap_uid', 'imap_msgno'] as $name) {
        show(fn () => $name($mbox, 0));
        show(fn () => $name($mbox, -1));
        show(fn () => $name($mbox, '99'));
    }
    foreach (['imap_fetchheader', 'imap_body', 'imap_fetchtext', 'imap_fetchstructure'] as $name) {
        show(fn () => $name($mbox, 99, FT_UID));
        show(fn () => $name($mbox, 1, 1 << 10));
        show(fn () => $name($mbox, 0, 1 << 10));
    }
    show(fn () => imap_headerinfo($mbox, 1, -1));
    show(fn () => imap_headerinfo($mbox, 1, 0, 5000));
    show(fn () => imap_status($mbox, $server . 'INBOX', SA_MESSAGES | SA_UNSEEN));
    show(fn () => imap_status($mbox, $server . 'INBOX', 0));
    show(fn () => imap_status($mbox, $server . 'INBOX', 64));
    show(fn () => imap_status($mbox, $server . 'Nowhere', SA_ALL));
    show(fn () => imap_ping($mbox));
    show(fn () => imap_gc($mbox, IMAP_GC_TEXTS));
    show(fn () => imap_gc($mbox, 8));
    // Last, because PHP shows one recipient only in headers after it.
    show(fn () => imap_fetch_overview($mbox, '1:*'));
    show(fn () => imap_close($mbox));
    showNotices();
}
