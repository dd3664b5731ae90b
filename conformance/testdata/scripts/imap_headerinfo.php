<?php
// imap_headerinfo: one header as an object.
// mailbox INBOX five S FR T Da

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    for ($i = imap_num_msg($mbox); $i > 0; $i--) {
        show(fn () => imap_headerinfo($mbox, $i));
    }
    foreach ([[0, 0], [1, 1], [20, 30], [1024, 1024], [1025, 0], [0, 1025], [-1, 0], [0, -1], [PHP_INT_MAX, 0], [0, PHP_INT_MIN]] as $lengths) {
        show(fn () => imap_headerinfo($mbox, 1, ...$lengths));
    }
    foreach ([0, -1, 6, 99, (1 << 31) - 1, PHP_INT_MIN] as $number) {
        show(fn () => imap_headerinfo($mbox, $number));
    }
    show(fn () => imap_headerinfo($mbox, '2')->subject);
    show(fn () => imap_headerinfo($mbox, 2.0)->subject);
    show(fn () => imap_headerinfo($mbox, true)->subject);
    show(fn () => imap_headerinfo(message_num: 3, imap: $mbox, subject_length: 5)->fetchsubject);
    imap_setflag_full($mbox, '1:3', '\Flagged \Answered');
    show(fn () => array_map(fn ($i) => [imap_headerinfo($mbox, $i)->Flagged, imap_headerinfo($mbox, $i)->Answered], range(1, 4)));
    showNotices();
}
showMisuse('imap_headerinfo', 2, ['imap' => $mbox, 'message_num' => 1, 'from_length' => 10, 'subject_length' => 10]);
