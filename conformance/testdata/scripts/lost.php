<?php
// Calls on a connection that the server has dropped. Left out are those for which
// docs/differences.md has another text, or PHP makes up messages.

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/server.php';

$server = startServer(fn (string $name) => $name === 'NOOP' ? '' : null);
$calls = [
    'imap_ping' => [], 'imap_check' => [], 'imap_headerinfo' => [1], 'imap_fetch_overview' => ['1'], 'imap_fetchheader' => [1],
    'imap_body' => [1], 'imap_fetchtext' => [1], 'imap_fetchbody' => [1, '1'], 'imap_fetchbody ' => [1, ''], 'imap_fetchmime' => [1, '1'],
    'imap_fetchstructure' => [1], 'imap_bodystruct' => [1, '1'], 'imap_uid' => [1], 'imap_msgno' => [1], 'imap_delete' => ['1'], 'imap_undelete' => ['1'],
    'imap_setflag_full' => ['1', '\Seen'], 'imap_clearflag_full' => ['1', '\Seen'], 'imap_mail_copy' => ['1', 'x'],
    'imap_mail_move' => ['1', 'x'], 'imap_search' => ['SEEN'], 'imap_num_msg' => [], 'imap_gc' => [1],
    'imap_num_recent' => [], 'imap_savebody' => ['file', 1], 'imap_is_open' => [], 'imap_close' => [],
];
foreach ($calls as $function => $arguments) {
    echo "-- $function\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    var_dump(imap_ping($mbox));
    imap_errors();
    show(function () use ($function, $mbox, $arguments) {
        $result = trim($function)($mbox, ...$arguments);
        unset($result->Date);
        return $result;
    });
    showNotices();
    unset($mbox);
    showNotices();
}
