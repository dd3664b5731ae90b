<?php
function decode($field)
{
    $text = "";
    foreach (imap_mime_header_decode($field) as $piece) {
        $charset = $piece->charset == "default" ? "US-ASCII" : $piece->charset;
        $text .= iconv($charset, "UTF-8", $piece->text);
    }
    return $text;
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());
$header = imap_headerinfo($mbox, 1);
echo $header->subject, "\n";
echo decode($header->subject), "\n";
echo imap_utf8($header->subject), "\n";
echo decode($header->from[0]->personal), "\n";
imap_close($mbox);
