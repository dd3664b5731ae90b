<?php
class AppException extends Exception {}
function deep() { throw new AppException('deep trouble'); }
register_shutdown_function(function () { echo "shutdown\n"; });
echo "start\n";
try { deep(); } finally { echo "finally\n"; }
echo "never\n";
