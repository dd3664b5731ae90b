<?php

/**
 * PHP's imap extension for a PHP without it, with the mail library imapcompat. A script that
 * needs the extension runs unchanged with
 *
 *     php -d auto_prepend_file=/path/to/phpbridge/imap.php script.php
 *
 * or by require() of this file. The program imapcompat must be on the PATH, or in the
 * environment variable IMAPCOMPAT_BIN: docs/php-bridge.md.
 *
 * If the extension is loaded, this file does nothing. PHP 8.1 or newer.
 */

declare(strict_types=1);

(static function (): void {
    if (function_exists('imap_open')) {
        return;
    }
    foreach (require __DIR__ . '/php/needed.php' as $function) {
        if (!function_exists($function)) {
            if (function_exists('error_log')) {
                error_log("imapcompat: there are no imap functions, as $function() is disabled");
            }
            return;
        }
    }
    require_once __DIR__ . '/php/report.php';
    require_once __DIR__ . '/php/arguments.php';
    require_once __DIR__ . '/php/engine.php';
    require_once __DIR__ . '/php/values.php';
    require_once __DIR__ . '/php/connection.php';
    require_once __DIR__ . '/php/constants.php';
    require_once __DIR__ . '/php/functions.php';
    if (!function_exists('extension_loaded')) {
        require_once __DIR__ . '/php/extension_loaded.php';
    }

    ImapCompat\Engine::beginIn((string) (function_exists('getcwd') ? getcwd() : ''));
})();
