package servers

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// cyrusConfig is imapd.conf. A user's mailboxes are below INBOX, and the hierarchy delimiter is
// a dot.
const cyrusConfig = `configdirectory: %[1]s/cyrus
defaultpartition: default
partition-default: %[1]s/mail
cyrus_user: %[2]s
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: %[1]s/saslauthd
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
autocreate_quota: 100000
autocreate_users: anyone
autocreate_post: yes
altnamespace: no
unixhierarchysep: no
virtdomains: off
servername: cyrus.test
popminpoll: 0
duplicatesuppression: no
tls_server_cert: %[1]s/cert.pem
tls_server_key: %[1]s/key.pem
tls_versions: tls1_0 tls1_1 tls1_2 tls1_3
tls_ciphers: ALL:@SECLEVEL=0
`

const cyrusServices = `START {
  recover cmd="%[1]s/ctl_cyrusdb -C %[2]s/imapd.conf -r"
}
SERVICES {
  imap cmd="%[1]s/imapd -C %[2]s/imapd.conf" listen="127.0.0.1:%[3]d" prefork=2
  imaps cmd="%[1]s/imapd -C %[2]s/imapd.conf -s" listen="127.0.0.1:%[4]d"
  pop3 cmd="%[1]s/pop3d -C %[2]s/imapd.conf" listen="127.0.0.1:%[5]d" prefork=2
  pop3s cmd="%[1]s/pop3d -C %[2]s/imapd.conf -s" listen="127.0.0.1:%[6]d"
}
EVENTS {
}
`

func (s *Server) startCyrus() error {
	s.Personal, s.Delimiter, s.Keywords, s.TLS = "INBOX.", ".", true, true
	if err := s.startSaslauthd(); err != nil {
		return err
	}
	if err := s.mailDirs("cyrus", "cyrus/db", "cyrus/socket", "cyrus/proc", "cyrus/lock"); err != nil {
		return err
	}
	for _, name := range []string{"cert.pem", "key.pem"} {
		if err := s.chown(name); err != nil {
			return err
		}
	}
	if err := s.write("imapd.conf", fmt.Sprintf(cyrusConfig, s.dir, s.owner.Username)); err != nil {
		return err
	}
	services := fmt.Sprintf(cyrusServices, s.installed("usr/lib/cyrus/bin"), s.dir, s.IMAP, s.IMAPS, s.POP3, s.POP3S)
	if err := s.write("cyrus.conf", services); err != nil {
		return err
	}
	cmd := s.command("usr/lib/cyrus/bin/master", "-C", s.path("imapd.conf"), "-M", s.path("cyrus.conf"), "-p", s.path("cyrus", "master.pid"))
	process, err := harness.Run(cmd, s.path("output"))
	if err != nil {
		return err
	}
	s.stop = append(s.stop, process.Stop)
	return process.Await(s.IMAP, s.POP3)
}

// startSaslauthd answers Cyrus's questions about passwords. Every user has the same password.
func (s *Server) startSaslauthd() error {
	l, err := net.Listen("unix", s.path("saslauthd"))
	if err != nil {
		return err
	}
	if err := os.Chmod(s.path("saslauthd"), 0o777); err != nil {
		return err
	}
	s.stop = append(s.stop, func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go checkPassword(conn)
		}
	}()
	return nil
}

// checkPassword answers one question: user, password, service and realm, each preceded by its
// length.
func checkPassword(conn net.Conn) {
	defer conn.Close()
	var fields [4][]byte
	for i := range fields {
		var length uint16
		if err := binary.Read(conn, binary.BigEndian, &length); err != nil {
			return
		}
		fields[i] = make([]byte, length)
		if _, err := io.ReadFull(conn, fields[i]); err != nil {
			return
		}
	}
	answer := "NO"
	if string(fields[1]) == password {
		answer = "OK"
	}
	binary.Write(conn, binary.BigEndian, uint16(len(answer)))
	io.WriteString(conn, answer)
}
