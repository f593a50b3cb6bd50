package mongostore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// oldest is the first major version with everything that the engine uses.
const oldest = 7

// Codes of server errors.
const (
	unauthorized         = 13
	authenticationFailed = 18
)

// Reason explains to an operator why MongoDB cannot be used, and reports
// whether err concerns MongoDB at all. It quotes no address, user or password.
func Reason(err error) (string, bool) {
	if err == nil {
		return "", false
	}
	server, isServer := errors.AsType[mongo.ServerError](err)
	text := err.Error()
	var lookup *net.DNSError
	switch {
	case isServer && server.HasErrorCode(authenticationFailed), strings.Contains(text, "auth error"), strings.Contains(text, "AuthenticationFailed"):
		return "it refuses the user name or the password", true
	case isServer && server.HasErrorCode(unauthorized), strings.Contains(text, "requires authentication"):
		return "its user may not read and write the database; scrumkb needs the role readWrite", true
	case strings.Contains(text, "wire version"):
		return fmt.Sprintf("its version is too old; scrumkb needs %d or later", oldest), true
	case errors.As(err, &lookup), strings.Contains(text, "no such host"):
		return "there is no such host", true
	case strings.Contains(text, "tls: "), strings.Contains(text, "x509: "):
		return "no secure connection (TLS) can be made; check the certificates, and the option tls of the URI", true
	case strings.Contains(text, "connection refused"):
		return "nothing listens there; is MongoDB running?", true
	case strings.Contains(text, "server selection error"), mongo.IsTimeout(err), mongo.IsNetworkError(err):
		return "it does not answer; is it running and reachable?", true
	case isServer:
		return "it refuses a command of scrumkb; its log may say more", true
	default:
		return "", false
	}
}

// CheckURI fails unless Open can use the URI. It resolves nothing, and its
// errors quote only names of options.
func CheckURI(uri string) error {
	_, rest, found := strings.Cut(uri, "://")
	if !found || !strings.HasPrefix(uri, "mongodb://") && !strings.HasPrefix(uri, "mongodb+srv://") {
		return errors.New("does not begin with mongodb:// or mongodb+srv://")
	}
	authority, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(authority, "/")
	hosts := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		hosts = authority[at+1:]
		user, password, _ := strings.Cut(authority[:at], ":")
		if user == "" {
			return errors.New("has a password but no user name")
		}
		for _, part := range []string{user, password} {
			if _, err := url.PathUnescape(part); err != nil || strings.ContainsAny(part, ":@") {
				return errors.New("has a user name or password with characters such as : / ? # @ % that are not escaped; write @ as %40, and so on")
			}
		}
	} else if strings.Contains(path+query, "@") {
		return errors.New("has a user name or password with characters such as : / ? # @ % that are not escaped; write @ as %40, and so on")
	}
	if hosts == "" {
		return errors.New("has no host")
	}
	if _, err := databaseOf(uri); err != nil {
		return errors.New("has a database name with invalid escapes")
	}
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		name, _, _ := strings.Cut(pair, "=")
		alone := options.Client().ApplyURI("mongodb://localhost/?" + pair)
		if err := alone.Validate(); err != nil && !strings.Contains(err.Error(), "replica set") {
			return fmt.Errorf("has an invalid value for the option %q", name)
		}
	}
	if strings.HasPrefix(uri, "mongodb://") {
		if err := options.Client().ApplyURI(uri).Validate(); err != nil {
			return errors.New("is not a MongoDB connection string: mongodb://USER:PASSWORD@HOST:PORT/DATABASE")
		}
	}
	return nil
}

// checkVersion fails for a server that is too old, or does not report its
// version.
func (e *Engine) checkVersion(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	var about struct {
		Version string `bson:"version"`
		Numbers []int  `bson:"versionArray"`
	}
	if err := e.database.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&about); err != nil || len(about.Numbers) == 0 {
		return nil
	}
	if about.Numbers[0] < oldest {
		return fault.New(fault.Unavailable, "its version is %s; scrumkb needs %d or later", about.Version, oldest)
	}
	return nil
}
