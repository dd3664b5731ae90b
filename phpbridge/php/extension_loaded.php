<?php

/**
 * Defines extension_loaded() in a PHP that has it disabled. It is true for imap, and PHP's
 * own result for other extensions.
 *
 *     disable_functions = extension_loaded
 */

declare(strict_types=1);

use ImapCompat\Arguments;

use const ImapCompat\MISSING;

function extension_loaded($extension = MISSING): bool
{
    [$name] = Arguments::of(__FUNCTION__, func_get_args());
    $name = strtolower($name);
    return $name === 'imap' || in_array($name, array_map('strtolower', get_loaded_extensions()), true);
}
