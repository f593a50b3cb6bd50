package identity

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// maxToken limits a token, in bytes, before anything parses it. The server's
// tokens have about 400, those of external issuers with many groups a few
// thousand.
const maxToken = 8 << 10

// compact is a token in the form of a JWS, with nothing verified yet.
type compact struct {
	token   string
	header  string // as in the token
	members map[string]json.RawMessage
	issuer  string // the claim iss; empty if absent
}

// parse splits a token. Each of its three segments must be canonical base64url;
// other decoders skip line breaks and ignore spare bits, so that one token has
// several spellings.
func parse(token string) (compact, error) {
	if len(token) > maxToken {
		return compact{}, errTooLarge
	}
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		return compact{}, errMalformed
	}
	var decoded [3][]byte
	for i, segment := range segments {
		data, err := base64.RawURLEncoding.Strict().DecodeString(segment)
		if err != nil || len(data) == 0 || strings.ContainsAny(segment, "\r\n") {
			return compact{}, errMalformed
		}
		decoded[i] = data
	}

	c := compact{token: token, header: segments[0]}
	if err := json.Unmarshal(decoded[0], &c.members); err != nil {
		return compact{}, errMalformed
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(decoded[1], &claims); err != nil {
		return compact{}, errMalformed
	}
	c.issuer = claims.Issuer
	return c, nil
}
