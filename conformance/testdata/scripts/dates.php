<?php
// mailbox INBOX all
// What is reported of headers that a search for dates reads, on POP3.
require __DIR__ . '/lib/mail.php';

$searches = [
    'SINCE "1-Jan-2000"', 'ON "1-Jan-2020"', 'SINCE "1-Jan-2000" SUBJECT "a"', 'UNSEEN SINCE "1-Jan-2010"',
    'SEEN BEFORE "1-Jan-2010"', 'SUBJECT "x"', 'UNSEEN', 'SEEN SUBJECT "a"', 'ALL',
];
foreach ($searches as $criteria) {
    $mbox = imap_open(POP3 . 'INBOX', USER, PASSWORD);
    imap_errors();
    echo $criteria, "\n";
    var_dump(imap_search($mbox, $criteria), imap_errors());
    imap_close($mbox);
}
