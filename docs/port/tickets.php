<?php
// Takes new mail to support, writes a line for each into tickets.csv, keeps the attachments
// and moves the message to Archive.

$server   = "{mail.example.org:993/imap/ssl}";
$user     = "support";
$password = getenv("MAIL_PASSWORD");
$folder   = "attachments";

function decoded($text)
{
    $result = "";
    foreach (imap_mime_header_decode($text) as $piece) {
        $result .= $piece->text;
    }
    return trim($result);
}

function text_of($mbox, $uid, $part, $number)
{
    $text = imap_fetchbody($mbox, $uid, $number, FT_UID | FT_PEEK);
    if ($part->encoding == ENCBASE64) {
        return base64_decode($text);
    } elseif ($part->encoding == ENCQUOTEDPRINTABLE) {
        return quoted_printable_decode($text);
    }
    return $text;
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error() . "\n");

$uids = imap_search($mbox, "UNDELETED", SE_UID);
if (!$uids) {
    echo "nothing new\n";
    imap_close($mbox);
    exit(0);
}
if (!is_dir($folder)) {
    mkdir($folder);
}

$saved = 0;
$lines = [];
foreach ($uids as $uid) {
    $header = imap_headerinfo($mbox, imap_msgno($mbox, $uid));
    $from = $header->from[0]->mailbox . "@" . $header->from[0]->host;
    $subject = isset($header->subject) ? decoded($header->subject) : "(no subject)";
    $structure = imap_fetchstructure($mbox, $uid, FT_UID);
    $parts = isset($structure->parts) ? $structure->parts : [];
    foreach ($parts as $i => $part) {
        if (!$part->ifdparameters || strtolower($part->disposition) != "attachment") {
            continue;
        }
        $name = preg_replace('/[^A-Za-z0-9._-]/', "_", $part->dparameters[0]->value);
        file_put_contents("$folder/$uid-$name", text_of($mbox, $uid, $part, (string) ($i + 1)));
        $saved++;
    }
    $lines[] = sprintf("%d;%s;%s;%d", $uid, $from, str_replace(";", ",", $subject), count($parts));
    imap_mail_move($mbox, (string) $uid, "Archive", CP_UID);
}
file_put_contents("tickets.csv", implode("\n", $lines) . "\n", FILE_APPEND);
imap_expunge($mbox);
printf("%d tickets, %d attachments, %d left\n", count($lines), $saved, imap_num_msg($mbox));
imap_close($mbox);
