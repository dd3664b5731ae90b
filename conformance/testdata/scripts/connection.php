<?php
// The object that imap_open returns.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
var_dump($mbox, gettype($mbox), is_resource($mbox), is_object($mbox), (bool) $mbox, $mbox instanceof IMAP\Connection);
print_r($mbox);
echo "\n";
var_export($mbox);
echo "\n", json_encode($mbox), "\n";
var_dump((array) $mbox, get_object_vars($mbox), count((array) $mbox), get_class($mbox), get_parent_class($mbox));
var_dump((new ReflectionClass($mbox))->isFinal());
show(fn () => new IMAP\Connection());
show(fn () => new IMAP\Connection(1, 2));
show(fn () => clone $mbox);
show(fn () => serialize($mbox));
show(fn () => serialize([$mbox]));
show(fn () => unserialize('O:15:"IMAP\Connection":0:{}'));
show(fn () => $mbox->property = 1);
show(fn () => $mbox->property);
show(fn () => isset($mbox->property));
show(fn () => (string) $mbox);
show(fn () => $mbox + 1);
show(fn () => $mbox());
show(fn () => $mbox[0]);
show(fn () => $mbox == imap_open(IMAP . 'INBOX', USER, PASSWORD));
show(fn () => imap_num_msg($mbox));

echo "== closed\n";
show(fn () => imap_is_open($mbox));
show(fn () => imap_close($mbox, 5));
show(fn () => imap_close($mbox));
show(fn () => imap_is_open($mbox));
show(fn () => imap_close($mbox));
show(fn () => imap_num_msg($mbox));
show(fn () => imap_headerinfo($mbox, 0));
show(fn () => imap_append($mbox, 'x', 'y', null, 'no date'));
show(fn () => imap_savebody($mbox, [], 1));
show(fn () => imap_thread($mbox));
var_dump($mbox);

echo "== dropped\n";
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD, CL_EXPUNGE);
imap_delete($mbox, '1');
$mbox = null;
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
var_dump(imap_num_msg($mbox));
showNotices();
