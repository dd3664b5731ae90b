<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    file_put_contents("$num.eml", imap_fetchheader($mbox, $num) . imap_body($mbox, $num));
    imap_delete($mbox, $num);
}
// A POP3 server removes messages only after QUIT.
imap_close($mbox, CL_EXPUNGE);
