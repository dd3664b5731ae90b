<?php
// The state of a mailbox: imap_check, imap_ping, imap_num_msg, imap_num_recent,
// imap_mailboxmsginfo, imap_status.
// mailbox INBOX recent
// mailbox Archive five S F T
// mailbox Empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

function showState(IMAP\Connection $mbox): void
{
    foreach (['imap_num_msg', 'imap_num_recent', 'imap_ping', 'imap_check', 'imap_mailboxmsginfo'] as $function) {
        show(function () use ($function, $mbox) {
            $result = $function($mbox);
            unset($result->Date);
            return $result;
        });
    }
    showNotices();
}

foreach ([IMAP . 'INBOX', IMAP . 'Archive', IMAP . 'Empty', POP3 . 'INBOX', POP3S . 'INBOX', IMAPS . 'Archive'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    showState($mbox);
    if (imap_num_msg($mbox) > 0) {
        imap_delete($mbox, '1');
        showState($mbox);
        imap_undelete($mbox, '1');
        imap_setflag_full($mbox, '1', '\Seen');
        showState($mbox);
    }
    foreach ([SA_MESSAGES, SA_RECENT, SA_UNSEEN, SA_UIDNEXT, SA_ALL & ~SA_UIDVALIDITY, 0, 1 << 8] as $flags) {
        show(fn () => imap_status($mbox, $name, $flags));
    }
    foreach (['', '{', '{}', '{127.0.0.1:1/imap/notls}INBOX', substr($name, 0, strpos($name, '}') + 1), $name . 'x'] as $other) {
        show(fn () => imap_status($mbox, $other, SA_MESSAGES));
        showNotices();
    }
    imap_close($mbox);
}

echo "== half-open\n";
$mbox = imap_open(IMAP, USER, PASSWORD, OP_HALFOPEN);
showState($mbox);
show(fn () => imap_status($mbox, IMAP . 'Archive', SA_MESSAGES | SA_UNSEEN));

echo "== two connections\n";
$one = imap_open(IMAP . 'Archive', USER, PASSWORD);
$other = imap_open(IMAP . 'Archive', USER, PASSWORD);
imap_delete($one, '2:3');
imap_expunge($one);
imap_append($one, IMAP . 'Archive', "Subject: new\r\n\r\ntext\r\n");
var_dump(imap_num_msg($other), imap_ping($other), imap_num_msg($other), imap_num_recent($other), imap_check($other)->Nmsgs);

foreach (['imap_check', 'imap_ping', 'imap_num_msg', 'imap_num_recent', 'imap_mailboxmsginfo'] as $function) {
    showMisuse($function, 1, ['imap' => $mbox]);
}
showMisuse('imap_status', 3, ['imap' => $mbox, 'mailbox' => IMAP . 'INBOX', 'flags' => SA_ALL]);
