<?php
foreach ([[1, 'a'], [2, 'b']] as list($n, $c)) echo $n, $c; echo "\n";
foreach ([['id' => 1, 'x' => ['y' => 2]]] as ['id' => $id, 'x' => ['y' => $y]]) echo $id, $y, "\n";
list($u, $d) = explode('@', 'a@b.c'); echo $u, $d, "\n";
[$p, [, $q]] = [1, [2, 3]]; echo $p, $q, "\n";
list(, $last) = explode('-', 'x-y'); echo $last, "\n";
function cmp($a, $b) { return strcmp($a['n'], $b['n']); }
class S { static function by($a, $b) { return $a['v'] - $b['v']; } function inst($a, $b) { return $b['v'] <=> $a['v']; } function go($l) { usort($l, [$this, 'inst']); return $l; } static function st($l) { usort($l, ['self', 'by']); return $l; } function st2($l) { usort($l, [self::class, 'by']); usort($l, 'S::by'); return $l; } }
$l = [['n' => 'z', 'v' => 1], ['n' => 'a', 'v' => 9], ['n' => 'm', 'v' => 5]];
usort($l, 'cmp'); echo json_encode($l), "\n";
usort($l, ['S', 'by']); echo json_encode($l), "\n";
usort($l, 'S::by'); echo json_encode((new S)->go($l)), json_encode(S::st($l)), json_encode((new S)->st2($l)), "\n";
uasort($l, fn($a, $b) => $a['v'] <=> $b['v']); uksort($l, fn($a, $b) => $b <=> $a); echo json_encode($l), "\n";
$k = ['10' => 'a', '9' => 'b', 'x' => 'c']; uksort($k, 'strnatcmp'); echo json_encode($k), "\n";
$w = ['b', 'A', 'c']; usort($w, 'strcasecmp'); echo implode($w), "\n";
$key = 'n'; usort($l, function ($a, $b) use ($key) { return strcmp($a[$key], $b[$key]); }); echo json_encode($l), "\n";
echo call_user_func('strtoupper', 'abc'), call_user_func_array('str_replace', ['a', 'b', 'aaa']), call_user_func(['S', 'by'], ['v' => 3], ['v' => 1]), call_user_func('S::by', ['v' => 1], ['v' => 3]), "\n";

$fn = fn($x) => $x * 2; echo $fn(4), call_user_func($fn, 5), "\n";
echo implode(',', array_map('intval', ['1', '2x'])), implode(',', array_map('trim', [' a ', 'b '])), "\n";
printf("%05d|%-8s|%8.2f|%x|%'*10s|%+d|%%|%c|%b|%o|%e|%2\$s\n", 42, 'left', 3.14159, 255, 'pad', 7, 65, 5, 8, 12345.678);
echo sprintf('%1$s %2$s %1$s', 'a', 'b'), vsprintf('%04d-%02d', [2024, 5]), number_format(1234567.891), number_format(1234567.891, 2), number_format(1234567.891, 2, ',', '.'), number_format(0.5), number_format(-1234.567, 1), "\n";

echo ucwords('hello world-foo bar_baz', " -"), ucfirst('abc'), lcfirst('ABC'), wordwrap('The quick brown fox', 10, "\n", true), nl2br("a\nb"), "\n";
echo similar_text('World', 'Word', $pct), round($pct, 2), levenshtein('kitten', 'sitting'), soundex('Robert'), "\n";
echo strtr('Hi all', ['Hi' => 'Hello', 'all' => 'world']), strtr('abc', 'ab', 'xy'), substr_count('aaa', 'a'), str_word_count('Hello fri3nd'), "\n";
echo json_encode(array_fill_keys(['a', 'b'], 0)), json_encode(array_flip(['a', 'b'])), json_encode(range('a', 'e')), json_encode(range(0, 10, 5)), json_encode(range(10, 0, -5)), json_encode(array_chunk([1, 2, 3], 2)), "\n";
echo money(1), "\n"; function money($x) { return '$' . number_format($x, 2); }
echo array_key_last([1, 2, 3]), array_key_first(['q' => 1]), json_encode(array_search('1', [0, 1])), "\n";
echo json_encode(array_diff_ukey(['a' => 1], ['b' => 2], fn($a, $b) => strcmp($a, $b))), json_encode(array_udiff([1, 5, 3], [3], fn($a, $b) => $a <=> $b)), json_encode(array_uintersect(['A', 'b'], ['a'], 'strcasecmp')), json_encode(array_intersect_assoc(['a' => 1, 'b' => 2], ['a' => 1, 'b' => 3])), "\n";
echo json_encode(array_change_key_case(['From' => 1, 'TO' => 2])), json_encode(array_change_key_case(['a' => 1], CASE_UPPER)), json_encode(array_replace_recursive(['a' => ['b' => 1]], ['a' => ['c' => 2]])), json_encode(array_flip(['x'])), "\n";
