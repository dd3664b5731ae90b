<?php
// What is read of a message that another session has removed, and of which the server has
// not told yet. imap_fetch_overview is not here: docs/differences.md.

require __DIR__ . '/lib/mail.php';

$boxes = 0;
$other = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$calls = [
    'imap_headers' => fn ($m) => imap_headers($m),
    'imap_headerinfo' => fn ($m) => imap_headerinfo($m, 2),
    'imap_fetchheader' => fn ($m) => imap_fetchheader($m, 2),
    'imap_fetchstructure' => fn ($m) => imap_fetchstructure($m, 2),
    'imap_bodystruct' => fn ($m) => imap_bodystruct($m, 2, '1'),
    'imap_body' => fn ($m) => imap_body($m, 2),
    'imap_body, peeking' => fn ($m) => imap_body($m, 2, FT_PEEK),
    'imap_fetchbody' => fn ($m) => imap_fetchbody($m, 2, ''),
    'imap_fetchbody 0' => fn ($m) => imap_fetchbody($m, 2, '0'),
    'imap_fetchbody 1' => fn ($m) => imap_fetchbody($m, 2, '1'),
    'imap_fetchmime' => fn ($m) => imap_fetchmime($m, 2, '1'),
    'imap_savebody' => fn ($m) => [imap_savebody($m, 'saved', 2, ''), file_get_contents('saved')],
    'imap_savebody 1' => fn ($m) => [imap_savebody($m, 'saved', 2, '1'), file_get_contents('saved')],
    'imap_uid' => fn ($m) => imap_uid($m, 2) > 0,
    'imap_mailboxmsginfo' => fn ($m) => array_diff_key((array) imap_mailboxmsginfo($m), ['Date' => 0, 'Size' => 0]),
    'loop' => function ($m) {
        for ($i = 1; $i <= imap_num_msg($m); $i++) {
            $subjects[] = [imap_headerinfo($m, $i)->subject ?? '', strlen(imap_body($m, $i))];
        }
        return $subjects;
    },
];
foreach ($calls as $name => $call) {
    echo "== $name\n";
    // A mailbox for each, since Dovecot still has of a message what was asked for before.
    $box = IMAP . 'box' . ++$boxes;
    imap_createmailbox($other, $box);
    for ($i = 1; $i <= 4; $i++) {
        imap_append($other, $box, "From: a@example.org\r\nSubject: subject $i\r\n\r\ntext $i\r\n", '\\Seen', '17-Jul-2023 02:44:25 +0000');
    }
    imap_reopen($other, $box);
    $mbox = imap_open($box, USER, PASSWORD);
    imap_delete($other, '2');
    imap_expunge($other);
    show(fn () => $call($mbox));
    show(fn () => [imap_num_msg($mbox), imap_headerinfo($mbox, 3)->subject, imap_body($mbox, 3, FT_PEEK)]);
    imap_ping($mbox);
    show(fn () => [imap_num_msg($mbox), imap_headerinfo($mbox, 2)->subject]);
    showNotices();
    imap_close($mbox);
}
