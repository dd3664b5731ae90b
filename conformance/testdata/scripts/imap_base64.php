<?php
// Codings: imap_base64, imap_binary, imap_8bit, imap_qprint.

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$all = implode('', array_map('chr', range(0, 255)));
$texts = [
    '', "\0", 'a', 'ab', 'abc', 'abcd', $all, "\r\n", "line \r\n", "tab\t\r\n", "\n", "\r", '=', '==', '=3D', '=3d', '=3', "=\r\n", "=\n", '= ', "a=\r\nb", '_', 'a b', str_repeat('a', 76), str_repeat('a', 77),
    str_repeat('ä', 100), str_repeat(' ', 100), str_repeat("word ", 40), "YQ==", "YQ", "Y", "Y===", "YWI=YWI=", "Y W\r\nI =", "Y\0Q==", "-_-_", "YQ==\r\n\r\n", str_repeat('YWJj', 100), str_repeat('x', 100000),
];
foreach (['imap_base64', 'imap_binary', 'imap_8bit', 'imap_qprint'] as $function) {
    foreach ($texts as $text) {
        show(function () use ($function, $text) {
            $result = $function($text);
            return is_string($result) ? (strlen($result) > 2000 ? md5($result) : bin2hex($result)) : $result;
        });
    }
    showNotices();
    showMisuse($function, 1, ['string' => 'text']);
}
foreach ($texts as $text) {
    var_dump(imap_base64(imap_binary($text)) === $text, imap_qprint(imap_8bit($text)) === $text);
}
showNotices();
