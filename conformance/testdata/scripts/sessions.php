<?php
// Several connections at once, to several services, in objects, arrays, closures,
// generators and static variables, that come and go in any order.
// mailbox INBOX five S F T
// mailbox Archive crlf calendar

require __DIR__ . '/lib/mail.php';

#[AllowDynamicProperties]
class Mailbox
{
    private static array $all = [];
    public ?IMAP\Connection $connection;

    public function __construct(private string $name)
    {
        $this->connection = imap_open($name, USER, PASSWORD);
        self::$all[] = $this;
    }

    public function __destruct()
    {
        echo "end of $this->name ", is_object($this->connection) && imap_is_open($this->connection) ? 'open' : 'closed', "\n";
    }

    public static function count(): int
    {
        return array_sum(array_map(fn ($m) => imap_num_msg($m->connection), self::$all));
    }

    public static function forget(int $i): void
    {
        unset(self::$all[$i]);
    }
}

function numbers(string $name): Generator
{
    $mbox = imap_open($name, USER, PASSWORD);
    try {
        for ($i = 1; $i <= imap_num_msg($mbox); $i++) {
            yield $i => imap_headerinfo($mbox, $i)->subject;
        }
    } finally {
        echo 'closing ', imap_num_msg($mbox), "\n";
        imap_close($mbox);
    }
}

function cached(): IMAP\Connection
{
    static $mbox = null;
    return $mbox ??= imap_open(IMAP . 'Archive', USER, PASSWORD);
}

echo "== at once\n";
$all = array_map(fn ($name) => imap_open($name, USER, PASSWORD), [IMAP . 'INBOX', POP3S . 'INBOX', IMAPS . 'Archive', IMAP . 'Archive']);
foreach ($all as $mbox) {
    foreach ($all as $other) {
        echo imap_num_msg($mbox), ' ', imap_headerinfo($other, 1)->Subject ?? 'none', ' ', var_export($mbox === $other, true), "\n";
    }
}
imap_delete($all[0], '1');
unset($all[1]);
imap_close($all[2]);
show(fn () => imap_num_msg($all[2]));
var_dump(imap_headerinfo($all[0], 1)->Deleted, imap_num_msg($all[3]), imap_fetchbody($all[3], 1, '1'));
$copy = $all[0];
$reference = &$all[3];
$reference = null;
unset($all);
var_dump(imap_num_msg($copy), imap_is_open($copy));
$map = new WeakMap();
$map[$copy] = 'a note';
$weak = WeakReference::create($copy);
var_dump(count($map), $weak->get() === $copy);
unset($copy, $mbox, $other, $reference);
var_dump(count($map), $weak->get());

echo "== in objects\n";
new Mailbox(IMAP . 'INBOX');
new Mailbox(POP3 . 'INBOX');
new Mailbox(IMAP . 'Archive');
var_dump(Mailbox::count());
Mailbox::forget(1);
var_dump(Mailbox::count());

echo "== in generators\n";
foreach (numbers(IMAP . 'INBOX') as $i => $subject) {
    echo "$i $subject\n";
    if ($i === 2) {
        break;
    }
}
foreach (numbers(IMAP . 'Archive') as $i => $subject) {
    foreach (numbers(IMAP . 'Archive') as $j => $inner) {
        echo "$i $j $subject $inner\n";
    }
}

echo "== exceptions\n";
function fails(): void
{
    $local = imap_open(IMAP . 'INBOX', USER, PASSWORD, CL_EXPUNGE);
    imap_delete($local, '5');
    throw new RuntimeException('in the middle of ' . imap_num_msg($local));
}
try {
    fails();
} catch (RuntimeException $e) {
    echo $e->getMessage(), "\n";
}
unset($e);
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
var_dump(imap_num_msg($mbox));
show(fn () => array_map(fn ($i) => imap_headerinfo($mbox, $i)->subject, [1, 2, 0, 3]));
$numbers = [4, 2, 3, 1];
usort($numbers, fn ($a, $b) => imap_uid($mbox, $a) <=> imap_uid($mbox, $b));
echo implode(' ', $numbers), "\n";
set_error_handler(fn ($level, $text) => throw new ErrorException($text, 0, $level));
try {
    imap_uid($mbox, 99);
} catch (ErrorException $e) {
    echo $e->getMessage(), ' ', imap_uid($mbox, 1), "\n";
}
restore_error_handler();
unset($e);

echo "== at the end\n";
$early = new Mailbox(IMAP . 'INBOX');
var_dump(imap_num_msg(cached()));
$cycle = new Mailbox(POP3 . 'INBOX');
$cycle->self = [$cycle];
unset($cycle);
Mailbox::forget(2); // the order of destructors depends on the numbers of objects
Mailbox::forget(4);
var_dump(gc_collect_cycles() >= 0);
imap_qprint('=zz');
register_shutdown_function(function () use ($mbox) {
    echo 'last words ', imap_num_msg($mbox), ' ', imap_num_msg(cached()), "\n";
});
