<?php
$f = 1;
for ($i = 1; $i <= 25; $i++) {
    $f *= $i;
}
echo $f, "\n";
$h = 0;
foreach (str_split("Message-ID") as $c) {
    $h = ($h * 31 + ord($c)) & 0xFFFFFFFF;
}
echo $h, "\n";
echo 0x7F, ' ', 0b101, ' ', 0777, ' ', 1_000_000, "\n";
try {
    echo 1 % 0;
} catch (DivisionByZeroError $e) {
    echo get_class($e), ': ', $e->getMessage(), "\n";
}
try {
    echo 1 / 0;
} catch (DivisionByZeroError $e) {
    echo $e->getMessage(), "\n";
}
try {
    echo intdiv(1, 0);
} catch (\Error $e) {
    echo $e->getMessage(), "\n";
}
$zero = 0;
$total = 10;
echo $zero ? $total / $zero : 'n/a', "\n";
echo 7 <=> 7.0, ' ', 1 << 3, ' ', -8 >> 1, ' ', 6 & 3, ' ', 6 | 3, ' ', 6 ^ 3, ' ', ~5, "\n";
$size = 123456789;
foreach (array('B', 'KB', 'MB', 'GB') as $unit) {
    if ($size < 1024) break;
    $size /= 1024;
}
echo round($size, 2), ' ', $unit, "\n";
$avg = array_sum([1, 2, 3, 4]) / count([1, 2, 3, 4]);
echo $avg, ' ', (int) $avg, ' ', is_float($avg) ? 'float' : 'int', "\n";
echo 10 / 5, ' ', gettype(10 / 5), ' ', gettype(10 / 4), "\n";
var_dump(0.1 + 0.7, (0.1 + 0.7) * 10, (int) ((0.1 + 0.7) * 10));
