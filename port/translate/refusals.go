package translate

import "strings"

// replacements say what Go has in the place of functions that are not ported. A name with "_" at its end is
// the beginning of several.
var replacements = []struct{ names, text string }{
	{"curl_", "an HTTP request in Go is http.NewRequest and http.Client.Do of net/http"},
	{"mysql_", "use database/sql with a driver for MySQL, as the port of mysqli and PDO does"},
	{"pg_", "PostgreSQL: use database/sql with a driver for PostgreSQL, as the port of PDO does"},
	{"sqlite_", "SQLite: use database/sql with a driver for SQLite, as the port of PDO does"},
	{"odbc_", "ODBC: use database/sql with a driver"},
	{"mssql_", "SQL Server: use database/sql with a driver"},
	{"oci_", "Oracle: use database/sql with a driver"},
	{"ldap_", "LDAP: Go has a client in github.com/go-ldap/ldap"},
	{"fsockopen pfsockopen", "a socket: use net.Dial or tls.Dial, package sendmail for SMTP, and imapcompat.Open for IMAP and POP3"},
	{"stream_socket_", "a socket: use net.Dial or tls.Dial, package sendmail for SMTP, and imapcompat.Open for IMAP and POP3"},
	{"socket_", "a socket: use net.Dial and net.Listen"},
	{"stream_context_", "a context of streams: options of requests are those of http.Client and tls.Config in Go"},
	{"stream_select", "waiting for streams: use a goroutine for each in Go"},
	{"stream_set_", "a timeout or mode of a stream: use the deadlines of net.Conn in Go"},
	{"ftp_", "FTP: Go has clients such as github.com/jlaffaye/ftp"},
	{"ssh2_", "SSH: use golang.org/x/crypto/ssh"},
	{"openssl_pkcs7_", "S/MIME: Go has packages such as github.com/smallstep/pkcs7"},
	{"openssl_x509_", "certificates: use crypto/x509"},
	{"openssl_random_", "random bytes: random_bytes does the same"},
	{"openssl_", "OpenSSL: use crypto/aes, crypto/cipher, crypto/rsa and crypto/x509"},
	{"mcrypt_", "mcrypt, which PHP 7.2 removed: use crypto/aes and crypto/cipher"},
	{"gnupg_", "OpenPGP: Go has github.com/ProtonMail/go-crypto"},
	{"gzcompress gzuncompress gzencode gzdecode gzinflate gzdeflate gzopen gzread gzgets gzfile readgzfile", "compression: use compress/gzip, compress/zlib and compress/flate"},
	{"bzcompress bzdecompress bzopen", "compression: use compress/bzip2"},
	{"zip_", "ZIP files: use archive/zip"},
	{"simplexml_", "XML: use encoding/xml"},
	{"xml_parse xml_parser_create xml_parser_free", "XML: use encoding/xml"},
	{"libxml_", "XML: use encoding/xml"},
	{"dom_import_simplexml", "XML: use encoding/xml, and golang.org/x/net/html for HTML"},
	{"dns_get_record", "DNS: use net.LookupMX, net.LookupTXT and net.LookupHost"},
	{"getmxrr dns_get_mx checkdnsrr dns_check_record", "DNS: use net.LookupMX and net.LookupHost"},
	{"gethostbyaddr", "DNS: use net.LookupAddr"},
	{"pcntl_", "processes: use goroutines, and os/signal for signals"},
	{"posix_", "POSIX: use package os, and golang.org/x/sys/unix"},
	{"popen pclose proc_open proc_close proc_get_status proc_terminate", "a process: use os/exec"},
	{"sem_", "semaphores: use package sync inside of a process, and a file's lock between processes"},
	{"shm_", "shared memory: use variables and package sync"},
	{"msg_get_queue msg_send msg_receive", "message queues: use channels"},
	{"apcu_ apc_", "a cache: use a map and package sync"},
	{"memcache_", "memcached: Go has github.com/bradfitz/gomemcache"},
	{"bcadd bcsub bcmul bcdiv bcmod bcpow bccomp bcscale", "numbers of any length: use math/big"},
	{"gmp_", "numbers of any length: use math/big"},
	{"imagecreate imagecreatetruecolor imagecreatefromjpeg imagecreatefrompng imagecreatefromgif imagecreatefromstring imagejpeg imagepng imagegif imagecopyresampled imagedestroy", "images: use packages image, image/jpeg and image/png"},
	{"getimagesize", "images: use image.DecodeConfig"},
	{"exif_", "EXIF: Go has github.com/rwcarlsen/goexif"},
	{"mime_content_type finfo_open finfo_file finfo_buffer finfo_close", "types of files: use http.DetectContentType, or mime.TypeByExtension"},
	{"session_", "sessions of a website: use a map of the cookie's value, or a package such as github.com/alexedwards/scs"},
	{"setcookie setrawcookie", "cookies of a website: use http.SetCookie"},
	{"move_uploaded_file is_uploaded_file", "uploads of a website: use http.Request.FormFile"},
	{"password_hash password_verify password_needs_rehash crypt", "passwords: use golang.org/x/crypto/bcrypt"},
	{"gettext ngettext bindtextdomain textdomain", "translations: use golang.org/x/text/message"},
	{"setlocale", "locales: the port has that of PHP's start, C"},
	{"collator_", "languages: use golang.org/x/text/collate"},
	{"syslog openlog closelog", "the system's log: use log/syslog"},
	{"debug_backtrace debug_print_backtrace", "PHP's stack: use runtime.Callers and runtime/debug in Go"},
	{"memory_get_", "the memory of the process: use runtime.ReadMemStats"},
	{"pack unpack", "binary data: use encoding/binary"},
	{"iterator_", "iterators: range over the array"},
	{"spl_autoload_", "the loading of classes: Go has all that the program names"},
	{"mt_srand srand", "a sequence of random numbers that repeats: use rand.New of math/rand/v2, whose numbers are others"},
}

// classReplacements say what Go has in the place of PHP's classes that are not ported.
var classReplacements = map[string]string{
	"directoryiterator": "scandir and is_file do the same, os.ReadDir in Go", "filesystemiterator": "scandir does the same, os.ReadDir in Go",
	"recursivedirectoryiterator": "use filepath.WalkDir", "recursiveiteratoriterator": "use filepath.WalkDir, or a function that calls itself",
	"globiterator": "glob does the same", "arrayiterator": "foreach over the array does the same", "arrayobject": "an array does the same",
	"splfileobject": "fopen and fgets do the same", "splfileinfo": "filesize and filemtime do the same, os.Stat in Go", "splqueue": "an array does the same", "splstack": "an array does the same",
	"splobjectstorage": "use a map of pointers", "ziparchive": "use archive/zip", "domdocument": "use encoding/xml, and golang.org/x/net/html for HTML",
	"domxpath": "use encoding/xml, and golang.org/x/net/html for HTML", "simplexmlelement": "use encoding/xml", "xmlreader": "use encoding/xml", "xmlwriter": "use encoding/xml",
	"phpmailer": "its file is not part of what is ported; package sendmail sends mail", "swift_message": "package sendmail sends mail", "swift_mailer": "package sendmail sends mail",
	"soapclient": "use net/http and encoding/xml", "memcached": "use github.com/bradfitz/gomemcache", "memcache": "use github.com/bradfitz/gomemcache", "redis": "use github.com/redis/go-redis",
	"sqlite3": "PDO is ported: use database/sql", "finfo": "use http.DetectContentType", "dateperiod": "a for loop with DateTime::add does the same",
	"intldateformatter": "use golang.org/x/text", "numberformatter": "use golang.org/x/text", "collator": "use golang.org/x/text/collate",
	"reflectionclass": "Go has package reflect", "weakmap": "use a map", "imagick": "use package image", "curlfile": "use mime/multipart",
}

// notKnown says why a function is not ported.
func notKnown(name string) string {
	for _, r := range replacements {
		for known := range strings.FieldsSeq(r.names) {
			if name == known || strings.HasSuffix(known, "_") && strings.HasPrefix(name, known) {
				return name + " is not translated: " + r.text
			}
		}
	}
	return "the function " + name + " is not known"
}
