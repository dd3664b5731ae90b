<?php
$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());

$message = imap_mail_compose([
    "from" => "Support <support@example.com>",
    "to" => "ann@example.org",
    "subject" => "Price list",
    "date" => "Sat, 7 Mar 2026 12:00:00 +0000",
], [
    ["type" => TYPEMULTIPART, "subtype" => "mixed", "type.parameters" => ["BOUNDARY" => "=_list"]],
    ["type" => TYPETEXT, "subtype" => "plain", "charset" => "utf-8", "encoding" => ENC8BIT,
        "contents.data" => "5 kg for 40 €\r\n"],
    ["type" => TYPEAPPLICATION, "subtype" => "pdf", "encoding" => ENCBINARY, "description" => "price list",
        "disposition.type" => "attachment", "disposition" => ["filename" => "prices.pdf"],
        "contents.data" => "%PDF-1.4\n"],
]);
echo $message;
imap_append($mbox, $server . "Archive", $message, "\\Draft")
    or die("not kept: " . imap_last_error());
imap_close($mbox);
