<?php
// Every pair of these values under every operator of comparison.
$values = array(null, false, true, 0, 1, -1, 1.5, "", "0", "1", "a", "1.5", " 1", "1 ", "1e1", 10, "abc", array(), array(1), array("a" => 1));
function show($v) {
    return json_encode($v);
}
foreach ($values as $i => $a) {
    $line = show($a) . ':';
    foreach ($values as $j => $b) {
        $line .= ' ' . ($a == $b ? '=' : '.') . ($a === $b ? '=' : '.') . ($a < $b ? '<' : '.') . ($a <= $b ? 'l' : '.') . ($a > $b ? '>' : '.') . ($a <=> $b);
    }
    echo $line, "\n";
}
echo "--- literals\n";
var_dump("abc" == 0, "1" == "01", "10" == "1e1", 100 == "1e2", null == false, [] == false, "0" == false, "" == null, "a" == "A");
var_dump(0 == "", null < -1, "abc" < "abd", [1, 2] == [2 => 1], [1, 2, 3] > [1, 2], "Z" < "a", 1.0 === 1, "1" === '1');
var_dump(1 <=> 2, "b" <=> "a", [1, 2] <=> [1, 3], true <=> false);
var_dump(null ?? 'd', false ?: 'e', 0 ?: 'f', '' ?: 'g', '0' ?: 'h', 'x' ?: 'i');
