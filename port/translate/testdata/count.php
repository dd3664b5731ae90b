<?php
// Counts the messages.
$mbox = imap_open("{mail.example.org/imap/ssl}INBOX", "joe", "secret")
    or die("can't connect: " . imap_last_error());
$n = imap_num_msg($mbox);
if (!$n) {
    echo "no mail\n";
}
$even = [];
for ($i = 1; $i <= $n; $i++) {
    if ($i % 2 == 0) {
        $even[] = $i * 2; # twice
        continue;
    }
    echo "message $i of $n\n";
}
foreach ($even as $k => $v) {
    echo "$k: $v\n";
}
imap_close($mbox);
