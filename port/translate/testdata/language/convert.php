<?php
$values = array(null, false, true, 0, 7, -3, 1.5, -0.0, 1e20, 0.1, "", "0", "12abc", " 42", "42 ", "-7", "1e3", ".5", "0x1A", "abc", array(), array(0));
foreach ($values as $v) {
    echo json_encode($v), ' => ', (int) $v, ' ', is_array($v) ? 'array' : (float) $v, ' ', is_array($v) ? 'Array' : '"' . (string) $v . '"', ' ', (bool) $v ? 'yes' : 'no',
        ' ', gettype($v), ' ', is_numeric($v) ? 'numeric' : '-', ' ', empty($v) ? 'empty' : 'full', "\n";
}
$n = "15";
$n += 5;
var_dump($n, "5" + "5.5", "3" * 4, 7 / 2, 6 / 3, 7 % 3, -7 % 3, 2 ** 10, 2 ** -1, 2 ** 0.5, 10 % 3.9);
var_dump(intdiv(7, 2), intdiv(-7, 2), fmod(7.5, 2), round(2.5), round(-3.5), floor(-1.5), ceil(1.2), round(1234.567, -2), round(1.955, 2));
var_dump((int) "9999999999999999999", (int) 1e19 === 0 ? 'zero' : 'other', 0.1 + 0.2, 1/3, 1e100, 123456789012345678);
var_dump(intval("42abc"), intval(42.99), floatval("1.5abc"), strval(3.0), boolval("false"));
var_dump(1 . '', 1.0 . '', true . '', null . 'x', 1.5e3 . '', 1e15 . '', 1e14 . '', 123456789.12345678 . '');
var_dump((array) "a", (array) null, (object) array('x' => 1));
var_dump(is_int(5), is_string("5"), is_bool(0), is_null(null), is_float(5.0), is_array([]), is_scalar(null));
