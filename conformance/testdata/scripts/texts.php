<?php
// The functions that need no connection.

require __DIR__ . '/lib/mail.php';

$texts = ['', 'plain', "a\0b", "\xff\xfe", '=?utf-8?Q?gr=C3=BC=C3=9Fe?= and =?iso-8859-1?B?5Pb8?=', '=?x', 'aGVsbG8=', 'aGVs!', 'aGVsbG8=aa', "=41=zz=\r\n", '&AOQ-', '&', '&!',
    "\xc3\xa4", 'Ada <ada@example.org>, "B, C" <b@c.example>, list: d@e, f@g;, <', "Subject: x\r\nFrom: a\r\nTo: <\r\n", str_repeat('long ', 50), "tab\tcr\rlf\n"];
$functions = ['imap_base64', 'imap_binary', 'imap_8bit', 'imap_qprint', 'imap_utf8', 'imap_utf7_decode', 'imap_utf7_encode', 'imap_mime_header_decode', 'imap_rfc822_parse_headers'];
foreach ($functions as $function) {
    foreach ($texts as $text) {
        show(fn () => $function($text));
    }
    showNotices();
}
foreach ($texts as $text) {
    show(fn () => imap_rfc822_parse_adrlist($text, 'default.example'));
    show(fn () => imap_rfc822_parse_headers($text, 'default.example'));
    show(fn () => imap_rfc822_write_address($text, 'host.example', 'A Name'));
    show(fn () => imap_rfc822_write_address('box', $text, $text));
}
showNotices();
