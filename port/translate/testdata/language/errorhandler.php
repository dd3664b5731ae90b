<?php
set_error_handler(function ($level, $text, $file, $line) {
    if (!(error_reporting() & $level)) { echo "(hidden)\n"; return true; }
    throw new ErrorException($text, 0, $level, $file, $line);
});
$found = @file_get_contents('/none/at/all');
var_dump($found);
try { file_get_contents('/none/at/all'); } catch (ErrorException $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
try { trigger_error('mine', E_USER_WARNING); } catch (ErrorException $e) { echo $e->getMessage(), "\n"; }
restore_error_handler();
function log_all($no, $msg) { echo "$no $msg\n"; }
set_error_handler('log_all', E_USER_NOTICE);
trigger_error('told');
class Guard { function handle($no, $msg) { echo "guard $msg\n"; return true; } static function stop(Throwable $e) { echo 'stopped by ', get_class($e), ' ', $e->getMessage(), "\n"; } }
set_error_handler([new Guard, 'handle']);
trigger_error('watched', E_USER_WARNING);
set_exception_handler(['Guard', 'stop']);
register_shutdown_function(function () { echo "the end\n"; });
function level() { return defined('LEVEL') ? LEVEL : 0; }
echo level(); define('LEVEL', 2); echo level(), "\n";
throw new DomainException('at last');
