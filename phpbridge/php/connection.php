<?php

declare(strict_types=1);

namespace IMAP;

use ImapCompat\Engine;
use ImapCompat\Report;

/**
 * An open mailbox, as imap_open() returns it. As in the extension it shows no properties.
 */
final class Connection
{
    public function __construct()
    {
        if (!Engine::isOpening()) {
            throw Report::exceptionOfCaller(
                \Error::class,
                'Cannot directly construct IMAP\Connection, use imap_open() instead',
            );
        }
    }

    public function __clone()
    {
        throw Report::exceptionOfCaller(\Error::class, 'Trying to clone an uncloneable object of class IMAP\Connection');
    }

    public function __set(string $name, mixed $value): void
    {
        throw Report::exceptionOfCaller(\Error::class, "Cannot create dynamic property IMAP\\Connection::\$$name");
    }

    public function __serialize(): array
    {
        throw Report::exceptionOfCaller(\Exception::class, "Serialization of 'IMAP\\Connection' is not allowed");
    }

    public function __unserialize(array $data): void
    {
        throw Report::exceptionOfCaller(\Exception::class, "Unserialization of 'IMAP\\Connection' is not allowed");
    }
}
