<?php
// What scripts have in common. It is there with both doors.

define('IMAP', '{127.0.0.1:' . getenv('MAIL_IMAP') . '/imap/notls}');
define('IMAPS', '{localhost:' . getenv('MAIL_IMAPS') . '/imap/ssl}');
define('POP3', '{127.0.0.1:' . getenv('MAIL_POP3') . '/pop3/notls}');
define('POP3S', '{localhost:' . getenv('MAIL_POP3S') . '/pop3/ssl}');
define('USER', getenv('MAIL_USER'));
define('PASSWORD', getenv('MAIL_PASSWORD'));

/** Shows what a call returns or throws. */
function show(callable $call): void
{
    try {
        var_dump($call());
    } catch (Throwable $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n",
            '  at ', basename($e->getFile()), ':', $e->getLine(), "\n",
            preg_replace('/^/m', '  ', $e->getTraceAsString()), "\n";
    }
}

/** Shows what the calls before left behind. */
function showNotices(): void
{
    var_dump(imap_last_error(), imap_errors(), imap_alerts());
}
