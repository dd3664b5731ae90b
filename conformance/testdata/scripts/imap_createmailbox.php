<?php
// Mailboxes come, are renamed and go: imap_createmailbox, imap_create,
// imap_renamemailbox, imap_rename, imap_deletemailbox.
// mailbox INBOX five
// mailbox Full crlf

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$calls = [
    ['imap_createmailbox', 'One'], ['imap_create', 'Two'], ['imap_create', 'Two'], ['imap_createmailbox', 'A.B.C'], ['imap_create', imap_utf7_encode("Gr\xfc\xdfe")], ['imap_create', 'INBOX'],
    ['imap_createmailbox', str_repeat('x', 300)], ['imap_create', 'with space'], ['imap_create', 'quote"d'], ['imap_create', '*'],
    ['imap_renamemailbox', 'One', 'Uno'], ['imap_rename', 'Two', 'A.Two'], ['imap_rename', 'Nowhere', 'x'], ['imap_rename', 'Full', 'Uno'], ['imap_rename', 'Uno', 'Uno'], ['imap_renamemailbox', 'A', 'B'],
    ['imap_deletemailbox', 'Uno'], ['imap_deletemailbox', 'Uno'], ['imap_deletemailbox', 'Full'], ['imap_deletemailbox', 'INBOX'], ['imap_deletemailbox', 'B.B.C'],
];
foreach ($calls as $i => $names) {
    $function = array_shift($names);
    echo "-- $i $function ", substr(json_encode($names), 0, 40), "\n";
    show(fn () => $function($mbox, ...array_map(fn ($name) => IMAP . $name, $names)));
    showNotices();
}
$list = imap_list($mbox, IMAP, '*');
sort($list);
var_dump($list);
$pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
foreach (['imap_createmailbox' => 1, 'imap_create' => 1, 'imap_renamemailbox' => 2, 'imap_rename' => 2, 'imap_deletemailbox' => 1] as $function => $names) {
    show(fn () => $function($pop3, ...array_fill(0, $names, POP3 . 'x')));
    imap_errors(); // PHP says nothing there
    $arguments = $names === 1 ? ['mailbox' => IMAP . 'x'] : ['from' => IMAP . 'x', 'to' => IMAP . 'y'];
    showMisuse($function, 1 + $names, ['imap' => $mbox, ...$arguments]);
}
