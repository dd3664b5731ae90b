<?php
function say($x) { echo "[$x]"; return $x; }
function bad() { throw new Exception("bad"); }
echo say(1), say(2), "\n";
echo "a" . say(3) . "b" . say(4) . "\n";
try { echo "first ", bad(), "never"; } catch (Exception $e) { echo $e->getMessage(), "\n"; }
try { echo "x" . bad(); } catch (Exception $e) { echo $e->getMessage(), "\n"; }
print(say(5) . "\n");
$a = [say('k') => say('v'), say('k2') => say('v2')]; echo json_encode($a), "\n";
$i = 1; $b = [$i++, $i++, ++$i]; echo implode(',', $b), "\n";
$i = 5; echo $i++ + ++$i, ' ', $i, "\n";
$x = ['a' => 1]; $x['b'] = count($x); $x[] = count($x); echo json_encode($x), "\n";
$s = 'abc'; $s[1] = 'X'; echo $s, "\n";
$n = null; echo "n:" . $n . "|" . ($n ?? 'd') . "\n";
$f = 0; if ($f or say('or')) echo "\n"; $f = say('and') and false; var_dump($f);
echo true ? 'a' : (false ? 'b' : 'c'), "\n";
list($q, $r) = [say('q'), say('r')]; echo "$q$r\n";
echo "{$x['a']} ${s} {$x['b']}\n";
$arr = [1,2,3]; foreach ($arr as $k => $v) { if ($v == 2) { $arr[] = 9; } echo $v; } echo count($arr), "\n";
foreach ([3,1,2] as $v) { if ($v == 1) continue; echo $v; } echo "\n";
for ($i = 0, $j = 10; $i < $j; $i += 3, $j -= 2); echo $i, $j, "\n";
$i = 0; while (true) { if (++$i > 3) break; if ($i == 2) continue; echo $i; } echo "\n";
do { echo $i--; } while ($i > 2); echo "\n";
switch ("1") { case 1: echo "int\n"; break; case "1": echo "str\n"; }
$z = "10"; var_dump($z == "1e1", $z === "10", "abc" == 0, null == false, [] == false, "0" == false, "" == null, 1.0 === 1);
var_dump("5 apples" == 5, "abc" <=> "abd", [1,2] == [2=>1], [1,2] <=> [1,3]);
printf("%s %s %s\n", true, null, 3.0);
echo 10/4, ' ', 10/5, ' ', 7 % 3, ' ', -7 % 3, ' ', 2 ** 10, ' ', 2 ** -1, ' ', 7.5 % 2, "\n";
echo 1.0, ' ', 100000000000000000000, ' ', 1e15, ' ', 0.1 + 0.2, ' ', 1/3, ' ', -0.0, "\n";
var_dump(round(2.5), round(-1.455, 2), floor(-1.5), intdiv(7, 2), 0.1 + 0.2 == 0.3, (string)1.10, (int)"1e3", "1" + "1.5");
echo str_repeat('=', 5) . PHP_EOL;
echo "\x41\u{e9}\101\e[0m", '\n', "\n";
$h = <<<'N'
raw $x {$y}
N;
echo $h, "\n";
class Totals { function total() { return 28; } function unread($x): int { return $x; } }
$a = new Totals;
try { echo $a->total(), ' ', $a->unread([]), "\n"; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
echo $a->total(), ' ', $a->unread("5"), "\n";
