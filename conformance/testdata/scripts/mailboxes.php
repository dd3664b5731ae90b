<?php
// The functions that deal with mailboxes, and those that change messages.
// mailbox INBOX five S T FRa
// mailbox Archive
// mailbox A.B crlf

require __DIR__ . '/lib/mail.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$calls = [
    ['imap_list', IMAP, '*'], ['imap_listmailbox', IMAP, '%'], ['imap_list', IMAP, 'nothing'], ['imap_list', '', IMAP . 'A*'],
    ['imap_getmailboxes', IMAP, '*'], ['imap_getmailboxes', IMAP, 'nothing'], ['imap_lsub', IMAP, '*'], ['imap_listsubscribed', IMAP, '*'],
    ['imap_getsubscribed', IMAP, '*'], ['imap_listscan', IMAP, '*', 'text'], ['imap_scan', IMAP, '*', 'text'], ['imap_scanmailbox', IMAP, '*', 'text'],
    ['imap_createmailbox', IMAP . 'New'], ['imap_create', IMAP . 'New'], ['imap_create', IMAP . 'Other'], ['imap_createmailbox', ''],
    ['imap_subscribe', IMAP . 'New'], ['imap_subscribe', IMAP . 'Nowhere'], ['imap_lsub', IMAP, '*'], ['imap_getsubscribed', IMAP, '*'],
    ['imap_unsubscribe', IMAP . 'New'], ['imap_unsubscribe', IMAP . 'New'], ['imap_renamemailbox', IMAP . 'New', IMAP . 'Newer'],
    ['imap_rename', IMAP . 'New', IMAP . 'Newer'], ['imap_rename', IMAP . 'Other', IMAP . 'Newest'], ['imap_deletemailbox', IMAP . 'Newest'],
    ['imap_deletemailbox', IMAP . 'Newest'], ['imap_status', IMAP . 'Newer', SA_ALL & ~SA_UIDVALIDITY], ['imap_status', IMAP . 'Nowhere', SA_ALL],
    ['imap_append', IMAP . 'Newer', "Subject: one\r\n\r\ntext\r\n"], ['imap_append', IMAP . 'Newer', "Subject: two\r\n\r\ntext\r\n", '\Seen \Flagged'],
    ['imap_append', IMAP . 'Newer', "Subject: 3\r\n\r\ntext\r\n", null, '17-Jul-1996 02:44:25 -0700'],
    ['imap_append', IMAP . 'Newer', "Subject: 4\r\n\r\ntext\r\n", '\Seen', 'yesterday'], ['imap_append', IMAP . 'Nowhere', "Subject: 5\r\n\r\n"],
    ['imap_append', 'no server', 'x', null, 'yesterday'], ['imap_append', IMAP . 'Newer', "Subject: 6\r\n\r\n\0\xff\r\n", ''],
    ['imap_status', IMAP . 'Newer', SA_MESSAGES | SA_UNSEEN], ['imap_mail_copy', '1:2', 'Newer'], ['imap_mail_copy', '1', 'Nowhere'],
    ['imap_mail_copy', '1', 'Newer', 77], ['imap_mail_copy', '3', 'Newer', CP_UID], ['imap_mail_move', '5', 'Newer'], ['imap_mail_move', '5', 'Newer', CP_MOVE],
    ['imap_mail_copy', '4', 'Newer', CP_MOVE], ['imap_fetch_overview', '1:*'], ['imap_setflag_full', '1', '\Flagged'], ['imap_setflag_full', '1', '\Flagged', 5],
    ['imap_setflag_full', '3', '\Answered $Label1', ST_UID], ['imap_clearflag_full', '3', '\Answered', ST_UID], ['imap_clearflag_full', '1', '\Seen', 9],
    ['imap_delete', '2'], ['imap_delete', '3', FT_UID], ['imap_delete', '1', 8], ['imap_undelete', '2'], ['imap_undelete', '9', FT_UID],
    ['imap_delete', '99', FT_UID], ['imap_fetch_overview', '1:*'], ['imap_expunge'], ['imap_num_msg'], ['imap_fetch_overview', '1:*'], ['imap_mailboxmsginfo'],
    ['imap_get_quota', 'User quota'], ['imap_get_quota', 'nothing'], ['imap_get_quotaroot', 'INBOX'], ['imap_get_quotaroot', 'Nowhere'],
    ['imap_set_quota', 'User quota', 1000], ['imap_getacl', 'INBOX'], ['imap_getacl', 'Nowhere'], ['imap_setacl', 'INBOX', 'someone', 'lr'], ['imap_getacl', 'INBOX'],
];
foreach ($calls as $i => $call) {
    $function = array_shift($call);
    echo "-- $i $function\n";
    show(function () use ($function, $mbox, $call) {
        $result = $function($mbox, ...$call);
        unset($result->Date);
        return $result;
    });
    showNotices();
}
show(fn () => imap_reopen($mbox, IMAP . 'Newer'));
show(fn () => array_map(fn ($m) => [$m->subject ?? null, $m->seen, $m->flagged], imap_fetch_overview($mbox, '1:*')));
show(fn () => imap_fetchbody($mbox, 5, ''));
show(fn () => imap_reopen($mbox, IMAP . 'INBOX', OP_READONLY));
show(fn () => imap_delete($mbox, '1'));
show(fn () => imap_close($mbox, CL_EXPUNGE));
showNotices();
