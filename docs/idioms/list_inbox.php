<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$check = imap_check($mbox);
echo "$check->Nmsgs messages\n";
foreach (imap_fetch_overview($mbox, "1:$check->Nmsgs") as $mail) {
    $mark = $mail->seen ? " " : "*";
    printf("%3d %s %s  %s  %s\n", $mail->msgno, $mark, gmdate("Y-m-d", $mail->udate), $mail->from, $mail->subject);
}
imap_close($mbox);
