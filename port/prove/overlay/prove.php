<?php

/**
 * Notes each request to the engine, with its place in the script, before it is sent.
 */

declare(strict_types=1);

namespace ImapCompat;

final class Prove
{
    /** @var ?resource */
    private static $file = null;

    public static function note(string $function): void
    {
        $line = 0;
        $file = '';
        foreach (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS) as $frame) {
            if (isset($frame['file']) && !str_starts_with($frame['file'], __DIR__ . DIRECTORY_SEPARATOR)) {
                ['file' => $file, 'line' => $line] = $frame;
                break;
            }
        }
        if ($function === '' || $function === 'destroy') {
            $function = 'the end of the connection';
        }
        self::$file ??= fopen(dirname(__DIR__, 2) . '/trace', 'a');
        fwrite(self::$file, "$function\t$line\t" . strtr($file, "\t\n", '  ') . "\n");
    }
}
