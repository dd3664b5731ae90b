<?php
date_default_timezone_set('UTC');
$d = new DateTime('2024-02-28 23:30:00');
$d->modify('+1 day');
echo $d->format('Y-m-d H:i'), ' ', $d->getTimestamp(), "\n";
$a = new DateTime('2024-01-01'); $b = new DateTime('2024-03-15');
echo $a->diff($b)->days, ' ', $a < $b ? 'before' : 'after', "\n";
