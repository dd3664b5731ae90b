<?php
set_exception_handler(function ($e) { echo 'handler: ', get_class($e), ' ', $e->getMessage(), "\n"; exit(4); });
set_error_handler(function ($no, $msg) { echo "error $no: $msg\n"; return true; });
trigger_error('my warning', E_USER_WARNING);
trigger_error('my notice');
restore_error_handler();
echo "before\n";
throw new RuntimeException('to the handler');
