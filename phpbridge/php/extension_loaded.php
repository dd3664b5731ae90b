<?php

/**
 * extension_loaded() for a PHP that has it disabled, so that it may be defined
 * here: it is true of imap, and of other extensions what PHP's own says.
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
