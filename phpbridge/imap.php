<?php

/**
 * The imap extension of PHP for a PHP that does not have it, on the mail library
 * imapcompat. A script that needs the extension runs unchanged with
 *
 *     php -d auto_prepend_file=/path/to/phpbridge/imap.php script.php
 *
 * or require()s this file. The program imapcompat must be on the PATH, or the
 * environment variable IMAPCOMPAT_BIN must name it: docs/php-bridge.md.
 *
 * Where the extension is loaded this file does nothing. PHP 8.1 or newer.
 */

declare(strict_types=1);

if (!extension_loaded('imap') && !function_exists('imap_open')) {
    require_once __DIR__ . '/php/report.php';
    require_once __DIR__ . '/php/arguments.php';
    require_once __DIR__ . '/php/engine.php';
    require_once __DIR__ . '/php/values.php';
    require_once __DIR__ . '/php/connection.php';
    require_once __DIR__ . '/php/constants.php';
    require_once __DIR__ . '/php/functions.php';

    ImapCompat\Engine::beginIn((string) getcwd());
}
