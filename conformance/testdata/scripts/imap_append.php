<?php
// imap_append: messages, flags, dates.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$box = IMAP . 'Drafts';
imap_createmailbox($mbox, $box);
$text = "From: a@example.org\r\nSubject: x\r\n\r\nbody\r\n";
$calls = [
    [$box, $text], [$box, $text, '\Seen'], [$box, $text, '\Draft \Flagged'], [$box, $text, '(\Answered)'], [$box, $text, null, '17-Jul-1996 02:44:25 -0700'],
    [$box, $text, '\Seen', ' 7-Jul-1996 02:44:25 -0700'], [$box, $text, '', ''], [$box, $text, null, '17-Jul-1996'], [$box, $text, null, '1996-07-17'],
    [$box, "\r\n"], [$box, "no header at all"], [$box, "Subject: bare\nline\nends\n\nx\n"], [$box, "\xff\xfe\x80"], [$box, str_repeat("0123456789abcdef\r\n", 100000)],
    [$box, 5], [$box, $text, '\Nonsense'], [IMAP . 'Nowhere', $text], [IMAP . '', $text], ['Drafts', ''], ['', $text], ['{', $text],
];
foreach ($calls as $i => $arguments) {
    if ($i === 18) {
        continue; // a local mailbox, which there is none of over the bridge
    }
    echo "-- $i\n";
    show(fn () => imap_append($mbox, ...$arguments));
    showNotices();
}
imap_reopen($mbox, $box);
foreach (imap_fetch_overview($mbox, '1:*') as $o) {
    echo "$o->msgno $o->size $o->seen$o->flagged$o->answered$o->draft$o->deleted ", $o->udate < 1e9 ? $o->udate : 'now', ' ', md5(imap_fetchbody($mbox, $o->msgno, '')), "\n";
}
$pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
show(fn () => imap_append($pop3, POP3 . 'INBOX', $text));
show(fn () => imap_append($pop3, $box, $text));
showNotices();
showMisuse('imap_append', 3, ['imap' => $mbox, 'folder' => $box, 'message' => $text, 'options' => '\Seen', 'internal_date' => '17-Jul-1996 02:44:25 -0700']);
