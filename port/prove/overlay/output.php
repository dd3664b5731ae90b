<?php

/**
 * Notes where in the script each piece of its output is printed.
 */

declare(strict_types=1);

ob_start(static function (string $piece): string {
    static $file = null;
    $file ??= fopen(__DIR__ . '/printed', 'a');
    $place = "0\t";
    foreach (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS) as $frame) {
        if (isset($frame['file']) && $frame['file'] !== __FILE__) {
            $place = $frame['line'] . "\t" . strtr($frame['file'], "\t\n", '  ');
            break;
        }
    }
    fwrite($file, strlen($piece) . "\t$place\n");
    return $piece;
}, 1);
