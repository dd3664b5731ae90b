<?php
$mbox = imap_open($server, $user, $password, OP_HALFOPEN)
    or die("can't connect: " . imap_last_error());

// mb_convert_encoding calls this charset "UTF7-IMAP".
imap_createmailbox($mbox, $server . iconv("UTF-8", "UTF-7-IMAP", "Gelöscht & alt"));
$names = imap_list($mbox, $server, "%");
sort($names);
foreach ($names as $name) {
    $name = substr($name, strlen($server));
    echo iconv("UTF-7-IMAP", "UTF-8", $name), " ($name)\n";
}
imap_close($mbox);
