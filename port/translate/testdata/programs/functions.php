<?php
function add($a, $b = 5, ...$rest) { $s = $a + $b; foreach ($rest as $r) $s += $r; return $s; }
echo add(1), " ", add(1, 2), " ", add(1, 2, 3, 4), "\n";
function greet(string $name, ?string $title = null): string { return ($title !== null ? "$title " : "") . $name; }
echo greet("Ada"), "|", greet("Ada", "Dr"), "|", greet("Ada", ""), "\n";
function addOne(array &$list, int $n) { $list[] = $n; $n = 99; }
$l = [1]; addOne($l, 2); addOne($l, 3); echo implode(",", $l), "\n";
function &ref(array $x) { return $x; }
function change($arr) { $arr[] = 'new'; $arr['k'] = 'v'; return count($arr); }
$orig = ['a']; echo change($orig), count($orig), "\n";
$copy = $orig; $copy[] = 'b'; echo count($orig), count($copy), "\n";
function counter() { static $n = 0; return ++$n; }
counter(); counter(); echo counter(), "\n";
$total = 0;
function addTotal($x) { global $total; $total += $x; }
addTotal(5); addTotal(6); echo $total, "\n";
function find($hay, $needle) { foreach ($hay as $i => $h) { if ($h === $needle) return $i; } return false; }
$f = find(['a', 'b'], 'a');
if ($f === false) echo "not found\n"; else echo "found at $f\n";
var_dump(find(['a'], 'z'));
echo find(['x', 'y'], 'y') !== false ? "yes" : "no", "\n";
function maybe($x) { if ($x) return "val"; }
var_dump(maybe(1), maybe(0));
$sq = function($x) use ($total) { return $x * $x + $total; };
echo $sq(3), "\n";
$fn = fn($x) => $x + $total;
echo $fn(1), "\n";
echo implode(" ", array_map(function($x) { return $x * 2; }, [1, 2, 3])), "\n";
echo implode(" ", array_filter([1, 0, 2, null, 3])), "\n";
usort($l, function($a, $b) { return $b - $a; });
echo implode(",", $l), "\n";
function fact($n) { return $n <= 1 ? 1 : $n * fact($n - 1); }
echo fact(10), "\n";
$acc = 0;
$adder = function($x) use (&$acc) { $acc += $x; };
$adder(3); $adder(4); echo $acc, "\n";
$mult = 3; $by = function($x) use ($mult) { return $x * $mult; }; $mult = 100; echo $by(2), "\n";
function defaults($a, $b = [], $c = null, $d = false) { return count($b) . var_export($c, true) . var_export($d, true) . $a; }
echo defaults("x"), defaults("x", [1]), defaults("x", [1], "c", true), "\n";
if (!function_exists('foo_bar')) { function foo_bar($x) { return "foo$x"; } }
echo foo_bar(1), "\n";
echo str_repeat("=", 5), strlen("héllo"), strtoupper("abc"), ucfirst("xyz"), trim("  a "), "\n";
printf("%05.2f|%-6s|%06d|%x|%s%%\n", 3.14159, "ab", 42, 255, "p");
echo sprintf("%'*10s|%+d|%c", "x", 5, 65), "\n";
$a = ["x" => ["y" => 1]];
$a["x"]["z"] = 2;
$a["w"][] = 3; $a["w"][] = 4;
foreach ($a as $k => $v) { echo $k, ":"; foreach ($v as $kk => $vv) echo "$kk=$vv,"; echo ";"; }
echo "\n";
unset($a["x"]["y"]); echo count($a["x"]), "\n";
$m = [3 => 'c', 1 => 'a']; $m[] = 'd'; foreach ($m as $k => $v) echo "$k$v "; echo "\n";
foreach ($m as $k => &$v2) { $v2 = strtoupper($v2); } unset($v2); echo implode("", $m), "\n";
$nums = [1,2,3]; foreach ($nums as &$nn) { $nn *= 2; } unset($nn); echo implode(",", $nums), "\n";
echo "$nums[1] {$a['w'][0]} ${total}\n";
echo <<<TXT
  Name: {$a['w'][1]}
    Total: $total\tend
  TXT . "\n";
echo <<<'RAW'
raw $x {$y}\n
RAW;
echo "\n";
