<?php
// Lists of mailboxes: imap_list, imap_listmailbox, imap_getmailboxes, imap_lsub,
// imap_listsubscribed, imap_getsubscribed, imap_listscan, imap_scan,
// imap_scanmailbox.
// mailbox INBOX five
// mailbox A
// mailbox A.B
// mailbox A.B.C
// mailbox Entw&APw-rfe

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
imap_subscribe($mbox, IMAP . 'A.B');
imap_subscribe($mbox, IMAP . 'INBOX');
$lists = ['imap_list', 'imap_listmailbox', 'imap_getmailboxes', 'imap_lsub', 'imap_listsubscribed', 'imap_getsubscribed'];
$patterns = [[IMAP, '*'], [IMAP, '%'], [IMAP, 'A*'], [IMAP, 'A.%'], [IMAP . 'A.', '%'], [IMAP, 'A.B'], [IMAP, 'a'], [IMAP, 'Entw&APw-*'], [IMAP, 'none*'], ['', IMAP . '*'], [IMAP, '*%*'], [IMAP, 'inbox']];
foreach ($lists as $function) {
    foreach ($patterns as [$reference, $pattern]) {
        echo "-- $function $pattern\n";
        show(function () use ($function, $mbox, $reference, $pattern) {
            $list = $function($mbox, $reference, $pattern);
            is_array($list) && sort($list);
            return $list;
        });
    }
    showNotices();
    $pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
    foreach (['*', '%', 'INBOX', 'x'] as $pattern) {
        show(fn () => $function($pop3, POP3, $pattern));
    }
    imap_errors();
    showMisuse($function, 3, ['imap' => $mbox, 'reference' => IMAP, 'pattern' => 'A']);
}
foreach (['imap_listscan', 'imap_scan', 'imap_scanmailbox'] as $function) {
    show(fn () => $function($mbox, IMAP, '*', 'text'));
    show(fn () => $function($mbox, IMAP, 'INBOX', ''));
    showNotices();
    showMisuse($function, 4, ['imap' => $mbox, 'reference' => IMAP, 'pattern' => '*', 'content' => 'text']);
}
