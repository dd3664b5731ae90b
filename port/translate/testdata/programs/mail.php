<?php
// typical snippets of mail scripts without a server
$structure_types = array("text", "multipart", "message", "application");
function get_part_type($type, $sub) { global $structure_types; if ($sub) { return $structure_types[(int)$type] . "/" . $sub; } return "TEXT/PLAIN"; }
echo get_part_type(1, "MIXED"), get_part_type("0", ""), "\n";
$attachments = array();
for ($i = 0; $i < 3; $i++) {
    $attachments[$i] = array('is_attachment' => false, 'filename' => '', 'name' => '', 'attachment' => '');
    if ($i % 2) { $attachments[$i]['is_attachment'] = true; $attachments[$i]['filename'] = "file$i.txt"; }
    if ($attachments[$i]['is_attachment']) { $attachments[$i]['attachment'] = base64_encode($attachments[$i]['filename']); }
}
foreach ($attachments as $at) { if ($at['is_attachment'] == 1) { echo $at['filename'], strlen($at['attachment']), "\n"; } }
echo count($attachments), "\n";
$header = "Subject: Hello\r\nFrom: a@example.org\r\nX-Spam: yes\r\n";
$fields = [];
foreach (explode("\r\n", trim($header)) as $line) {
    list($name, $value) = explode(":", $line, 2);
    $fields[strtolower($name)] = trim($value);
}
ksort($fields);
print_r($fields);
if (preg_match('/([\w.]+)@([\w.]+)/', $fields['from'], $m)) { echo "$m[1] at {$m[2]}\n"; }
$pos = strpos($header, "X-Spam");
if ($pos !== false) { echo "spam at $pos\n"; }
$pos2 = strpos($header, "nothing");
echo $pos2 === false ? "none" : $pos2, "\n";
echo substr($header, $pos, 6), "|", substr("abc", 5) === "" ? "empty" : "x", "\n";
$counts = array();
foreach (["a@x.org", "b@y.org", "c@x.org"] as $addr) {
    $domain = substr(strrchr($addr, "@"), 1);
    if (!isset($counts[$domain])) $counts[$domain] = 0;
    $counts[$domain]++;
}
arsort($counts);
foreach ($counts as $d => $c) printf("%-10s %3d\n", $d, $c);
$subject = "=?utf-8?B?SGVsbG8=?=";
$body = "Line one\nLine two\n\n> quoted\n";
$lines = explode("\n", $body);
$quoted = array_filter($lines, function($l) { return substr($l, 0, 1) == '>'; });
echo count($lines), count($quoted), key($quoted), "\n";
$date = strtotime("2024-03-01 12:00:00 UTC");
echo date("Y-m-d", $date), gmdate(" H:i", $date), "\n";
$html = "<p>Hello <b>World</b></p>";
$json = json_encode(['id' => 5, 'list' => [1, 2], 'name' => "é", 'ok' => true, 'none' => null, 'f' => 1.5]);
echo $json, "\n";
$data = json_decode($json, true);
echo $data['name'], $data['list'][1], "\n";
$obj = json_decode('{"a":{"b":[1,{"c":"deep"}]}}');
echo $obj->a->b[1]->c, "\n";
echo ucwords(str_replace("_", " ", "is_this_it")), " ", wordwrap("The quick brown fox", 10, "\n", true), "\n";
$matrix = [[1, 2], [3, 4]];
foreach ($matrix as [$a, $b]) echo $a + $b, " ";
echo array_sum(array_map(fn($r) => $r[0], $matrix)), " ", max(1, 5, 3), min([4, 2]), "\n";
$stack = []; array_push($stack, 1, 2, 3); echo array_pop($stack), array_shift($stack), count($stack), "\n";
echo implode(",", array_unique([1, 1, 2])), implode(",", array_slice([1, 2, 3, 4], 1, 2)), implode(",", array_reverse([1, 2])), "\n";
echo in_array("2", [1, 2, 3]) ? "in" : "out", array_search(3, [1, 2, 3]), "\n";
$str = ''; for ($c = 'a'; $c != 'e'; $c++) $str .= $c; echo $str, "\n";
echo "5 apples" == 5 ? "t" : "f", "abc" <=> "abd", null ?? "d", "\n";
$x = ["b" => 1, "a" => 2]; $y = $x; ksort($y); echo key($x), key($y), "\n";
$f = 0.1 + 0.2; echo $f, " ", round($f, 2), " ", 1e20, " ", 1/3, " ", floor(5.7), " ", (int)(5.7), "\n";
function total(array $rows) { $sum = 0; foreach ($rows as $r) { $sum += $r['qty'] * $r['price']; } return $sum; }
echo total([['qty' => 2, 'price' => 1.5], ['qty' => 1, 'price' => 2]]), "\n";
$arr = [5, 3, 9]; sort($arr); echo "$arr[0]-{$arr[2]}"; rsort($arr); echo $arr[0], "\n";
$s = "hello"; echo $s[0], $s[-1], "\n";
