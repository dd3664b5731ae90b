<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$known = imap_num_msg($mbox);
echo "waiting for message ", $known + 1, "\n";
while (imap_num_msg($mbox) == $known) {
    sleep(1);
    imap_ping($mbox) or die("connection lost\n");
}
for ($num = $known + 1; $num <= imap_num_msg($mbox); $num++) {
    echo "new: ", imap_headerinfo($mbox, $num)->subject, "\n";
}
imap_close($mbox);
