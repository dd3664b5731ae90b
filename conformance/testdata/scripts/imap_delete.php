<?php
// Removing messages: imap_delete, imap_undelete, imap_expunge.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    $marked = fn () => json_encode(array_map(fn ($o) => "$o->uid $o->deleted", imap_fetch_overview($mbox, '1:*')));
    foreach ([['1'], ['1:2'], ['5,3'], ['*'], ['1:*'], ['1', FT_UID], ['7:9', FT_UID], ['3', FT_UID], [2]] as $arguments) {
        show(fn () => imap_delete($mbox, ...$arguments));
        echo $marked(), "\n";
        show(fn () => imap_undelete($mbox, ...$arguments));
        echo $marked(), "\n";
    }
    foreach ([2, 4, 1 << 10, -1, PHP_INT_MAX] as $flags) {
        show(fn () => imap_delete($mbox, '1', $flags));
    }
    echo $marked(), "\n";
    show(fn () => imap_expunge($mbox));
    imap_delete($mbox, '2');
    imap_delete($mbox, '3');
    show(fn () => imap_expunge($mbox));
    show(fn () => imap_num_msg($mbox));
    echo $marked(), "\n";
    show(fn () => imap_expunge($mbox));
    showNotices();
    $readOnly = imap_open($server . 'INBOX', USER, PASSWORD, OP_READONLY);
    if ($readOnly) {
        show(fn () => imap_delete($readOnly, '1'));
        show(fn () => imap_expunge($readOnly));
        show(fn () => imap_fetch_overview($readOnly, '1')[0]->deleted);
    }
    showNotices();
    imap_close($mbox);
}
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
imap_append($mbox, IMAP . 'INBOX', "Subject: x\r\n\r\nx\r\n");
foreach (['imap_delete', 'imap_undelete'] as $function) {
    showMisuse($function, 2, ['imap' => $mbox, 'message_nums' => '1', 'flags' => 0]);
}
showMisuse('imap_expunge', 1, ['imap' => $mbox]);
var_dump(imap_num_msg($mbox));
