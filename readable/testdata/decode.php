<?php
// Prints what PHP's base64_decode and quoted_printable_decode return for texts that break
// the rules, as decode_test.go reads it. Texts are in base64.
mt_srand(20);
$pieces = [
    "base64" => ["QUJD", "SGVsbG8=", "R3LDvMOfZQ==", "R", "3", "Lv", "a+/", "=", "==", " ", "\r\n", "\n", "\t", "!", "-", "_", "\xff", ".", "\0"],
    "quoted" => ["abc", "=C3=BC", "=c3=bc", "=", "==", "=3", "=ZZ", "= ", "=\t ", "\r\n", "\n", "\r", "=\r\n", "=\n", "=\r", " ", "_", "\xfc", "=00", "=\r\r\n", "=20\n"],
];
$results = [];
foreach ($pieces as $name => $list) {
    $decode = $name == "base64" ? "base64_decode" : "quoted_printable_decode";
    for ($i = 0; $i < 300; $i++) {
        $text = "";
        for ($n = mt_rand(1, 9); $n > 0; $n--) {
            $text .= $list[mt_rand(0, count($list) - 1)];
        }
        $results[] = ["encoding" => $name, "text" => base64_encode($text), "decoded" => base64_encode($decode($text))];
    }
}
echo json_encode($results, JSON_PRETTY_PRINT), "\n";
