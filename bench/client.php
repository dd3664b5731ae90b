<?php
// The PHP side of the benchmark: does one workload with the imap extension or with
// phpbridge, and prints the measurement. bench/job documents the protocol.

$job = json_decode($argv[1], true, 16, JSON_THROW_ON_ERROR);
$name = "{127.0.0.1:{$job['port']}/{$job['protocol']}/notls}INBOX";
$changes = in_array($job['workload'], ['delete', 'append', 'move']);
$readOnly = $job['protocol'] === 'imap' && !$changes ? OP_READONLY : 0; // POP3 refuses it
$messages = $octets = 0;
$sum = $job['verify'] ? hash_init('sha1') : null;

set_error_handler(function (int $level, string $text, string $file, int $line) {
    fwrite(STDERR, "client.php:$line: $text\n");
    exit(1);
});

function open_mailbox()
{
    global $job, $name, $readOnly;
    return imap_open($name, $job['user'], $job['password'], $readOnly);
}

// Counts a message that is a text.
function text(string $text): void
{
    global $messages, $octets, $sum;
    $messages++;
    $octets += strlen($text);
    if ($sum) {
        hash_update($sum, $text . "\n");
    }
}

// Counts a result about a number of messages, with a number of octets of text.
function value(mixed $value, int $about, int $length): void
{
    global $messages, $octets, $sum;
    $messages += $about;
    $octets += $length;
    if ($sum) {
        hash_update($sum, json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR) . "\n");
    }
}

$readers = [
    'headerinfo' => function (int $num) use (&$mailbox) {
        $header = imap_headerinfo($mailbox, $num);
        value($header, 1, strlen($header->subject) + strlen($header->fromaddress));
    },
    'fetchheader' => function (int $num) use (&$mailbox) {
        text(imap_fetchheader($mailbox, $num));
    },
    'fetchstructure' => function (int $num) use (&$mailbox) {
        $structure = imap_fetchstructure($mailbox, $num);
        value($structure, 1, strlen($structure->subtype));
    },
    'body' => function (int $num) use (&$mailbox) {
        text(imap_body($mailbox, $num, FT_PEEK));
    },
    'fetchbody' => function (int $num) use (&$mailbox) {
        text(imap_fetchbody($mailbox, $num, '1', FT_PEEK));
    },
    'interleaved' => function (int $num) use (&$mailbox) {
        value(imap_headerinfo($mailbox, $num), 1, 0);
        $structure = imap_fetchstructure($mailbox, $num);
        value($structure, 1, 0);
        foreach (sections($structure, '') as $section) {
            text(imap_fetchbody($mailbox, $num, $section, FT_PEEK));
        }
    },
];

// The parts of a message that are no multiparts.
function sections(object $structure, string $within): array
{
    if ($structure->type !== TYPEMULTIPART) {
        return [$within === '' ? '1' : $within];
    }
    $list = [];
    foreach ($structure->parts as $i => $part) {
        $list = [...$list, ...sections($part, ltrim($within . '.' . ($i + 1), '.'))];
    }
    return $list;
}

$workloads = [
    'open' => function () use ($job) {
        for ($i = 0; $i < $job['times']; $i++) {
            $mailbox = open_mailbox();
            value(imap_num_msg($mailbox), 1, 0);
            imap_close($mailbox);
        }
    },
    'overview' => function () use (&$mailbox) {
        $list = imap_fetch_overview($mailbox, '1:*');
        $length = 0;
        foreach ($list as $overview) {
            $length += strlen($overview->subject) + strlen($overview->from);
        }
        value($list, count($list), $length);
    },
    'search' => function () use (&$mailbox, $job) {
        $found = imap_search($mailbox, "SUBJECT \"{$job['word']}\"") ?: [];
        value($found, count($found), 0);
    },
    'sort' => function () use (&$mailbox) {
        $list = imap_sort($mailbox, SORTDATE, false);
        value($list, count($list), 0);
    },
    'thread' => function () use (&$mailbox) {
        $thread = imap_thread($mailbox);
        $count = 0;
        foreach ($thread as $key => $value) {
            $count += $value && str_ends_with($key, '.num');
        }
        value($thread, $count, 0);
    },
    'mailboxmsginfo' => function () use (&$mailbox) {
        $info = imap_mailboxmsginfo($mailbox);
        value([$info->Nmsgs, $info->Unread, $info->Deleted, $info->Size], $info->Nmsgs, $info->Size);
    },
    'nummsg' => function () use (&$mailbox, &$octets, $job) {
        for ($i = 0; $i < $job['times']; $i++) {
            $octets += imap_num_msg($mailbox);
        }
    },
    'delete' => function () use (&$mailbox, &$messages) {
        $count = imap_num_msg($mailbox);
        for ($num = 1; $num <= $count; $num += 2) {
            imap_delete($mailbox, "$num");
            $messages++;
        }
        imap_expunge($mailbox);
        imap_close($mailbox); // on POP3 messages are removed at QUIT
        $mailbox = null;
    },
    'move' => function () use (&$mailbox, &$messages, $job) {
        foreach ($job['numbers'] as $num) {
            imap_mail_move($mailbox, "$num", 'Archive');
            $messages++;
        }
        imap_expunge($mailbox);
    },
    'append' => function () use (&$mailbox, &$toAppend, &$messages, &$octets, $name) {
        foreach ($toAppend as $text) {
            imap_append($mailbox, $name, $text);
            $messages++;
            $octets += strlen($text);
        }
    },
];

[$function, $order] = explode('/', $job['workload'] . '/');
if (isset($readers[$function])) {
    $read = $readers[$function];
    $work = match ($order) {
        '' => function () use (&$mailbox, $read) {
            $count = imap_num_msg($mailbox);
            for ($num = 1; $num <= $count; $num++) {
                $read($num);
            }
        },
        'found' => function () use (&$mailbox, $read, $job) {
            foreach (imap_search($mailbox, "FROM \"{$job['sender']}\"") as $num) {
                $read($num);
            }
        },
        'random' => function () use ($read, $job) {
            foreach ($job['numbers'] as $num) {
                $read($num);
            }
        },
    };
} else {
    $work = $workloads[$function];
}

// The messages of a file. A line with the length in octets precedes each.
function read_messages(string $name): array
{
    $file = fopen($name, 'r');
    $list = [];
    while (($length = fgets($file)) !== false) {
        $list[] = stream_get_contents($file, (int)$length);
    }
    return $list;
}

// CPU time in nanoseconds, and peak memory in octets, of this process and of the
// processes that it started, which do the work of phpbridge.
function cpu_time(): int
{
    $usage = getrusage();
    $total = 0;
    foreach (['utime', 'stime'] as $kind) {
        $total += ($usage["ru_$kind.tv_sec"] * 1000000 + $usage["ru_$kind.tv_usec"]) * 1000;
    }
    foreach (children() as $pid) {
        $fields = explode(' ', substr(strrchr(file_get_contents("/proc/$pid/stat"), ')'), 2));
        $total += ($fields[11] + $fields[12]) * 10000000; // in ticks of 10 ms
    }
    return $total;
}

function peak_memory(): int
{
    $total = 0;
    foreach (['self', ...children()] as $pid) {
        preg_match('/VmHWM:\s*(\d+)/', file_get_contents("/proc/$pid/status"), $found);
        $total += $found[1] << 10;
    }
    return $total;
}

function children(): array
{
    $self = getmypid();
    return preg_split('/ /', file_get_contents("/proc/$self/task/$self/children"), -1, PREG_SPLIT_NO_EMPTY);
}

if ($function === 'append') {
    $toAppend = read_messages($job['file']);
}
$mailbox = $function === 'open' ? null : open_mailbox();
echo "ready\n";
fgets(STDIN);
$cpu = cpu_time();
$start = hrtime(true);
$work();
$wall = hrtime(true) - $start;
echo json_encode([
    'wall' => $wall, 'cpu' => cpu_time() - $cpu, 'memory' => peak_memory(),
    'messages' => $messages, 'octets' => $octets, 'digest' => $sum ? hash_final($sum) : '',
]), "\n";
if ($mailbox) {
    imap_close($mailbox);
}
