<?php
imap_timeout(IMAP_OPENTIMEOUT, 10);
imap_timeout(IMAP_READTIMEOUT, 20);
// One login attempt instead of three, without GSSAPI.
$mbox = @imap_open($server . "INBOX", $user, "wrong" . $password, 0, 1, ["DISABLE_AUTHENTICATOR" => "GSSAPI"]);
if (!$mbox) {
    imap_errors();
    echo "no access\n";
}
$mbox = imap_open($server . "INBOX", $user, $password, 0, 1, ["DISABLE_AUTHENTICATOR" => "GSSAPI"])
    or die("can't connect: " . imap_last_error());
echo imap_timeout(IMAP_READTIMEOUT), " seconds, ", imap_num_msg($mbox), " messages\n";
imap_close($mbox);
