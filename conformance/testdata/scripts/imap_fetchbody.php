<?php
// Parts of messages: imap_fetchbody, imap_fetchmime, imap_savebody.
// mailbox INBOX multipart-nested rfc822:S multipart-mixed base64-broken

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$sections = ['', '0', '1', '2', '1.1', '2.1', '1.2', '2.0', '3', '1.MIME', 'HEADER', 'TEXT', '1.TEXT', '01', '1.', '.1', 'x', '-1', '1.x', '99', '1.1.1.1', ' 1', '1 ', "1\r\n"];
foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    foreach (range(1, imap_num_msg($mbox)) as $i) {
        foreach ($sections as $section) {
            echo "-- $i ", json_encode($section), "\n";
            show(fn () => imap_fetchbody($mbox, $i, $section, FT_PEEK));
            show(fn () => imap_fetchmime($mbox, $i, $section, FT_PEEK));
            if ($section !== '2.0' && $section !== '1.MIME') {
                show(fn () => [imap_savebody($mbox, 'saved', $i, $section, FT_PEEK), file_get_contents('saved')]);
            }
        }
    }
    showNotices();
    foreach (['imap_fetchbody', 'imap_fetchmime'] as $function) {
        foreach ([0, FT_UID, FT_INTERNAL, FT_PEEK | FT_INTERNAL, FT_PREFETCHTEXT, FT_NOT, 64, -1] as $flags) {
            show(fn () => $function($mbox, 1, '1', $flags));
        }
        foreach ([0, -1, 99, (1 << 31) - 1] as $number) {
            show(fn () => $function($mbox, $number, '1'));
            show(fn () => $function($mbox, $number, '1', FT_UID));
        }
        showNotices();
    }
}
show(fn () => imap_savebody($mbox, 'saved', 0));
show(fn () => imap_savebody($mbox, 'saved', 99));
show(fn () => imap_savebody($mbox, 'saved', 99, '1', FT_UID));
show(fn () => imap_savebody($mbox, 'saved', 1, '1', 1 << 10));
show(fn () => imap_savebody($mbox, 'no/such/folder', 1));
showMisuse('imap_fetchbody', 3, ['imap' => $mbox, 'message_num' => 1, 'section' => '1', 'flags' => FT_PEEK]);
showMisuse('imap_fetchmime', 3, ['imap' => $mbox, 'message_num' => 1, 'section' => '1', 'flags' => FT_PEEK]);
