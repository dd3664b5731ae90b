<?php
// imap_open and imap_is_open: names, flags, retries, options.
// mailbox INBOX five
// mailbox Archive

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

function showOpen(mixed ...$arguments): void
{
    show(function () use ($arguments) {
        $mbox = imap_open(...$arguments);
        return $mbox ? [imap_is_open($mbox), imap_num_msg($mbox), imap_check($mbox)->Mailbox, imap_close($mbox), imap_is_open($mbox)] : $mbox;
    });
    showNotices();
}

// PHP has no SCRAM.
@imap_open('{nothing', USER, PASSWORD, 0, 0, ['DISABLE_AUTHENTICATOR' => 'SCRAM-SHA-256']);
imap_errors();

foreach ([IMAP . 'INBOX', IMAP . 'inbox', IMAP . 'Archive', IMAP, IMAP . 'No/where', IMAPS . 'INBOX', POP3 . 'INBOX', POP3 . 'inbox', POP3, POP3S . 'INBOX', POP3 . 'Archive'] as $name) {
    echo "-- $name\n";
    showOpen($name, USER, PASSWORD);
}
$host = '{localhost:' . getenv('MAIL_IMAP');
foreach (["$host/notls}INBOX", "$host/imap4/notls}INBOX", "$host/service=imap/notls}INBOX", "$host/imap/notls/readonly}INBOX", "$host/imap/notls/norsh}INBOX",
    "$host/imap/notls/user=" . USER . '}INBOX', "$host/imap/notls/debug}INBOX", "$host/imap/notls/nonsense}INBOX", "$host/imap/notls/service=x}INBOX", "$host/imap/notls", "$host/imap/notls}"] as $name) {
    echo '-- ', preg_replace('/:\d+/', ':PORT', $name), "\n";
    if (!str_contains($name, 'debug')) {
        showOpen($name, USER, PASSWORD);
    }
}
foreach ([OP_READONLY, OP_HALFOPEN, OP_SILENT, CL_EXPUNGE, OP_READONLY | CL_EXPUNGE, OP_SECURE, OP_ANONYMOUS, 1 << 20, -1, PHP_INT_MAX] as $flags) {
    echo "-- flags $flags\n";
    show(fn () => imap_open('{nothing', USER, PASSWORD, $flags));
    imap_errors();
}
foreach ([OP_READONLY, OP_HALFOPEN, OP_SILENT, CL_EXPUNGE] as $flags) {
    echo "-- flags $flags\n";
    showOpen(IMAP . 'INBOX', USER, PASSWORD, $flags);
}
showOpen(IMAP . 'INBOX', USER, 'wrong', 0, 1);
showOpen(POP3 . 'INBOX', USER, 'wrong', 0, 1);
showOpen(IMAP . 'INBOX', USER, 'wrong', 0, -1);
foreach ([[], ['DISABLE_AUTHENTICATOR' => 'PLAIN'], ['DISABLE_AUTHENTICATOR' => ['PLAIN', 'LOGIN']], ['DISABLE_AUTHENTICATOR' => []], ['OTHER' => 1], [1, 2]] as $options) {
    echo '-- ', json_encode($options), "\n";
    showOpen(IMAP . 'INBOX', USER, PASSWORD, 0, 1, $options);
}
showOpen(IMAP . "INBOX\0x", USER, PASSWORD);
showOpen('', USER, PASSWORD);
showOpen(IMAP . str_repeat('x', 2000), USER, PASSWORD);
showOpen('{' . str_repeat('x', 2000) . '}INBOX', USER, PASSWORD);
showOpen(mailbox: IMAP . 'INBOX', user: USER, password: PASSWORD, retries: 1);

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
show(fn () => imap_open(IMAP . 'INBOX', USER));
show(fn () => imap_open());
show(fn () => imap_open(1, 2, 3, 4, 5, [], 7));
foreach (['mailbox', 'user', 'password', 'flags', 'retries', 'options'] as $name) {
    show(fn () => imap_open(...array_replace(['mailbox' => '{x', 'user' => 'u', 'password' => 'p', 'flags' => 0, 'retries' => 0, 'options' => []], [$name => new stdClass()])));
}
showMisuse('imap_is_open', 1, ['imap' => $mbox]);
