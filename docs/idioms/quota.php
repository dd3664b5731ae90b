<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$quota = imap_get_quotaroot($mbox, "INBOX");
if (is_array($quota) && isset($quota["STORAGE"])) {
    $storage = $quota["STORAGE"];
    printf("%d of %d KiB used, %.1f%%\n", $storage["usage"], $storage["limit"], 100 * $storage["usage"] / $storage["limit"]);
} else {
    echo "no quota\n";
}
imap_close($mbox);
