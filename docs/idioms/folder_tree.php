<?php
$mbox = imap_open($server, $user, $password, OP_HALFOPEN)
    or die("can't connect: " . imap_last_error());

$folders = imap_getmailboxes($mbox, $server, "*");
usort($folders, fn ($a, $b) => strcmp($a->name, $b->name));
foreach ($folders as $folder) {
    $path = explode($folder->delimiter, substr($folder->name, strlen($server)));
    echo str_repeat("  ", count($path) - 1), end($path);
    if (!($folder->attributes & LATT_NOSELECT)) {
        $status = imap_status($mbox, $folder->name, SA_MESSAGES | SA_UNSEEN);
        echo " $status->unseen/$status->messages";
    }
    echo "\n";
}
imap_close($mbox);
