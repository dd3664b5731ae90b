<?php
// A script that leaves its folder, closes its standard streams and has children.
// mailbox INBOX five

require __DIR__ . '/lib/mail.php';

mkdir('folder');
chdir('folder');
fclose(STDIN);
fclose(STDERR);
$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
var_dump(imap_num_msg($mbox));
var_dump(imap_savebody($mbox, 'saved', 1), file_get_contents('saved'));
chdir('..');
var_dump(file_exists('saved'), imap_savebody($mbox, 'folder/again', 2, '1'), file_get_contents('folder/again'));
rmdir('folder') || array_map(unlink(...), glob('folder/*')) && rmdir('folder');
mkdir('gone');
chdir('gone');
rmdir('../gone');
var_dump(imap_savebody($mbox, 'x', 3), imap_num_msg($mbox));

// A child that does not say goodbye takes nothing with it.
if (($child = pcntl_fork()) === 0) {
    exec('kill -9 ' . getmypid());
    sleep(10);
}
pcntl_waitpid($child, $status);
var_dump(pcntl_wifsignaled($status), imap_num_msg($mbox), imap_ping($mbox), imap_headerinfo($mbox, 1)->subject);

// Neither does a program, which has the open files of PHP.
echo shell_exec('echo from a program'), imap_num_msg($mbox), "\n";
putenv('HOME=/nonexistent');
putenv('PATH=');
$_ENV = $_SERVER = [];
var_dump(imap_num_msg(imap_open(POP3 . 'INBOX', USER, PASSWORD)));
set_time_limit(20);
ini_set('memory_limit', '64M');
ignore_user_abort(true);
var_dump(imap_uid($mbox, 5), imap_close($mbox));
