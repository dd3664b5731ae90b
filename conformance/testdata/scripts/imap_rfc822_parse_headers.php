<?php
// Headers and addresses: imap_rfc822_parse_headers, imap_rfc822_parse_adrlist,
// imap_rfc822_write_address.

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$addresses = [
    '', ' ', ',', 'a', 'a@b', 'a@b, c@d', 'A <a@b>', '"A, B" <a@b>', '<a@b>', 'a@b (comment)', '(c) a@b', '<@r,@s:a@b>', 'group: a@b, c;', 'group:;', 'g: a@b', 'a b', 'a@', '@b', '<', '>', 'a@b <c@d>', '"open', '(open', "a\0b@c", "\xe4@b",
    '=?utf-8?q?=C3=A4?= <a@b>', 'a@[1.2.3.4]', 'a@b;c@d', 'a@b,,c@d', 'undisclosed-recipients:;', str_repeat('a@b, ', 500), '"' . str_repeat('x', 5000) . '" <a@b>', 'a.b.c@d.e', 'a..b@c', '"a b"@c', 'a @ b',
];
foreach ($addresses as $text) {
    foreach (['', 'default.example', "x\0y"] as $host) {
        show(fn () => imap_rfc822_parse_adrlist($text, $host));
    }
    show(fn () => imap_rfc822_parse_headers("From: $text\r\nTo: $text\r\nSubject: x\r\n", 'default.example'));
    show(fn () => imap_rfc822_write_address($text, 'h.example', $text));
    showNotices();
}
$headers = [
    '', "\r\n", "Subject: a\nsubject: b\n", "Subject:\r\n folded\r\n\tagain\r\n", "Date: Mon, 3 Jul 2023 04:44:25 +0200\r\nMessage-ID: <a@b>\r\nIn-Reply-To: <c@d>\r\nReferences: <e@f>\r\nNewsgroups: n\r\nFollowup-To: o\r\n", "Resent-From: a@b\r\n",
    "Subject: \0x\r\n", "no colon\r\nSubject: x\r\n", ": empty\r\n", "Subject : blank\r\n", "Subject: body\r\n\r\nTo: a@b\r\n", 'Subject: no end', "Subject: \xe4\r\n", 'Subject: ' . str_repeat('x', 100000) . "\r\n",
];
foreach ($headers as $text) {
    show(fn () => imap_rfc822_parse_headers($text));
    show(fn () => imap_rfc822_parse_headers(headers: $text, default_hostname: ''));
    showNotices();
}
foreach (['', 'a', "a\0b", 'a b', '"', 'ä', str_repeat('x', 3000)] as $text) {
    show(fn () => imap_rfc822_write_address($text, 'host.example', 'A Name'));
    show(fn () => imap_rfc822_write_address('box', $text, 'A Name'));
    show(fn () => imap_rfc822_write_address('box', 'host.example', $text));
}
showMisuse('imap_rfc822_parse_headers', 1, ['headers' => "Subject: x\r\n", 'default_hostname' => 'h']);
showMisuse('imap_rfc822_parse_adrlist', 2, ['string' => 'a', 'default_hostname' => 'h']);
showMisuse('imap_rfc822_write_address', 3, ['mailbox' => 'a', 'hostname' => 'h', 'personal' => 'p']);
