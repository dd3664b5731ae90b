<?php
// The end of a script with a handler, by an exception that nobody catches.

require __DIR__ . '/lib/mail.php';

set_error_handler(function (int $level, string $message, string $file, int $line) {
    echo "handler: $level $message $file:$line\n";
    return $level !== E_NOTICE;
});
function open()
{
    imap_open('{127.0.0.1:1/imap/notls}INBOX', USER, PASSWORD);
    imap_num_msg('x');
}
open();
