<?php
// imap_thread: conversations, over the server's THREAD and over this side's own.
// mailbox INBOX conversations
// mailbox Empty
// mailbox Odd bounce crlf calendar digest address-8bit ids-odd duplicate-fields empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

const NO_SERVER = 16; // c-client's SE_NOSERVER
const NO_LOCAL = 512; // and SE_NOLOCAL

/** Shows conversations as scripts do, by the keys of the array. */
function showConversations(array $tree): void
{
    $depth = 0;
    foreach ($tree as $key => $value) {
        [$node, $what] = explode('.', $key);
        if ($what === 'num') {
            echo str_repeat('  ', $depth++), "$node: $value\n";
        } elseif ($what === 'branch') {
            $depth--;
        }
    }
}

foreach ([IMAP . 'INBOX', IMAP . 'Odd', POP3 . 'INBOX'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    showConversations(imap_thread($mbox));
    if (!str_contains($name, 'pop3')) {
        echo json_encode(imap_thread($mbox, NO_SERVER)), "\n";
    }
    showNotices();
    foreach ([0, SE_FREE, SE_UID, SE_UID | SE_FREE, SE_UID | NO_SERVER, NO_SERVER, NO_LOCAL, SE_NOPREFETCH, 1 << 20, -1, PHP_INT_MAX] as $flags) {
        show(fn () => json_encode(imap_thread($mbox, $flags)));
    }
    $tree = imap_thread($mbox, SE_UID);
    print_r(array_slice($tree, 0, 20));
    var_dump(isset($tree['0.num']), $tree['99.num'] ?? null, count($tree), array_key_first($tree), array_key_last($tree));
    imap_delete($mbox, '1');
    imap_expunge($mbox);
    show(fn () => json_encode(imap_thread($mbox)));
    show(fn () => json_encode(imap_thread($mbox, NO_SERVER)));
    imap_errors(); // reported once in PHP, and each time here
    imap_close($mbox);
}

echo "== nothing to thread\n";
$mbox = imap_open(IMAP . 'Empty', USER, PASSWORD);
show(fn () => imap_thread($mbox));
show(fn () => imap_thread($mbox, SE_UID | NO_SERVER));
$half = imap_open(IMAP, USER, PASSWORD, OP_HALFOPEN);
show(fn () => imap_thread($half));
showNotices();

showMisuse('imap_thread', 1, ['imap' => $mbox, 'flags' => SE_UID]);
