<?php
// The first server that answers is used.
foreach (["{127.0.0.1:1/imap/notls}", $server] as $host) {
    $mbox = @imap_open($host . "INBOX", $user, $password);
    if ($mbox) {
        break;
    }
    echo "can't connect: ", imap_last_error(), "\n";
}
if (!$mbox) {
    die("no server\n");
}
imap_errors(); // forget what was until now
if (@imap_fetchheader($mbox, 99) === false) {
    echo "no message 99: ", error_get_last()["message"], "\n";
}
imap_fetchheader($mbox, 1);
echo imap_errors() ? "trouble\n" : "all well\n";
imap_close($mbox);
