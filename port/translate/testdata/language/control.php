<?php
function kind($x) {
    switch ($x) {
        case 0: return 'zero';
        case 'a':
        case 'b':
            $r = 'letter';
            break;
        case '1':
            $r = 'one';
        case 2:
            $r = ($r ?? '') . 'two';
            break;
        case null: return 'null';
        case true: return 'true';
        default:
            $r = 'default';
    }
    return $r;
}
foreach ([0, '0', 'a', 'b', 1, '1', 2, '2.0', null, '', true, 'zzz', []] as $x) echo json_encode($x), ':', kind($x), ' ';
echo "\n";
switch (true) {
    case 5 > 6: echo 'no'; break;
    case strlen('abc') == 3: echo 'three'; break;
    default: echo 'none';
}
echo "\n";
for ($i = 0; $i < 5; $i++) {
    switch ($i) {
        case 1: continue 2;
        case 3: break 2;
    }
    echo $i;
}
echo "\n";
$n = 3;
$m = match (true) { $n < 2 => 'small', $n < 5 => 'medium', default => 'large' };
echo $m, match ($n) { 1, 2 => 'a', 3, 4 => 'b' }, "\n";
try { echo match ($n) { 1 => 'x' }; } catch (\UnhandledMatchError $e) { echo $e->getMessage(), "\n"; }
$i = 10;
do { echo $i--; } while ($i > 7);
while (true) { if (++$i > 10) break; if ($i % 2) continue; echo "<$i>"; }
echo "\n";
for ($i = 0, $j = 10; $i < $j; $i += 3, $j--) echo "$i-$j ";
for (;;) { break; }
echo "\n";
if ($n == 1): echo 'one'; elseif ($n == 3): echo 'three'; else: echo 'other'; endif;
for ($k = 0; $k < 3; $k++): echo $k; endfor;
while ($k-- > 0): echo $k; endwhile;
switch ($n): case 3: echo 'alt'; break; endswitch;
echo "\n";
echo $n > 2 ? 'a' : ($n > 1 ? 'b' : 'c'), "\n";
$v = $undefined ?? $alsoUndefined ?? 'fallback';
echo $v, "\n";
$r = $n and false;
var_dump($r);
$t = true && print("printed ");
var_dump($t, true xor true, !0, not_called() || true);
function not_called() { echo 'called '; return false; }
$n > 2 and print("and ") or print("or ");
if ($a = 5 and $b = 0) echo 'no'; else echo "a=$a b=$b";
echo "\n";
$x = 5; if ($x) { if ($x > 3) echo 'gt'; else echo 'lt'; } else echo 'zero';
echo PHP_EOL;
$i = 0;
