<?php
// Warnings, handlers of errors, and what is left at the end.

require __DIR__ . '/lib/mail.php';

class Mailer
{
    public function decode(string $text): string|false
    {
        return imap_utf7_decode($text);
    }

    public static function decodeAll(array $texts): array
    {
        return array_map('imap_utf7_decode', $texts);
    }
}

echo "== plain\n";
var_dump(imap_utf7_decode("&"));
var_dump(@imap_utf7_decode("&"));
var_dump(error_get_last()['message']);
(new Mailer())->decode("a&b");
Mailer::decodeAll(["&", "ok"]);
eval('imap_utf7_decode("&");');
imap_open(
    '{127.0.0.1:1/imap/notls}INBOX',
    'user',
    'password',
);

echo "== levels\n";
error_reporting(E_ALL & ~E_WARNING);
imap_utf7_decode("&");
error_reporting(E_ALL & ~E_DEPRECATED);
imap_base64(null);
error_reporting(E_ALL);
imap_base64(null);

echo "== handlers\n";
set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    echo "handler: $level $message ", basename($file), ":$line ", error_reporting(), "\n";
    return true;
});
imap_utf7_decode("&");
@imap_utf7_decode("&");
imap_base64(null);
imap_timeout(9, 1.5);
set_error_handler(fn (...$all) => false);
imap_utf7_decode("&");
set_error_handler(function () {
    echo "a handler without an answer\n";
});
imap_utf7_decode("&");
set_error_handler(function (int $level, string $message) {
    imap_utf7_decode("<in the handler&");
    return true;
});
imap_utf7_decode("&");
restore_error_handler();
set_error_handler(function ($level, $message, $file, $line) {
    throw new ErrorException($message, 0, $level, $file, $line);
});
try {
    imap_utf7_decode("&");
} catch (ErrorException $e) {
    echo get_class($e), ' ', $e->getMessage(), ' ', basename($e->getFile()), ':', $e->getLine(), "\n";
}
try {
    imap_base64(null);
} catch (ErrorException $e) {
    echo get_class($e), ' ', $e->getMessage(), ' ', basename($e->getFile()), ':', $e->getLine(), "\n";
}
for ($i = 0; $i < 5; $i++) {
    restore_error_handler();
}
imap_utf7_decode("&");

echo "== settings\n";
ini_set('html_errors', '1');
imap_utf7_decode("&");
imap_utf7_decode("<\xff>");
imap_open('{a<b>"\'', 'user', 'password');
ini_set('html_errors', '0');
ini_set('error_prepend_string', '[');
ini_set('error_append_string', ']');
imap_utf7_decode("&");
ini_restore('error_prepend_string');
ini_restore('error_append_string');
foreach (['stderr', 'stdout', 'off', 'on', '0', '2', 'yes', 'x'] as $where) {
    ini_set('display_errors', $where);
    echo "$where\n";
    imap_utf7_decode("&");
}
ini_set('display_errors', '1');
ini_set('log_errors', '0');
imap_utf7_decode("&");
ini_set('log_errors', '1');
ini_set('error_log', 'log');
imap_utf7_decode("&");
echo preg_replace('/^\[.*?\]/', '[time]', file_get_contents('log'));
ini_restore('error_log');
