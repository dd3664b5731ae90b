<?php
// The timeouts are PHP's default_socket_timeout at first.
// ini default_socket_timeout=7

require __DIR__ . '/lib/mail.php';

ini_set('default_socket_timeout', '9');
foreach ([IMAP_OPENTIMEOUT, IMAP_READTIMEOUT, IMAP_WRITETIMEOUT, IMAP_CLOSETIMEOUT, 0, 5, -1] as $type) {
    show(fn () => imap_timeout($type));
    show(fn () => imap_timeout($type, 20));
    show(fn () => imap_timeout($type));
    show(fn () => imap_timeout($type, -1));
    show(fn () => imap_timeout($type, -2));
    show(fn () => imap_timeout($type, 0));
    show(fn () => imap_timeout($type));
}
