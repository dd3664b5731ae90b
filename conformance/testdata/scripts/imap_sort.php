<?php
// imap_sort: by everything, both ways, of all messages and of some.
// mailbox INBOX five S FR T Da
// mailbox Empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP . 'INBOX', POP3 . 'INBOX', IMAP . 'Empty'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    imap_fetch_overview($mbox, '1:*'); // PHP sorts by what it has read on POP3
    foreach ([SORTDATE, SORTARRIVAL, SORTFROM, SORTSUBJECT, SORTTO, SORTCC, SORTSIZE, 7, -1, PHP_INT_MAX] as $by) {
        foreach ([false, true] as $reverse) {
            show(fn () => json_encode(imap_sort($mbox, $by, $reverse)));
            show(fn () => json_encode(imap_sort($mbox, $by, $reverse, SE_UID)));
        }
    }
    foreach ([SE_NOPREFETCH, SE_FREE, SE_UID | SE_NOPREFETCH, 16, 64, 1 << 20] as $flags) {
        show(fn () => json_encode(imap_sort($mbox, SORTSUBJECT, true, $flags)));
    }
    foreach (['ALL', 'SEEN', 'FROM a1', 'SUBJECT "nothing like it"', '', 'NONSENSE', 'SUBJECT "open', null] as $criteria) {
        show(fn () => json_encode(imap_sort($mbox, SORTDATE, true, 0, $criteria)));
        show(fn () => json_encode(imap_sort($mbox, SORTDATE, false, SE_UID, $criteria, 'UTF-8')));
        showNotices();
    }
    foreach ([0, 1, '0', '1', 'x', '', null, 1.5, []] as $reverse) {
        show(fn () => json_encode(imap_sort($mbox, SORTSIZE, $reverse)));
    }
}
showMisuse('imap_sort', 3, ['imap' => $mbox, 'criteria' => SORTDATE, 'reverse' => true, 'flags' => 0, 'search_criteria' => 'ALL', 'charset' => 'UTF-8']);
