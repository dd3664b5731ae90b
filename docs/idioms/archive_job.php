<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$batch = 4;
for ($last = imap_num_msg($mbox); $last > 0; $last -= $batch) {
    $first = max(1, $last - $batch + 1);
    // Counting down keeps the lower numbers valid.
    imap_mail_move($mbox, "$first:$last", "Archive") or die("stopped: " . imap_last_error());
    imap_expunge($mbox);
    echo "$first:$last, ", imap_num_msg($mbox), " left\n";
}
imap_close($mbox);
