<?php
define('HOST', 'imap.example.org');
define('OPTIONS', ['ssl' => true, 'port' => 993]);
const PREFIX = '{' . HOST . ':';
const MULTI = 2 * 3 + 1;
class Flags { const SEEN = 1; const FLAGGED = self::SEEN << 1; const ALL = self::SEEN | self::FLAGGED; const NAMES = [self::SEEN => 'seen', self::FLAGGED => 'flagged']; public $default = self::ALL; }
echo HOST, ' ', OPTIONS['port'], ' ', PREFIX, MULTI, ' ', Flags::ALL, ' ', Flags::NAMES[2], ' ', (new Flags)->default, "\n";
var_dump(defined('NOPE'), constant('HOST'), constant('Flags::SEEN'), OPTIONS['ssl']);
echo PHP_EOL, M_PI, ' ', PHP_INT_MAX, ' ', E_ALL, ' ', DIRECTORY_SEPARATOR, "\n";
echo __LINE__, ' ', basename(__FILE__), ' ', __FUNCTION__, "\n";
function fn1() { return __FUNCTION__; }
echo fn1(), "\n";
var_dump(true, TRUE, Null, INF, -INF, NAN == NAN, is_nan(NAN), PHP_FLOAT_EPSILON);
