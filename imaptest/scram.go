package imaptest

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"

	"github.com/xdg-go/scram"
)

// scramIterations is the minimum of RFC 7677 section 4.
const scramIterations = 4096

// isPlus reports whether a mechanism has channel binding.
func isPlus(mechanism string) bool { return strings.HasSuffix(mechanism, "-PLUS") }

// The types of channel binding that a server can know.
const (
	TLSExporter       = "tls-exporter"         // RFC 9266
	TLSUnique         = "tls-unique"           // RFC 5929, TLS 1.2 only
	TLSServerEndPoint = "tls-server-end-point" // RFC 5929
)

var bindingTypes = []string{TLSExporter, TLSUnique, TLSServerEndPoint}

// scramServer is a server of SCRAM. It tells the client why it refuses (RFC 5802 section 7),
// and fails when the client has answered that.
type scramServer struct {
	srv    *Server
	server *scram.Server
	plus   bool
	state  *tls.ConnectionState
	conv   *scram.ServerConversation
	failed bool
}

func newScram(s *Server, hash scram.HashGeneratorFcn, plus bool) *scramServer {
	server, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		client, err := hash.NewClient(s.User, s.Password, "")
		if err != nil || user != s.User {
			return scram.StoredCredentials{}, errLogin
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: rand.Text(), Iters: scramIterations})
	})
	if err != nil {
		panic("imaptest: " + err.Error()) // scram never fails here
	}
	return &scramServer{srv: s, server: server, plus: plus}
}

func (x *scramServer) through(state *tls.ConnectionState) { x.state = state }

func (x *scramServer) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil:
		return []byte{}, false, nil
	case x.failed:
		return nil, false, errLogin
	case x.conv == nil:
		failure := ""
		if x.conv, failure = x.begin(string(response)); failure != "" {
			return x.fail(failure)
		}
	case x.conv.Done(): // the client confirms the server's proof
		if !x.conv.Valid() || !x.srv.mayBe(x.conv.AuthzID()) {
			return nil, false, errLogin
		}
		return nil, true, nil
	}
	challenge, err := x.conv.Step(string(response))
	if err != nil {
		return x.fail(challenge)
	}
	return []byte(challenge), false, nil
}

// fail sends a server-error.
func (x *scramServer) fail(failure string) ([]byte, bool, error) {
	x.failed = true
	return []byte(orElse(failure, scram.ErrOtherError)), false, nil
}

// begin starts the conversation that a client-first-message asks for. A failure is a
// server-error.
func (x *scramServer) begin(first string) (conv *scram.ServerConversation, failure string) {
	flag, _, _ := strings.Cut(first, ",")
	kind, bound := strings.CutPrefix(flag, "p=")
	switch {
	case bound != x.plus:
		return nil, scram.ErrOtherError
	case bound && !slices.Contains(x.srv.bindings, kind):
		return nil, scram.ErrUnsupportedChannelBindingType
	case bound:
		binding, err := x.binding(kind)
		if err != nil || !binding.IsSupported() {
			return nil, scram.ErrUnsupportedChannelBindingType
		}
		return x.server.NewConversationWithChannelBinding(binding), ""
	case x.state != nil && slices.ContainsFunc(x.srv.mechanisms, isPlus):
		// That there is a binding matters to a client that supports one, and not which.
		return x.server.NewConversationWithChannelBinding(scram.ChannelBinding{Type: TLSExporter, Data: []byte{0}}), ""
	}
	return x.server.NewConversation(), ""
}

// binding returns the channel binding of the server's end of the connection.
func (x *scramServer) binding(kind string) (scram.ChannelBinding, error) {
	switch kind {
	case TLSExporter:
		return scram.NewTLSExporterBinding(x.state)
	case TLSUnique:
		return scram.NewTLSUniqueBinding(x.state.TLSUnique), nil
	}
	certificate, err := x509.ParseCertificate(x.srv.tls.Certificates[0].Certificate[0])
	if err != nil {
		return scram.ChannelBinding{}, err
	}
	return scram.NewTLSServerEndpointBinding(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate}})
}
