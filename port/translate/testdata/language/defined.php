<?php
define("HOST", "h");
if (!defined('DEBUG')) define('DEBUG', false);
if (DEBUG) echo 'debug';
defined('LEVEL') or define('LEVEL', 3);
defined('LEVEL') || define('LEVEL', 4);
echo defined('HOST') ? HOST : 'none', LEVEL, PHP_VERSION_ID >= 50300 ? 'ok' : 'old', PHP_SAPI, PHP_OS_FAMILY, "\n";
function level() { return defined('LEVEL') ? LEVEL : 0; }
echo level(), "\n";
