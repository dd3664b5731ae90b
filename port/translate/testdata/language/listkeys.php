<?php
$list = [1, 2];
$key = 'x';
$one = '1';
var_dump($list['x'] ?? 'none', $list[$key] ?? 'none', $list[$one], isset($list['a']), isset($list['0']), isset($list['01']));
foreach ([1, 2, 3] as $n) {
    try {
        if ($n == 2) throw new Exception('two');
        echo $n;
    } catch (Exception $e) {
        echo $e->getMessage();
        break;
    }
}
echo "\n";
