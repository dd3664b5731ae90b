<?php

// Logs in, and fails to, in all ways that TestPHPSecrets knows of, and shows all
// that a script can see of it. The login is on the standard input, so that it is
// in no argument and no variable that is shown.

$login = json_decode(stream_get_contents(STDIN), true);

/** Shows a value in all the ways in which scripts show one. */
function show(mixed $value): void
{
    var_dump($value);
    print_r($value);
    echo json_encode($value, JSON_PARTIAL_OUTPUT_ON_ERROR), "\n";
}

/** Shows what was thrown, with its traces. */
function showThrown(Throwable $thrown): void
{
    for (; $thrown !== null; $thrown = $thrown->getPrevious()) {
        echo $thrown, "\n", $thrown->getTraceAsString(), "\n";
        show($thrown->getTrace());
        show((array) $thrown);
    }
}

/** Shows what can be seen of an error while it is reported. */
function handle(int $level, string $text, string $file, int $line): bool
{
    global $login;
    echo "reported: $text\n";
    show(debug_backtrace());
    debug_print_backtrace();
    if ($login['throw']) {
        throw new ErrorException($text, 0, $level, $file, $line);
    }
    return $login['silent'];
}

/** Shows what the processes of the script show to others. */
function showProcesses(): void
{
    foreach (['self', ...explode(' ', trim(file_get_contents('/proc/self/task/' . getmypid() . '/children')))] as $process) {
        if ($process !== '') {
            echo file_get_contents("/proc/$process/cmdline"), file_get_contents("/proc/$process/comm");
        }
    }
}

/** Shows what the classes of the bridge hold. */
function showBridge(): void
{
    foreach (get_declared_classes() as $class) {
        if (str_starts_with($class, 'ImapCompat\\')) {
            show((new ReflectionClass($class))->getStaticProperties());
        }
    }
}

function attempt(string $what, callable $call): void
{
    echo "== $what\n";
    try {
        $result = $call();
        show($result);
        if ($result instanceof \IMAP\Connection) {
            show((array) $result);
            showProcesses();
            showBridge();
            attempt('serialize', static fn () => serialize($result));
            attempt('clone', static fn () => clone $result);
            imap_close($result);
        }
    } catch (Throwable $thrown) {
        showThrown($thrown);
    }
    show([imap_last_error(), imap_errors(), imap_alerts(), error_get_last()]);
}

if ($login['handle']) {
    set_error_handler(handle(...));
}

/** Opens the mailbox, with some arguments changed. */
function call(#[SensitiveParameter] array $change): mixed
{
    global $login;
    return imap_open(...array_replace($login['args'], $change));
}

attempt('success', static fn () => call([]));
attempt('no such mailbox', static fn () => call([0 => str_replace('INBOX', 'None', $GLOBALS['login']['args'][0])]));
attempt('NUL in the name', static fn () => call([0 => "a\0b"]));
attempt('a user of null', static fn () => call([1 => null]));
attempt('a user of the wrong type', static fn () => call([1 => []]));
attempt('a password of the wrong type', static fn () => call([2 => [$GLOBALS['login']['args'][2]]]));
attempt('a password to convert', static fn () => call([2 => new class {
    public function __toString(): string
    {
        return $GLOBALS['login']['args'][2];
    }
}]));
attempt('flags of the wrong type', static fn () => call([3 => 'x']));
attempt('options of the wrong type', static fn () => call([5 => 'x']));
attempt('a disabled authenticator of the wrong type', static fn () => call([5 => ['DISABLE_AUTHENTICATOR' => 1] + $GLOBALS['login']['args'][5]]));
attempt('a token of the wrong type', static fn () => call([5 => ['IMAPCOMPAT_TOKEN' => [$GLOBALS['login']['args'][2]]]]));
attempt('too many arguments', static fn () => call([6 => 'x']));
attempt('an argument left out', static fn () => imap_open(mailbox: '{', password: $GLOBALS['login']['args'][2]));
attempt('refused', static fn () => call([1 => 'nobody']));
exec('kill -9 ' . trim(file_get_contents('/proc/self/task/' . getmypid() . '/children')));
attempt('the engine killed before', static fn () => call([]));
attempt('success again', static fn () => call([]));
putenv('IMAPCOMPAT_BIN=/bin/none');
if ($login['uncaught']) {
    call([1 => []]);
}
