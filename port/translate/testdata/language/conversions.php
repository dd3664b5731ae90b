<?php
$n = "5 apples"; echo (int)$n + 1, "\n"; echo "10" + 5, ' ', "1.5" + 1, ' ', '3' . 4, "\n";
$v = null; $v[] = 1; $v['k'] = 2; echo json_encode($v), "\n";
$s = ''; foreach (explode(',', 'a,b,,c') as $i => $p) { if (!$p) continue; $s .= ($s ? '+' : '') . $p . $i; } echo $s, "\n";
$flag = false; $res = $flag ?: 'default'; echo $res, "\n";
function get($k) { $d = ['a' => 1, 'b' => 'two', 'c' => null]; if (isset($d[$k])) return $d[$k]; return false; }
foreach (['a', 'b', 'c', 'd'] as $k) { $r = get($k); if ($r === false) echo "none "; elseif (is_int($r)) echo $r + 1, ' '; else echo strtoupper($r), ' '; } echo "\n";
$date = strtotime('2024-02-29 12:00:00'); echo date('D, d M Y H:i:s', $date), ' ', date('N jS z t L W', $date), "\n";
echo date('Y-m-d', strtotime('+1 month', $date)), ' ', date('Y-m-d', mktime(0, 0, 0, 13, 1, 2023)), "\n";
var_dump((bool)"0", (bool)"0.0", (bool)[], (bool)[0], (int)true, (string)false, (float)"1e3", intval("  42  "), (array)"x", (object)['a' => 1]);
echo ucfirst("élan"), ucwords("hello world-foo bar_baz"), lcfirst("ABC"), strrev("abc"), substr_count("aaa", "a"), wordwrap("The quick brown fox", 10, "\n", true), "\n";
echo str_pad("5", 3, "0", STR_PAD_LEFT), trim("  x "), rtrim("x\n"), ltrim("0012", "0"), substr("hello", -3, 2), strstr("user@host", "@"), strstr("user@host", "@", true), strrchr("a.b.c", "."), "\n";
var_dump(substr("abc", 5), strpos("abc", "d"), strpos("abc", "a"), array_search("x", ["a"]), in_array("1", [1, 2]), in_array("1", [1], true));
$arr = ['x' => 1, 'y' => 2]; while (list($k, $v) = [key($arr), current($arr)] and $k !== null) { echo "$k=$v,"; next($arr); } echo "\n";
reset($arr); echo key($arr), end($arr), key($arr), prev($arr), "\n";
$m = []; $m[5] = 'a'; $m[] = 'b'; $m["7"] = 'c'; $m[] = 'd'; $m[true] = 'e'; $m[1.7] = 'f'; $m[null] = 'g'; echo json_encode($m), "\n";
unset($m[5]); $m[] = 'h'; echo implode(',', array_keys($m)), "\n";
echo array_key_exists('q', ['q' => null]) ? 'y' : 'n', isset($m['nope']['x']) ? 1 : 0, "\n";
$str = "line1\r\nline2\nline3"; foreach (preg_split('/\r?\n/', $str) as $l) echo "[$l]"; echo "\n";
list($user, $host) = explode('@', 'ann@example.org'); echo "$user at $host\n";
@list($p1, $p2) = explode('@', 'nohost'); var_dump($p2);
