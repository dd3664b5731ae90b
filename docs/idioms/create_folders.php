<?php
$mbox = imap_open($server, $user, $password, OP_HALFOPEN)
    or die("can't connect: " . imap_last_error());

$have = imap_list($mbox, $server, "*") ?: [];
foreach (["Archive", "Sent", "Done"] as $name) {
    if (in_array($server . $name, $have)) {
        echo "$name is there\n";
    } elseif (imap_createmailbox($mbox, $server . $name)) {
        imap_subscribe($mbox, $server . $name);
        echo "$name created\n";
    } else {
        echo "$name: ", imap_last_error(), "\n";
    }
}
imap_close($mbox);
