<?php
function orFalse($x) { if ($x > 3) return false; return $x; }
class P { public $n = 1; public $t = 'x'; public $l = [1]; function maybe() { return $this->n > 2 ? $this : null; } function num() { return 5; } }
function sw($k, $x) { $d = 7; $b = -3; switch ($k) { case 1: [$d, $b] = [orFalse($x), 0]; break; default: $d = 2; } var_dump($d, $b); }
sw(1, 5); sw(1, 2); sw(2, 1);
function f() { $d = 7; [$d, $b] = [orFalse(5), 0]; var_dump($d, $b); [$d, $b] = [orFalse(2), $d]; var_dump($d, $b); }
f();
$p = new P; 
echo '[', $p->maybe()?->n, '][', $p->maybe()?->n . 'x', '][', (string)$p->maybe()?->n, '][', strval($p->maybe()?->num()), '][', strlen((string)$p->maybe()?->n), "]\n";
$x = $p->maybe()?->n; echo "[$x]", gettype($x), "\n"; var_dump($x === null, $x == 0, $x . 'z', "$x", $p->maybe()?->t, count($p->maybe()?->l ?? []));
echo "{$p->maybe()?->n}|", "\n";
var_dump(-3 < strpos('abc', 'x'), -3 < strpos('abc', 'a'), 0 > strpos('abc', 'x'), strpos('abc', 'a') < false, strpos('abc','x') >= -1, 1 > strpos('abc','b'));
$pos = strpos('abc', 'x'); var_dump(-3 < $pos, $pos < 1, $pos == -0, $pos <= 0);
if (strpos('abc', 'x') > -1) echo "found\n"; else echo "not\n";
if (strpos('abc', 'x') >= 0) echo "found\n"; else echo "not\n";
