<?php

/**
 * The functions of PHP that the bridge calls. If one of them is disabled (disable_functions),
 * the bridge defines nothing, so that function_exists('imap_open') is false. Only imap_mail()
 * calls popen() and pclose(), and checks for them itself.
 */

declare(strict_types=1);

return [
    'abs', 'array_key_exists', 'array_keys', 'array_map', 'array_search', 'array_shift', 'array_slice',
    'array_splice', 'count', 'debug_backtrace', 'error_clear_last', 'error_get_last', 'error_log',
    'error_reporting', 'explode', 'fclose', 'feof', 'fflush', 'file_get_contents', 'file_put_contents', 'floor',
    'fopen', 'fread', 'func_get_args', 'function_exists', 'fwrite', 'get_debug_type', 'get_loaded_extensions',
    'get_resource_type', 'getenv', 'getmypid', 'gettype', 'htmlspecialchars', 'in_array', 'ini_get', 'ini_get_all',
    'is_array', 'is_bool', 'is_executable', 'is_file', 'is_float', 'is_int', 'is_numeric', 'is_object',
    'is_resource', 'is_scalar', 'is_string', 'ltrim', 'min', 'ob_end_flush', 'ob_get_level', 'pack', 'preg_match',
    'preg_replace', 'proc_close', 'proc_get_status', 'proc_open', 'proc_terminate', 'realpath',
    'register_shutdown_function', 'restore_error_handler', 'serialize', 'set_error_handler', 'spl_object_id',
    'sprintf', 'str_contains', 'str_split', 'str_starts_with', 'stream_get_contents', 'stream_set_chunk_size',
    'strlen', 'strstr', 'strtolower', 'substr', 'trigger_error', 'unpack', 'unserialize', 'usleep', 'var_export',
    'vsprintf',
];
