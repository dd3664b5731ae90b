<?php
$compose = fn($f, $g) => fn($x) => $f($g($x));
echo $compose('ucfirst', 'strrev')('olleh'), "\n";
$handlers = ['up' => 'strtoupper', 'len' => fn($s) => strlen($s)];
foreach ($handlers as $k => $h) { echo $k, '=', $h('test'), ' '; }
$sum = function (...$n) { return array_sum($n); };
echo $sum(1, 2, 3), "\n";
$first = strlen(...);
echo $first('four'), "\n";
