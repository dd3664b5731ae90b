<?php
$lines = ["one", "two"];
$i = 0;
while (($l = array_shift($lines)) !== null) { echo $i++, $l, " "; }
echo "\n";
if (($p = strpos("abc", "c")) && $p > 1) echo "p=$p\n";
$ok = false or print("or\n");
function parts($s, &$rest) { $rest = substr($s, 2); return substr($s, 0, 2); }
$a = parts("hello", $rest); echo $a, "-", $rest, "\n";
preg_match_all('/(\w)=(\d)/', "a=1 b=2", $m, PREG_SET_ORDER); foreach ($m as $mm) echo $mm[1], $mm[2]; echo "\n";
echo preg_replace('/\s+/', ' ', "a  b \n c"), preg_replace_callback('/\d+/', function($m) { return $m[0] * 2; }, "x3y10"), "\n";
print_r(preg_split('/[,;]/', "a,b;c")); 
$arr = ['a' => 1, 'b' => 2, 'c' => 3];
unset($arr['b']); foreach ($arr as $k => $v) { echo "$k=>$v "; } echo count($arr), "\n";
echo isset($arr['b']) ? 1 : 0, isset($arr['a'], $arr['c']) ? 1 : 0, array_key_exists('c', $arr) ? 1 : 0, "\n";
$copy = $arr; $copy['a'] = 100; echo $arr['a'], "\n";
$s = "text"; $s2 = $s; $s2 .= "more"; echo $s, $s2, "\n";
function modify(array $in) { $in['new'] = 1; return $in; }
$res = modify($arr); echo count($arr), count($res), "\n";
$nested = ['l1' => ['l2' => ['l3' => 'deep']]]; echo $nested['l1']['l2']['l3'], "\n";
$nested['l1']['l2']['x'][] = 'added'; echo json_encode($nested), "\n";
foreach ($nested as $k1 => $v1) foreach ($v1 as $k2 => $v2) echo $k1, $k2, count($v2), "\n";
$str = "abc"; for ($i = 0; $i < strlen($str); $i++) { echo ord($str[$i]), " "; } echo "\n";
echo str_pad("5", 3, "0", STR_PAD_LEFT), strrev("abc"), substr_count("aXbXc", "X"), ucfirst(strtolower("HELLO")), "\n";
$v = "12"; if (is_numeric($v)) echo $v + 1, "\n";
echo gettype(1), gettype("s"), gettype(1.5), gettype(null), gettype([]), gettype(true), "\n";
$list = [3, 1, 2]; sort($list); echo implode($list), "\n"; 
$people = [['n' => 'Bob', 'a' => 30], ['n' => 'Al', 'a' => 25]];
usort($people, fn($a, $b) => $a['a'] <=> $b['a']); echo $people[0]['n'], implode(",", array_column($people, 'n')), "\n";
uasort($arr, function($a, $b) { return $b - $a; }); echo key($arr), "\n";
echo var_export([1, 'a' => [true, null]], true), "\n";
$n = null; echo $n?->foo ?? "nullsafe", "\n";
$i = 3; echo $i <=> 2, $i ** 2, $i << 2, ~$i, $i ^ 1, "\n";
echo 1 + 1 . "2", "\n"; $t1 = true; $t2 = $t1 ? "yes" : "no"; echo $t2, !$t1 ? 1 : 0, "\n"; echo PHP_EOL; $g = (function() { return 42; })(); echo $g, "\n"; exit("bye\n");
