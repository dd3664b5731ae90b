<?php
$arr = ['x' => 1, 'y' => 2]; 
while (list($k, $v) = [key($arr), current($arr)] and $k !== null) { echo "$k=$v,"; next($arr); } echo "\n";
while (($k = key($arr)) !== null) { echo $k; next($arr); }
reset($arr); while (($v = current($arr)) !== false) { echo key($arr), $v; next($arr); } echo "\n";
if ([$a, $b] = explode(',', 'p,q')) echo $a, $b, "\n";
if (list($a, $b) = false) echo 'yes'; else echo "no\n";
$e = []; var_dump(array_pop($e), array_shift($e), key($e), current($e), end($e), reset($e));
$mix = [1, 'a']; var_dump(array_pop($mix), array_pop($mix), array_pop($mix));
$last = array_pop($mix) ?? 'gone'; echo $last, "\n";
if (array_shift($mix) === null) echo "null\n";
