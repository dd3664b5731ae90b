<?php
$o = new stdClass;
$o->q = 'v';
$o->r = 1;
unset($o->q);
var_dump(isset($o->q), $o);
$i = 5;
var_dump(isset($i[0]));
$n = null;
var_dump($n?->bar());
