<?php
// What the extension reports at the end of a script that did not ask for it.

require __DIR__ . '/lib/mail.php';

class Loud
{
    public function __construct(private string $name)
    {
    }

    public function __destruct()
    {
        echo "$this->name is gone\n";
    }
}

register_shutdown_function(function () {
    echo "shutdown function\n";
    imap_qprint('=zz');
});
$global = new Loud('a global');
$cycle = new Loud('a cycle');
$cycle->self = $cycle;
unset($cycle);
ob_start(fn ($text) => "<<$text>>");
imap_open('{127.0.0.1:1/imap/notls}INBOX', USER, PASSWORD);
imap_base64('aGVsbG8=aaaa');
imap_rfc822_parse_adrlist('a@b, <', 'h');
$open = imap_open(IMAP . 'INBOX', USER, PASSWORD);
$nowhere = imap_open(IMAP . 'Nowhere', USER, PASSWORD);
echo "the end\n";
