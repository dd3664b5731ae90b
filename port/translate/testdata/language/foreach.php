<?php
$a = [1, 2, 3];
foreach ($a as $v) {
    if ($v == 2) $a[] = 99;
    echo $v, ' ';
}
echo count($a), "\n";
foreach ($a as &$v) {
    $v *= 2;
}
unset($v);
echo implode(',', $a), "\n";
foreach ($a as $k => &$r) {
    if ($k == 0) { $r = 'first'; }
}
unset($r);
print_r($a);
$rows = array(array('n' => 1), array('n' => 2));
foreach ($rows as &$row) {
    $row['sq'] = $row['n'] * $row['n'];
    $row['tags'][] = 't';
}
unset($row);
echo json_encode($rows), "\n";
foreach ($rows as $i => $row) {
    $rows[$i]['done'] = true;
    unset($rows[$i]['tags']);
}
echo json_encode($rows), "\n";
$m = array('x' => 1, 'y' => 2, 'z' => 3);
foreach ($m as $k => $v) {
    if ($v == 2) unset($m[$k]);
}
print_r($m);
foreach ($m as $k => $v): ?>
<li><?= $k ?>: <?php echo $v; ?></li>
<?php endforeach;
foreach (array() as $none) { echo 'never'; }
foreach ("a b c" === '' ? [] : explode(' ', 'a b c') as $idx => $w) {
    echo $idx, $w;
}
echo "\n", $idx, $w, "\n";
$o = new stdClass;
$o->a = 1;
$o->b = 'two';
foreach ($o as $k => $v) echo "$k=>$v;";
echo "\n";
foreach ([1, 2, 3, 4, 5, 6] as $n) {
    foreach ([1, 2, 3] as $m2) {
        if ($m2 == 2) continue 2;
        if ($n == 4) break 2;
        echo "$n$m2 ";
    }
}
echo "\n";
$keys = array();
foreach (array('a' => 1, 5 => 2, '7' => 3) as $k => $v) { $keys[] = gettype($k); }
echo implode(' ', $keys), "\n";
$matrix = [[1, 2], [3, 4]];
foreach ($matrix as list($p, $q)) echo $p + $q, ' ';
foreach ($matrix as ['0' => $p, '1' => $q]) echo $p * $q, ' ';
echo "\n";
$stack = [1, 2, 3];
while (($top = array_pop($stack)) !== null) { echo $top; }
while (list(, $v) = [1, 2]) { echo $v; break; }
echo "\n";
