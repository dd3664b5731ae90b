<?php
// One list of errors for all connections, in the order in which they happened.
// mailbox INBOX five
// mailbox Archive

require __DIR__ . '/lib/mail.php';

showNotices();
$imap = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$pop3 = imap_open(POP3 . 'INBOX', USER, PASSWORD);
$nowhere = imap_open(IMAP . 'Nowhere', USER, PASSWORD);
var_dump(imap_num_msg($nowhere));
imap_delete($pop3, '99');
imap_qprint('=zz');
imap_createmailbox($imap, IMAP . 'Archive');
imap_base64('aGVsbG8=aaaa');
showNotices();
showNotices();
var_dump(imap_open(IMAP . 'INBOX', USER, 'wrong', 0, 1));
showNotices();
var_dump(imap_open(POP3 . 'INBOX', USER, 'wrong'));
showNotices();
var_dump(imap_open('{127.0.0.1:1/imap/notls}INBOX', USER, PASSWORD));
var_dump(imap_open('{127.0.0.1:1/pop3/notls}INBOX', USER, PASSWORD));
var_dump(imap_open('{nothing', USER, PASSWORD));
var_dump(imap_open('{host.invalid/imap}INBOX', USER, PASSWORD));
showNotices();
var_dump(imap_open(IMAPS . 'INBOX', USER, PASSWORD));
var_dump(imap_open(POP3S . 'INBOX', USER, PASSWORD));
showNotices();
show(fn () => imap_reopen($imap, IMAP . 'Archive'));
show(fn () => imap_num_msg($imap));
show(fn () => imap_reopen($imap, IMAP . 'Nowhere'));
show(fn () => imap_reopen($imap, IMAP . 'INBOX', 3 << 20));
show(fn () => imap_reopen($imap, IMAP . 'INBOX', 0, -1));
show(fn () => imap_reopen($imap, '{127.0.0.1:1/imap/notls}INBOX'));
show(fn () => imap_is_open($imap));
show(fn () => imap_num_msg($imap));
showNotices();
echo "== timeouts\n";
foreach ([0, IMAP_OPENTIMEOUT, IMAP_READTIMEOUT, IMAP_WRITETIMEOUT, IMAP_CLOSETIMEOUT, 5] as $type) {
    var_dump(imap_timeout($type), imap_timeout($type, -5), imap_timeout($type, 15), imap_timeout($type), imap_timeout($type, -1));
}
