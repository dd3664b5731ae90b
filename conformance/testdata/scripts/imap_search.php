<?php
// imap_search: criteria, flags and charsets.
// mailbox INBOX five S FR T Da
// mailbox Empty

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$criteria = [
    'ALL', 'all', 'SEEN', 'UNSEEN', 'FLAGGED', 'ANSWERED', 'DELETED', 'UNDELETED', 'NEW', 'OLD', 'RECENT', 'KEYWORD $Label1', 'UNKEYWORD $Label1',
    'FROM a1', 'FROM "A2"', 'TO b@example.com', 'CC x', 'BCC x', 'SUBJECT "subject 3"', 'SUBJECT SUBJECT', 'BODY text', 'TEXT "subject 4"',
    'ON "5-Jul-2023"', 'BEFORE 1-Jan-2030', 'SINCE "1 January 1990"', 'SEEN FLAGGED', 'FLAGGED SUBJECT "2"', 'ALL ALL', '  ALL  ',
    '', ' ', 'NONSENSE', 'SUBJECT', 'SUBJECT "open', 'ON yesterday', 'ON ""', 'BEFORE 32-Jan-2023', 'OR SEEN FLAGGED', 'NOT SEEN', 'UID 1:3', 'HEADER X y', 'LARGER 5', '1:3',
    "SUBJECT \"a\0b\"", "SUBJECT \"\xc3\xa4\"", 'SUBJECT "' . str_repeat('x', 2000) . '"',
];
foreach ([IMAP . 'INBOX', POP3 . 'INBOX', IMAP . 'Empty'] as $name) {
    echo "== $name\n";
    $mbox = imap_open($name, USER, PASSWORD);
    foreach ($criteria as $text) {
        echo json_encode(substr($text, 0, 40), JSON_INVALID_UTF8_SUBSTITUTE), ' ';
        show(fn () => json_encode(imap_search($mbox, $text)));
        showNotices();
    }
    foreach ([SE_UID, SE_FREE, SE_NOPREFETCH, SE_UID | SE_FREE, SE_UID | SE_NOPREFETCH, 16, 64, -1, PHP_INT_MAX] as $flags) {
        show(fn () => imap_search($mbox, 'ALL', $flags));
    }
    foreach (['', 'UTF-8', 'utf-8', 'US-ASCII', 'ISO-8859-1', 'NONSENSE', "UTF-8\0"] as $charset) {
        show(fn () => imap_search($mbox, 'SUBJECT subject', SE_UID, $charset));
        showNotices();
    }
    show(fn () => imap_search(criteria: 'SEEN', imap: $mbox));
}
showMisuse('imap_search', 2, ['imap' => $mbox, 'criteria' => 'ALL', 'flags' => SE_UID, 'charset' => 'UTF-8']);
