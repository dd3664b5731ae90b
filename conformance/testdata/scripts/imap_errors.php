<?php
// The lists of imap_errors, imap_last_error and imap_alerts.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';
require __DIR__ . '/lib/server.php';

$server = startServer(fn (string $name) => match ($name) {
    'NOOP' => "* OK [ALERT] the disk is full\n* NO [ALERT] and so is the other\n* NO not an alert\n%s OK done",
    'CHECK' => '%s NO not now',
    default => null,
});
showNotices();
$mbox = imap_open($server . 'INBOX', USER, PASSWORD);
imap_ping($mbox);
show(fn () => imap_alerts());
show(fn () => imap_alerts());
show(fn () => imap_last_error());
show(fn () => imap_errors());
show(fn () => imap_errors());
imap_ping($mbox);
imap_ping($mbox);
showNotices();
for ($i = 0; $i < 20; $i++) {
    imap_qprint("=$i");
}
show(fn () => imap_last_error());
show(fn () => imap_last_error());
show(fn () => imap_errors());
$list = imap_errors();
var_dump($list);
foreach (['imap_errors', 'imap_alerts', 'imap_last_error'] as $function) {
    showMisuse($function, 0, []);
}
