<?php
// Returns the section of the first part of a type, or "".
function find_part($part, $subtype, $section = "")
{
    if ($part->type == TYPETEXT && $part->subtype == $subtype) {
        return $section ?: "1";
    }
    if ($part->type == TYPEMULTIPART) {
        foreach ($part->parts as $i => $p) {
            $found = find_part($p, $subtype, ltrim($section . "." . ($i + 1), "."));
            if ($found) {
                return $found;
            }
        }
    }
    return "";
}

function text_of($mbox, $num, $section)
{
    $part = imap_bodystruct($mbox, $num, $section);
    $text = imap_fetchbody($mbox, $num, $section, FT_PEEK);
    if ($part->encoding == ENCBASE64) {
        $text = imap_base64($text);
    } elseif ($part->encoding == ENCQUOTEDPRINTABLE) {
        $text = imap_qprint($text);
    }
    foreach ($part->parameters as $p) {
        if (strtolower($p->attribute) == "charset") {
            $text = iconv($p->value, "UTF-8", $text);
        }
    }
    return trim($text);
}

$mbox = imap_open($server . "INBOX", $user, $password)
    or die("can't connect: " . imap_last_error());
for ($num = 1; $num <= imap_num_msg($mbox); $num++) {
    $structure = imap_fetchstructure($mbox, $num);
    if ($section = find_part($structure, "PLAIN")) {
        echo "$num: ", text_of($mbox, $num, $section), "\n";
    } elseif ($section = find_part($structure, "HTML")) {
        echo "$num: ", strip_tags(text_of($mbox, $num, $section)), "\n";
    }
}
imap_close($mbox);
