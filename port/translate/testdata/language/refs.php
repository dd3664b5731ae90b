<?php
function addOne(&$n) { $n++; }
function swap(&$a, &$b) { $t = $a; $a = $b; $b = $t; }
function fill(array &$out, $key, $value = null) { $out[$key] = $value; return count($out); }
$x = 1;
addOne($x);
addOne($x);
echo $x, "\n";
$p = 'p'; $q = 'q';
swap($p, $q);
echo $p, $q, "\n";
$arr = array('n' => 5, 'list' => array());
addOne($arr['n']);
fill($arr['list'], 'k', 'v');
echo fill($arr['list'], 'k2'), "\n";
echo json_encode($arr), "\n";
function &getRef(array &$a, $k) { return $a[$k]; }
function counter() { static $c = 0; return ++$c; }
counter(); counter();
echo counter(), "\n";
$total = 10;
function useGlobal() {
    global $total, $undefinedGlobal;
    $total += 5;
    $undefinedGlobal = 'now';
    $GLOBALS['made'] = 'g';
    return $GLOBALS['total'];
}
echo useGlobal(), ' ', $total, ' ', $undefinedGlobal, "\n";
function cache($key) {
    static $cache = array();
    if (!isset($cache[$key])) {
        $cache[$key] = strtoupper($key);
        echo "miss ";
    }
    return $cache[$key];
}
echo cache('a'), cache('a'), cache('b'), "\n";
if (preg_match('/(\d+)-(\d+)/', 'tel 12-34', $m)) {
    echo $m[1], '/', $m[2], ' ', count($m), "\n";
}
$parsed = array();
parse_str('a=1&b[]=2&b[]=3&c[k]=v', $parsed);
echo json_encode($parsed), "\n";
function collect($n, &$out, $depth = 0) {
    if ($n <= 0) return;
    $out[] = str_repeat('-', $depth) . $n;
    collect($n - 1, $out, $depth + 1);
}
collect(3, $tree);
echo implode(' ', $tree), "\n";
$s = 'text';
function trimRef(&$s) { $s = trim($s) . '!'; }
trimRef($s);
echo $s, "\n";
$list = [3, 1, 2];
sort($list);
echo implode($list), array_shift($list), implode($list), "\n";
$objs = new stdClass;
$objs->n = 1;
function mutate($o) { $o->n++; $o = null; }
mutate($objs);
$same = $objs;
$same->n += 10;
echo $objs->n, "\n";
