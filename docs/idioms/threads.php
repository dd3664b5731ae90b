<?php
function show($mbox, $thread, $i, $depth) {
    if ($thread["$i.num"]) {
        $h = imap_headerinfo($mbox, $thread["$i.num"]);
        echo str_repeat("  ", $depth), $h->subject, "\n";
    }
    if ($thread["$i.next"]) {
        show($mbox, $thread, $thread["$i.next"], $depth + 1);
    }
    if ($thread["$i.branch"]) {
        show($mbox, $thread, $thread["$i.branch"], $depth);
    }
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$thread = imap_thread($mbox);
if ($thread) {
    show($mbox, $thread, 0, 0);
}
imap_close($mbox);
