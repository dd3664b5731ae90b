<?php
function save_attachments($mbox, $num, $part, $section)
{
    foreach ($part->parts ?? [] as $i => $p) {
        save_attachments($mbox, $num, $p, $section == "" ? $i + 1 : $section . "." . ($i + 1));
    }
    $name = "";
    foreach (array_merge($part->ifparameters ? $part->parameters : [], $part->ifdparameters ? $part->dparameters : []) as $p) {
        if (in_array(strtolower($p->attribute), ["name", "filename"])) {
            $name = basename($p->value);
        }
    }
    if ($name == "") {
        return;
    }
    $data = imap_fetchbody($mbox, $num, $section ?: "1", FT_PEEK);
    if ($part->encoding == ENCBASE64) {
        $data = imap_base64($data);
    } elseif ($part->encoding == ENCQUOTEDPRINTABLE) {
        $data = imap_qprint($data);
    }
    file_put_contents("$num-$name", $data);
    echo "message $num, part $section: $name, ", strlen($data), " octets\n";
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());
for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    save_attachments($mbox, $num, imap_fetchstructure($mbox, $num), "");
}
imap_close($mbox);
