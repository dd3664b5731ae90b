<?php
// loops
for ($i = 0, $j = 10; $i < $j; $i += 3, $j--) { echo "$i-$j "; }
echo "\n";
$n = 0;
while (true) { $n++; if ($n == 3) continue; if ($n > 5) break; echo $n, ","; }
echo "\n";
do { echo $n--, " "; } while ($n > 3);
echo PHP_EOL;
foreach ([1, 2, 3] as $a) { foreach (['x', 'y'] as $b) { if ($a == 2) continue 2; if ($a == 3 && $b == 'y') break 2; echo "$a$b "; } }
echo "last $a $b\n";
switch ("2") { case 1: echo "one"; break; case 2: echo "two"; case 3: echo "three"; break; default: echo "none"; }
echo "\n";
$x = "abc";
switch ($x) { case "ABC": echo "upper"; break; case "abc": case "def": echo "lower"; break; default: echo "?"; }
echo "\n";
$r = match(true) { $n > 10 => "big", $n > 2 => "mid", default => "small" };
echo $r, "\n";
if ($n): ?>
Hello <?= $n ?> and <b><?php echo $x ?></b>
<?php endif;
for ($i = 0; $i < 3; $i++):
  echo $i;
endfor;
echo "\n";
$i = 5;
$k = $i++ + ++$i;
echo "$k $i\n";
$s = 'a';
$s .= 'b' . 1 . 2.5 . true . null . false;
echo $s, "\n";
$v = null;
echo $v ?? 'dflt', "\n";
$arr = ['k' => 0];
echo isset($arr['k']) ? 'set' : 'unset', isset($arr['z']) ? 'set' : 'unset', empty($arr['k']) ? 'empty' : 'full', "\n";
echo $arr['z'] ?? 'none', "\n";
$t = $arr['k'] ?: 'falsy';
echo $t, "\n";
list($p, $q) = [1, 2]; [$p, $q] = [$q, $p]; echo "$p $q\n";
['one' => $o, 'two' => $tw] = ['one' => 'I', 'two' => 'II'];
echo "$o $tw\n";
echo 10 / 4, " ", 10 / 5, " ", 7 % 3, " ", -7 % 3, " ", 2 ** 10, " ", 2 ** -1, "\n";
echo intdiv(7, 2), " ", (int)"12abc", " ", (float)"1.5e3x", " ", "5" + "5.5", "\n";
var_dump("abc" == 0, "1" == "01", "10" == "1e1", 100 == "1e2", null == false, [] == false, "0" == false, "" == null, "a" == "A");
var_dump(1 <=> 2, "b" <=> "a", [1,2] == [1,2]);
echo "done\n";
function nothing() { return; }
var_dump(nothing());
