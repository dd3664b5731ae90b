<?php
// imap_mail_copy and imap_mail_move.
// mailbox INBOX five S F
// mailbox Archive

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$state = function () use ($mbox) {
    echo json_encode(array_map(fn ($o) => "$o->uid $o->subject $o->seen$o->flagged$o->deleted", imap_fetch_overview($mbox, '1:*'))),
        ' ', imap_status($mbox, IMAP . 'Archive', SA_MESSAGES)->messages, "\n";
};
foreach ([['1', 'Archive'], ['2:3', 'Archive'], ['3', 'Archive', CP_UID], ['1', 'Archive', CP_UID | CP_MOVE], ['1', 'Nowhere'], ['1', ''], ['5', 'Archive', 4], ['5', 'Archive', -1]] as $arguments) {
    foreach (['imap_mail_copy', 'imap_mail_move'] as $function) {
        show(fn () => $function($mbox, ...$arguments));
        $state();
        showNotices();
    }
    imap_undelete($mbox, '1:*');
}
imap_expunge($mbox);
$state();
$pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
foreach (['imap_mail_copy', 'imap_mail_move'] as $function) {
    show(fn () => $function($pop3, '1', 'Archive'));
    showNotices();
    showMisuse($function, 3, ['imap' => $mbox, 'message_nums' => '1', 'mailbox' => 'Archive', 'flags' => 0]);
}
