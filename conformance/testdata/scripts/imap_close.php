<?php
// imap_close, with and without CL_EXPUNGE.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([POP3, IMAP] as $server) {
    foreach ([[], [0], [CL_EXPUNGE]] as $arguments) {
        $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
        var_dump(imap_num_msg($mbox));
        imap_delete($mbox, '1');
        show(fn () => imap_close($mbox, ...$arguments));
        show(fn () => imap_close($mbox, ...$arguments));
        show(fn () => imap_is_open($mbox));
        showNotices();
    }
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    var_dump(imap_num_msg($mbox));
    foreach ([1, 2, CL_EXPUNGE | 1, -1, PHP_INT_MAX] as $flags) {
        show(fn () => imap_close($mbox, $flags));
    }
}
showMisuse('imap_close', 1, ['imap' => $mbox, 'flags' => 0]);
