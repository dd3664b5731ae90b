<?php
// What every function says of arguments that are none.

/**
 * Calls a function in all the ways in which its arguments can be wrong.
 *
 * @param int $required how many arguments it must have
 * @param array<string, mixed> $arguments good ones for all its parameters, by name
 */
function showMisuse(string $function, int $required, array $arguments): void
{
    echo "== misuse of $function\n";
    $values = array_values($arguments);
    for ($given = 0; $given < $required; $given++) {
        show(fn () => $function(...array_slice($values, 0, $given)));
    }
    show(fn () => $function(...$values, ...['one too many']));
    show(fn () => $function(...$arguments, nonsense: 1));
    foreach (array_slice(array_keys($arguments), 0, $required) as $name) {
        show(fn () => $function(...array_diff_key($arguments, [$name => 0])));
    }
    if ($arguments !== []) {
        show(fn () => $function(...$values, ...[array_key_first($arguments) => 'twice']));
    }
    foreach ($arguments as $name => $value) {
        foreach (is_array($value) ? ['x', null] : [[], new stdClass()] as $wrong) {
            show(fn () => $function(...array_replace($arguments, [$name => $wrong])));
        }
        if (is_int($value)) {
            show(fn () => $function(...array_replace($arguments, [$name => 'x'])));
            show(fn () => $function(...array_replace($arguments, [$name => 1e30])));
        }
    }
    if (($arguments['imap'] ?? null) instanceof IMAP\Connection) {
        show(fn () => $function(...array_replace($arguments, ['imap' => null])));
        show(fn () => $function(...array_replace($arguments, ['imap' => closedConnection()])));
        $last = array_key_last($arguments);
        show(fn () => $function(...array_replace($arguments, ['imap' => closedConnection(), $last => []])));
    }
    showNotices();
}

function closedConnection(): IMAP\Connection
{
    static $closed = null;
    if ($closed === null) {
        $closed = imap_open(IMAP . 'INBOX', USER, PASSWORD);
        imap_close($closed);
    }
    return $closed;
}
