<?php
$from = imap_open($server . "INBOX", $user, $password, OP_READONLY)
    or die("can't connect: " . imap_last_error());
$to = imap_open($server . "Archive", $user, $password) // the other account
    or die("can't connect: " . imap_last_error());

foreach (imap_fetch_overview($from, "1:*") as $mail) {
    $message = imap_fetchheader($from, $mail->msgno) . imap_body($from, $mail->msgno, FT_PEEK);
    $flags = ($mail->seen ? "\\Seen " : "") . ($mail->flagged ? "\\Flagged" : "");
    imap_append($to, $server . "Archive", $message, trim($flags), gmdate("d-M-Y H:i:s O", $mail->udate))
        or die("not copied: " . imap_last_error());
}
imap_ping($to); // asks for the news
echo imap_num_msg($to), " there, the last of ", gmdate("Y-m-d", imap_headerinfo($to, imap_num_msg($to))->udate), "\n";
imap_close($to);
imap_close($from);
