<?php
$mbox = @imap_open($server . "INBOX", $user, $password);
if (!$mbox) {
    echo "not trusted\n";
    imap_errors();
    $server = str_replace("}", "/novalidate-cert}", $server);
    $mbox = imap_open($server . "INBOX", $user, $password)
        or die("can't connect: " . imap_last_error());
}
echo imap_num_msg($mbox), " messages\n";
imap_close($mbox);
