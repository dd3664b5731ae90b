<?php
// imap_savebody to paths and streams.
// mailbox INBOX bounce crlf:S binary

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

function file_of(mixed $name): string
{
    return is_file($name) ? md5_file($name) . ' ' . filesize($name) : 'no file';
}

class Upper extends php_user_filter
{
    public function filter($in, $out, &$consumed, bool $closing): int
    {
        while ($bucket = stream_bucket_make_writeable($in)) {
            $bucket->data = strtoupper($bucket->data);
            $consumed += $bucket->datalen;
            stream_bucket_append($out, $bucket);
        }
        return PSFS_PASS_ON;
    }
}

stream_filter_register('upper', 'Upper');
foreach ([IMAP, POP3] as $server) {
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    foreach ([1, 2, 3] as $num) {
        foreach (['', '0', '1', '1.1', '9'] as $section) {
            show(fn () => imap_savebody($mbox, 'file', $num, $section, FT_PEEK));
            echo file_of('file'), "\n";
            @unlink('file');
        }
    }
    $memory = fopen('php://memory', 'w+');
    fwrite($memory, 'before ');
    show(fn () => imap_savebody($mbox, $memory, 2));
    rewind($memory);
    echo stream_get_contents($memory), "\n";
    show(fn () => imap_savebody($mbox, STDOUT, 2, '1'));
    $filtered = fopen('php://temp', 'w+');
    stream_filter_append($filtered, 'upper', STREAM_FILTER_WRITE);
    show(fn () => imap_savebody($mbox, $filtered, 2, '1'));
    rewind($filtered);
    echo stream_get_contents($filtered), "\n";

    foreach ([1, 2, 3] as $num) { // none of which is base64
        $decoded = fopen('php://temp', 'w+');
        stream_filter_append($decoded, 'convert.base64-decode', STREAM_FILTER_WRITE);
        show(fn () => imap_savebody($mbox, $decoded, $num, '', FT_PEEK));
        rewind($decoded);
        echo bin2hex(stream_get_contents($decoded)), "\n";
    }

    show(fn () => imap_savebody($mbox, 'nowhere/file', 1));
    show(fn () => @imap_savebody($mbox, 'nowhere/file', 1));
    show(fn () => imap_savebody($mbox, '', 1));
    show(fn () => imap_savebody($mbox, "a\0b", 1));
    show(fn () => imap_savebody($mbox, 'file', 0));
    show(fn () => imap_savebody($mbox, 'file', 99));
    show(fn () => imap_savebody($mbox, 'file', 99, '', FT_UID));
    show(fn () => imap_savebody($mbox, 'file', 1, '', 1 << 10));
    show(fn () => imap_savebody($mbox, 'nowhere/file', 99));
    show(fn () => imap_savebody($mbox, 1.5, 1));
    show(fn () => imap_savebody($mbox, true, 1));
    show(fn () => imap_savebody($mbox, [], 1));
    show(fn () => imap_savebody($mbox, new stdClass(), 1));
    show(fn () => imap_savebody(flags: FT_PEEK, message_num: 1, file: 'named', imap: $mbox));
    foreach (glob('*') as $name) {
        echo $name, ' ', file_of($name), "\n";
        unlink($name);
    }
    $closed = fopen('php://memory', 'w+');
    fclose($closed);
    show(fn () => imap_savebody($mbox, $closed, 1));
    show(fn () => imap_savebody($mbox, 5, 1));
    $readonly = fopen(__FILE__, 'r');
    show(fn () => imap_savebody($mbox, $readonly, 1));
    show(fn () => imap_num_msg($mbox));
    imap_close($mbox);
}
showNotices();
showMisuse('imap_savebody', 3, ['imap' => $mbox, 'file' => 'saved', 'message_num' => 1, 'section' => '1', 'flags' => FT_PEEK]);
