<?php
$u[] = 'auto';
$u['k']['j'] = 'viv';
echo json_encode($u), "\n";
$v['a'][] = 1;
$v['a'][] = 2;
@$v['n']++;
@$v['s'] .= 'x';
echo json_encode($v), "\n";
function f() { $r['ok'] = true; $r['list'][] = 'x'; $r['list'][] = 'y'; return $r; }
echo json_encode(f()), "\n";
