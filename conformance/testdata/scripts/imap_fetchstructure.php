<?php
// The structure of messages: imap_fetchstructure and imap_bodystruct.
// mailbox INBOX multipart-nested rfc822 multipart-mixed digest params-2231 empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    foreach (range(1, imap_num_msg($mbox)) as $i) {
        show(fn () => imap_fetchstructure($mbox, $i));
        foreach (['', '0', '1', '2', '1.1', '2.1', '2.2', '2.1.1', '1.2', '99', 'x', '1.', '.1', '-1', 'HEADER', '1.0'] as $section) {
            show(fn () => imap_bodystruct($mbox, $i, $section));
        }
    }
    foreach ([FT_UID, FT_PEEK, FT_INTERNAL, 64, -1] as $flags) {
        show(fn () => imap_fetchstructure($mbox, 1, $flags)->type);
    }
    foreach ([0, -1, 99, (1 << 31) - 1] as $number) {
        show(fn () => imap_fetchstructure($mbox, $number));
        show(fn () => imap_fetchstructure($mbox, $number, FT_UID));
        show(fn () => imap_bodystruct($mbox, $number, '1'));
    }
    showNotices();
}
showMisuse('imap_fetchstructure', 2, ['imap' => $mbox, 'message_num' => 1, 'flags' => 0]);
showMisuse('imap_bodystruct', 3, ['imap' => $mbox, 'message_num' => 1, 'section' => '1']);
