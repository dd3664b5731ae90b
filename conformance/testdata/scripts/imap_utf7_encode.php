<?php
// Charsets of names and headers: imap_utf7_encode, imap_utf7_decode, imap_utf8,
// imap_mime_header_decode.

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$all = implode('', array_map('chr', range(0, 255)));
$texts = [
    '', 'INBOX', 'a&b', '&-', '&', '&&', '&A', '&AA-', '&AOQ-', '&AOQ', '&AOQ-&APY-', '&AOQ=-', '&-&-', '&!-', '&AOQAOQ-', "\0", $all, "\xe4\xf6\xfc", "gr\xc3\xbc\xc3\x9fe", "Gel\xf6schte Objekte", str_repeat("\xe4", 1000), '&ZeVnLIqe-',
    'plain', '=?utf-8?Q?a_b?=', '=?UTF-8?B?w6Q=?=', '=?utf-8?q?a?= =?utf-8?q?b?=', '=?utf-8?q?a?= x =?utf-8?q?b?=', "=?utf-8?q?a?=\r\n =?iso-8859-1?q?=e4?=", '=?x?y?z?=', '=?utf-8?q?', '=?utf-8?q?open', '=?utf-8?z?a?=',
    '=?utf-8?b?!!!?=', '=?utf-8?q?=zz?=', '=?us-ascii*en?q?lang?=', '=?iso-8859-15?q?=a4?=', '=?koi8-r?b?8NLJ18XU?=', '=?shift_jis?b?k/qWe4zq?=', '=?utf-16?b?AGEAYg==?=', '=?nonsense?q?a?=', '=?utf-8?q?' . str_repeat('a', 1000) . '?=', '=?UTF-8?Q?a=00b?=',
];
foreach (['imap_utf7_encode', 'imap_utf7_decode', 'imap_utf8', 'imap_mime_header_decode'] as $function) {
    foreach ($texts as $text) {
        echo bin2hex(substr($text, 0, 30)), "\n";
        show(function () use ($function, $text) {
            $result = $function($text);
            return is_string($result) ? bin2hex($result) : $result;
        });
    }
    showNotices();
    showMisuse($function, 1, [$function === 'imap_utf8' ? 'mime_encoded_text' : 'string' => 'text']);
}
