<?php
declare(strict_types=1);
$arr=[3=>'c',1=>'a','k'=>'z']; $arr[]='new'; unset($arr[1]); array_unshift($arr,'first');
echo json_encode($arr), "\n";
foreach ($arr as $k => $v) { echo "$k=>$v "; }
$m = ['a', 'b']; array_unshift($m, 'z'); $m['k'] = 1; array_unshift($m, 'y'); print_r($m);
