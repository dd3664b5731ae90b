<?php
$data = [3, 1, 2]; $data2 = ['c', 'a', 'b'];
array_multisort($data, SORT_DESC, $data2); echo implode($data), implode($data2), "\n";
array_multisort($data); echo implode($data), "\n";
$a = [3, '10', 2]; array_multisort($a, SORT_ASC, SORT_STRING); echo json_encode($a), "\n";
$rows = [['d' => 5, 's' => 'b'], ['d' => 3, 's' => 'c'], ['d' => 5, 's' => 'a']];
$d = array_column($rows, 'd'); $s = array_column($rows, 's');
array_multisort($d, SORT_DESC, $s, SORT_ASC, $rows); echo json_encode($rows), json_encode($d), "\n";
foreach ($rows as $key => $row) { $vol[$key] = $row['d']; $ed[$key] = $row['s']; }
array_multisort($vol, SORT_ASC, $ed, SORT_DESC, $rows); echo json_encode($rows), "\n";
$h = ['x' => 3, 'y' => 1]; array_multisort($h); echo json_encode($h), "\n";
array_multisort(array_column($rows, 's'), SORT_ASC, $rows); echo json_encode($rows), "\n";
$w = ['B', 'a', 'C']; array_multisort($w, SORT_ASC, SORT_STRING | SORT_FLAG_CASE); echo implode($w), "\n";
$t1 = array_map('strtolower', $w); array_multisort($t1, SORT_DESC, SORT_STRING, $w); echo implode($w), "\n";
