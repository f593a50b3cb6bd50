package identity

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// maxToken bounds a token before anything reads it, in bytes. Tokens of the
// server have about 400, those of outside issuers with many groups a few
// thousand.
const maxToken = 8 << 10

// compact is a token that has the shape of a JWS, and nothing more: all of it
// is what the caller claims.
type compact struct {
	token   string
	header  string // as in the token
	members map[string]json.RawMessage
	issuer  string // the claim iss; empty when there is none
}

// parse takes a token apart. Each of its three segments must be base64url in
// its one canonical form; other decoders skip line breaks and ignore spare
// bits, which makes several tokens out of one.
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
