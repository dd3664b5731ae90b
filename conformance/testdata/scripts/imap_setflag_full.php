<?php
// Flags of messages: imap_setflag_full and imap_clearflag_full.
// mailbox INBOX five S FRa

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

function flags(IMAP\Connection $mbox): string
{
    $names = ['recent', 'flagged', 'answered', 'deleted', 'seen', 'draft'];
    return implode(' ', array_map(
        fn ($o) => $o->uid . ':' . implode('', array_map(fn ($name) => $o->$name ? $name[0] . $name[1] : '', $names)),
        imap_fetch_overview($mbox, '1:*'),
    )) . "\n";
}

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    $calls = [
        ['1', '\Seen'], ['2:3', '\Flagged \Answered'], ['4', '\Draft'], ['5', '\Deleted'], ['1:*', '\SEEN'], ['3', '(\Seen)'], ['1,3', '\Seen', ST_UID], ['1', '\Seen', ST_SILENT],
        ['1', '\Seen', ST_SET], ['1', '\Seen', ST_UID | ST_SILENT], ['1', '\Seen', 64], ['1', '\Seen', -1],
    ];
    foreach ($calls as $arguments) {
        show(fn () => imap_setflag_full($mbox, ...$arguments));
        echo flags($mbox);
        show(fn () => imap_clearflag_full($mbox, ...$arguments));
        echo flags($mbox);
        showNotices();
    }
    imap_close($mbox);
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD, $server === IMAP ? OP_READONLY : 0);
    show(fn () => imap_setflag_full($mbox, '1', '\Flagged'));
    echo flags($mbox);
    showNotices();
}
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
imap_setflag_full($mbox, '1', '$Label1 work');
var_dump(imap_search($mbox, 'KEYWORD work'), imap_search($mbox, 'KEYWORD $Label1'));
imap_clearflag_full($mbox, '1', 'work');
var_dump(imap_search($mbox, 'KEYWORD work'), imap_search($mbox, 'KEYWORD $Label1'));
foreach (['imap_setflag_full', 'imap_clearflag_full'] as $function) {
    showMisuse($function, 3, ['imap' => $mbox, 'sequence' => '1', 'flag' => '\Seen', 'options' => 0]);
}
