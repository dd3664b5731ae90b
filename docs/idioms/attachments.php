<?php
// Returns the file name among parameters. RFC 2231 may split and encode it:
// filename*0*=utf-8''Gr%C3%BC%C3%9Fe; filename*1=" aus Rom.txt"
function file_name($parameters)
{
    $name = $charset = "";
    foreach ($parameters as $p) {
        if (!preg_match('/^(?:file)?name(?:\*(\d+))?(\*?)$/i', $p->attribute, $m)) {
            continue;
        }
        [, $number, $encoded] = $m;
        $value = $p->value;
        if ($number === "" || $number === "0") {
            $name = $charset = "";
            if ($encoded && substr_count($value, "'") >= 2) {
                [$charset, , $value] = explode("'", $value, 3);
            }
        }
        $name .= $encoded ? rawurldecode($value) : $value;
    }
    return $charset == "" ? $name : (@iconv($charset, "UTF-8", $name) ?: $name);
}

function save_attachments($mbox, $num, $part, $section)
{
    foreach ($part->parts ?? [] as $i => $p) {
        // The multipart of a nested message has the section of that message.
        $same = $part->type == TYPEMESSAGE && $p->type == TYPEMULTIPART;
        save_attachments($mbox, $num, $p, $same ? $section : ltrim($section . "." . ($i + 1), "."));
    }
    $name = basename(file_name(array_merge(
        $part->ifparameters ? $part->parameters : [],
        $part->ifdparameters ? $part->dparameters : [],
    )));
    if ($name == "" || $part->type == TYPEMULTIPART) {
        return;
    }
    $data = imap_fetchbody($mbox, $num, $section, FT_PEEK);
    if ($part->encoding == ENCBASE64) {
        $data = imap_base64($data);
    } elseif ($part->encoding == ENCQUOTEDPRINTABLE) {
        $data = imap_qprint($data);
    }
    file_put_contents("$num-$section-$name", $data);
    echo "message $num, part $section: $name, ", strlen($data), " octets\n";
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());
for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    $structure = imap_fetchstructure($mbox, $num);
    save_attachments($mbox, $num, $structure, $structure->type == TYPEMULTIPART ? "" : "1");
}
imap_close($mbox);
