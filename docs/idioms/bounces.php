<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    $structure = imap_fetchstructure($mbox, $num);
    if ($structure->type != TYPEMULTIPART || $structure->subtype != "REPORT") {
        continue;
    }
    $report = imap_fetchbody($mbox, $num, "2");
    foreach (preg_split('/\r\n\r\n/', trim($report)) as $fields) {
        if (preg_match('/^Final-Recipient: *rfc822; *(.*?)\r?$/mi', $fields, $address)
            && preg_match('/^Status: *([\d.]+)/mi', $fields, $status)) {
            echo $status[1][0] == "5" ? "unsubscribe" : "retry", " $address[1] ($status[1])\n";
        }
    }
    $original = imap_rfc822_parse_headers(imap_fetchbody($mbox, $num, "3.0"));
    echo "it was $original->message_id\n";
    imap_delete($mbox, $num);
}
imap_close($mbox, CL_EXPUNGE);
