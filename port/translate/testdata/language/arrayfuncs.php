<?php
$a = [1, 2, 3, 4, 5];
echo json_encode([array_slice($a, 1, 3), array_slice($a, -2), array_slice(['a' => 1, 5 => 2, 6 => 3], 1), array_slice($a, 1, 2, true), array_splice($a, 1, 2, ['x', 'y', 'z']), $a]), "\n";
echo json_encode([array_merge([1, 2], [3], ['a' => 1]), array_merge(['a' => 1], ['a' => 2]), array_combine(['a', 'b'], [1, 2]), array_flip(['a', 'b']), array_fill(0, 3, 'x'), array_fill_keys(['a', 'b'], 0), array_pad([1], 3, 0), range(1, 10, 3), range('a', 'e'), range(5, 1, 2)]), "\n";
echo json_encode([array_unique([1, '1', 2, 2.0, 'a', 'A']), array_reverse([1, 2, 3]), array_reverse(['a' => 1, 2], true), array_diff([1, 2, 3], [2]), array_diff_key(['a' => 1, 'b' => 2], ['a' => 9]), array_intersect([1, 2, 3], [2, 3, 4]), array_intersect_key(['a' => 1, 'b' => 2], ['b' => 0]), array_diff_assoc(['a' => 1, 0 => 2], ['a' => 1])]), "\n";
echo json_encode([array_count_values(['a', 'b', 'a', 1, '1']), array_sum([1, 2.5, '3']), array_product([2, '3']), array_chunk([1, 2, 3], 2), array_chunk(['a' => 1, 'b' => 2], 1, true), array_key_first(['q' => 1]), array_key_last([1, 2, 3]), array_is_list([1, 2]), max([1, 5, 3]), min(4, 2, 8), max('apple', 'banana'), max(1, '2', 3.5)]), "\n";
echo json_encode([array_merge_recursive(['a' => [1]], ['a' => [2], 'b' => 3]), array_replace([1, 2], [1 => 'b', 3 => 'd']), compact('a'), array_flip([1, 2])]), "\n";
$stack = [];
array_push($stack, 1, 2, 3);
array_unshift($stack, 0);
echo array_pop($stack), array_shift($stack), count($stack), json_encode($stack), "\n";
$q = ['x' => 1, 'y' => 2, 'z' => 3];
echo current($q), key($q), next($q), key($q), next($q), json_encode(next($q)), reset($q), end($q), key($q), prev($q), "\n";
echo in_array(2, $q) ? 'in' : 'out', array_search(3, $q), var_export(array_search(9, $q), true), "\n";
var_dump(array_filter(['a', '', null, 'b']), array_values(array_filter([1, 2, 3, 4], fn($x) => $x % 2 == 0)));
echo implode(' ', array_map('trim', explode(',', ' a , b,c '))), ' ', implode(',', array_map('intval', ['1', '2x', 'z'])), "\n";
extract_test();
function extract_test() { $parts = explode('@', 'user@example.org'); [$local, $domain] = $parts; echo "$local at $domain ", end($parts), ' ', array_pop($parts), count($parts), "\n"; }
var_export([1, 'a' => [true, null, 1.0, "it's"]]);
echo "\n";
print_r([1, 'a' => [true, null, 1.5, 'x' => []]]);
var_dump([1, 'a' => ['b' => 1.0, 'c' => null]]);
echo print_r('str', true), print_r(1.0, true), print_r(null, true), print_r(false, true), var_export(1.0, true), var_export("a\nb", true), var_export(new stdClass, true) === '' ? '' : 'obj', "\n";
