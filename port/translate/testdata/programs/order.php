<?php
var_dump(strtotime(""));
echo date("Y", strtotime("")), "\n";
$o = json_decode('{"a":"x"}');
$o->time = strtotime("");
echo date("Y-m-d", $o->time), "\n";
$a = new DateTime("2025-01-01"); $b = new DateTime("2025-01-02");
echo $a < $b ? "lt" : "ge", $a == $b ? "eq" : "ne", $b > $a ? "gt" : "le", "\n";
$l = [[3, 'c'], [1, 'a']]; usort($l, function($x, $y) { return $x[0] - $y[0]; }); echo $l[0][1], "\n";
function behind($a, $b) { return $a > $b; }
$n = [3, 1, 2]; usort($n, 'behind'); echo implode(",", $n), "\n";
usort($n, fn($a, $b) => $a < $b); echo implode(",", $n), "\n";
