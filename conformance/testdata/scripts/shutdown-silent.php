<?php
// Nothing is reported at the end to one who does not want to hear of notices, or
// has asked.

require __DIR__ . '/lib/mail.php';

imap_open('{127.0.0.1:1/imap/notls}INBOX', USER, PASSWORD);
var_dump(imap_last_error());
var_dump(imap_errors());
imap_qprint('=zz');
error_reporting(E_ALL & ~E_NOTICE);
exit(3);
