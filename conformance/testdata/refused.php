<?php
// A POP3 server refuses one message of three. c-client reports nothing of it; over the bridge
// imap_errors has what the server said.

require __DIR__ . '/scripts/lib/mail.php';

$calls = [
    'headers' => fn ($m) => imap_headers($m),
    'overview' => fn ($m) => imap_fetch_overview($m, '1:3'),
    'overview of one' => fn ($m) => imap_fetch_overview($m, '2'),
    'headerinfo' => fn ($m) => imap_headerinfo($m, 2),
    'fetchheader' => fn ($m) => imap_fetchheader($m, 2),
    'structure' => fn ($m) => imap_fetchstructure($m, 2),
    'bodystruct' => fn ($m) => imap_bodystruct($m, 2, '1'),
    'body' => fn ($m) => imap_body($m, 2),
    'fetchbody' => fn ($m) => imap_fetchbody($m, 2, ''),
    'fetchbody 1' => fn ($m) => imap_fetchbody($m, 2, '1'),
    'fetchmime' => fn ($m) => imap_fetchmime($m, 2, '1'),
    'savebody' => fn ($m) => [imap_savebody($m, 'saved', 2, ''), file_get_contents('saved')],
    'search' => fn ($m) => imap_search($m, 'SUBJECT "subject"'),
    'search in texts' => fn ($m) => imap_search($m, 'BODY "text"'),
    'search by UID' => fn ($m) => imap_search($m, 'SUBJECT "subject"', SE_UID),
    'sort by subject' => fn ($m) => imap_sort($m, SORTSUBJECT, false),
    'sort by date, backwards' => fn ($m) => imap_sort($m, SORTDATE, true),
    'sort by size' => fn ($m) => imap_sort($m, SORTSIZE, false),
    'thread' => fn ($m) => imap_thread($m),
    'loop' => fn ($m) => array_map(fn ($n) => imap_body($m, $n), [1, 2, 3]),
];
foreach ($calls as $name => $call) {
    echo "== $name\n";
    $mbox = imap_open(POP3 . 'INBOX', USER, PASSWORD);
    show(fn () => $call($mbox));
    show(fn () => imap_headerinfo($mbox, 3)->subject);
    imap_errors();
    imap_close($mbox);
}
