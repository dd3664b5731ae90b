<?php
require 'Tracker.php';

use Acme\Mail\Tracker;
use function Acme\Mail\shorten_text;

$t = new Tracker(' ', 'start');
$t->add('one two one', 1)->add('two', 4);
echo $t->describe(), ' ', $t->total(), ' ', Tracker::$made, ' ', Tracker::PREFIX, "\n";
echo $t, ' ', $t->label('k'), ' ', $t->seek(1)[0], ' ', $t->String, "\n";
try {
    $t->add('a  b', 1);
} catch (Acme\Mail\Refused $e) {
    echo get_class($e), ': ', $e->getMessage(), ' ', $e->getCode(), ' ', $e->number, "\n";
}
$u = Tracker::fromList(['x', 'y x']);
echo $u->describe(), ' ', Tracker::$made, "\n";
echo $u->adopt($t, 'noted'), ' ', $u->total(), "\n";
try {
    $u->adopt('text', 1);
} catch (InvalidArgumentException $e) {
    echo $e->getMessage(), "\n";
}
echo shorten_text('subjects', 5), shorten_text('a', 5), "\n";
