<?php
// An IMAP server in a process of its own, which says what the script wants it to
// say. It is started before the first call, so that no connection is shared.

/**
 * Starts a server that answers each command with what $answer makes of its name
 * and its arguments: lines in which %s is the tag. After null it hangs up.
 *
 * @return string the begin of its mailbox names
 */
function startServer(callable $answer): string
{
    $listener = stream_socket_server('tcp://127.0.0.1:0');
    $port = substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
    ob_start(fn (string $text) => preg_replace("/([:,])$port\b/", '$1PORT', $text));
    $server = pcntl_fork();
    if ($server === 0) {
        ob_end_clean();
        pcntl_alarm(30);
        while ($connection = stream_socket_accept($listener, 20)) {
            serveConnection($connection, $answer);
            fclose($connection);
        }
        exec('kill -9 ' . getmypid());
    }
    fclose($listener);
    register_shutdown_function(fn () => exec("kill -9 $server"));
    return "{127.0.0.1:$port/imap/notls}";
}

function serveConnection($connection, callable $answer): void
{
    fwrite($connection, "* OK ready\r\n");
    while (($line = fgets($connection)) !== false) {
        [$tag, $name, $arguments] = explode(' ', rtrim($line) . '  ', 3);
        $text = $answer($name, trim($arguments)) ?? match ($name) {
            'CAPABILITY' => "* CAPABILITY IMAP4REV1\n%s OK done",
            'SELECT', 'EXAMINE' => "* 2 EXISTS\n* 0 RECENT\n* OK [UIDVALIDITY 1700000000] valid\n%s OK [READ-WRITE] done",
            'LOGOUT' => "* BYE see you\n%s OK done",
            default => "%s OK done",
        };
        if ($text === '') {
            return;
        }
        fwrite($connection, str_replace(["\n", '%s'], ["\r\n", $tag], $text) . "\r\n");
        if ($name === 'LOGOUT') {
            return;
        }
    }
}
