package credential

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// contexts are the vocabularies of a credential: the data model first, as
// required, then Open Badges, then the terms of the status method.
func contexts() []string {
	return []string{
		"https://www.w3.org/ns/credentials/v2",
		"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
		"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
	}
}

// badge is the payload of a VC-JWT: the credential itself, and the registered
// claims that repeat parts of it (Open Badges 3.0, section 8.2).
type badge struct {
	Context     []string   `json:"@context"`
	ID          string     `json:"id"`
	Type        []string   `json:"type"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Image       image      `json:"image"`
	Issuer      profile    `json:"issuer"`
	ValidFrom   time.Time  `json:"validFrom"`
	ValidUntil  *time.Time `json:"validUntil,omitempty"`
	Subject     subject    `json:"credentialSubject"`
	Status      typed      `json:"credentialStatus"`
	Schema      []typed    `json:"credentialSchema"`

	Iss string           `json:"iss"`
	Jti string           `json:"jti"`
	Sub string           `json:"sub"`
	Nbf *jwt.NumericDate `json:"nbf"`
	Exp *jwt.NumericDate `json:"exp,omitempty"`
}

type profile struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	URL  string   `json:"url"`
}

type image struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Caption string `json:"caption"`
}

type typed struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type subject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier,omitempty"`
	Achievement achievement `json:"achievement"`
	Result      []result    `json:"result,omitempty"`
}

type identity struct {
	Type         string `json:"type"`
	Hashed       bool   `json:"hashed"`
	IdentityHash string `json:"identityHash"` // the plain value, when not hashed
	IdentityType string `json:"identityType"`
}

type achievement struct {
	ID              string              `json:"id"`
	Type            []string            `json:"type"`
	AchievementType string              `json:"achievementType"`
	Name            string              `json:"name"`
	Description     string              `json:"description"`
	Version         string              `json:"version"`
	Criteria        criteria            `json:"criteria"`
	Results         []resultDescription `json:"resultDescription,omitempty"`
}

type criteria struct {
	Narrative string `json:"narrative"`
}

type resultDescription struct {
	ID         string   `json:"id"`
	Type       []string `json:"type"`
	Name       string   `json:"name"`
	ResultType string   `json:"resultType"`
	ValueMin   string   `json:"valueMin"`
	ValueMax   string   `json:"valueMax"`
}

type result struct {
	Type        []string `json:"type"`
	Description string   `json:"resultDescription"`
	Value       string   `json:"value"`
}

func (i *Issuer) profile() profile {
	return profile{ID: i.url + ProfilePath, Type: []string{"Profile"}, Name: i.name, URL: i.url}
}

// badge describes the award. Its subject is identified by the certificate's
// address, and only the name is the learner's: two certificates of one learner
// cannot be linked.
func (i *Issuer) badge(a Award) badge {
	// The claims have whole seconds, and must equal the credential's times.
	from := a.IssuedAt.UTC().Truncate(time.Second)
	b := badge{
		Context:     contexts(),
		ID:          i.VerifyURL(a.Code),
		Type:        []string{"VerifiableCredential", "AchievementCredential"},
		Name:        "Certificate of completion: " + a.CourseTitle,
		Description: Statement,
		Image:       image{ID: i.PictureURL(a.Code), Type: "Image", Caption: "Certificate of completion of " + a.CourseTitle},
		Issuer:      i.profile(),
		ValidFrom:   from,
		Status:      typed{ID: i.revocationURL(a.Code), Type: "1EdTechRevocationList"},
		Schema: []typed{{
			ID:   "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
			Type: "1EdTechJsonSchemaValidator2019",
		}},
		Nbf: jwt.NewNumericDate(from),
	}
	if a.ExpiresAt != nil {
		until := a.ExpiresAt.UTC().Truncate(time.Second)
		b.ValidUntil, b.Exp = &until, jwt.NewNumericDate(until)
	}
	b.Subject = i.subject(a)
	b.Iss, b.Jti, b.Sub = b.Issuer.ID, b.ID, b.Subject.ID
	return b
}

func (i *Issuer) subject(a Award) subject {
	s := subject{
		ID:   i.VerifyURL(a.Code) + "#learner",
		Type: []string{"AchievementSubject"},
		Achievement: achievement{
			ID:              i.achievementURL(a),
			Type:            []string{"Achievement"},
			AchievementType: "Course",
			Name:            a.CourseTitle,
			Description:     "Completion of the course “" + a.CourseTitle + "”. " + Statement,
			Version:         strconv.Itoa(a.CourseVersion),
			Criteria:        criteria{Narrative: "The learner completed every required unit of version " + strconv.Itoa(a.CourseVersion) + " of the course. " + Statement},
		},
	}
	if a.LearnerName != "" {
		s.Identifier = []identity{{Type: "IdentityObject", IdentityHash: a.LearnerName, IdentityType: "name"}}
	}
	if a.Percent != nil {
		score := s.Achievement.ID + "#score"
		s.Achievement.Results = []resultDescription{{
			ID: score, Type: []string{"ResultDescription"}, Name: "Score in percent", ResultType: "Percent", ValueMin: "0", ValueMax: "100",
		}}
		s.Result = []result{{Type: []string{"Result"}, Description: score, Value: PercentText(*a.Percent)}}
	}
	return s
}

// Sign returns the award as a VC-JWT: a JWS in compact form, signed with
// EdDSA. The same award always gives the same one.
func (i *Issuer) Sign(a Award) (string, error) {
	payload, err := json.Marshal(i.badge(a))
	if err != nil {
		return "", fmt.Errorf("encoding the credential %s: %w", a.Code, err)
	}
	signed, err := i.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("signing the credential %s: %w", a.Code, err)
	}
	return signed.CompactSerialize()
}

// Revocations returns the revocation list that the credential with the code
// refers to: the credential itself with the reason, if it is revoked, and
// nothing otherwise. Each credential has its own list, since a shared one would
// publish everybody's unguessable address.
func (i *Issuer) Revocations(code string, revoked bool, reason string) ([]byte, error) {
	type entry struct {
		ID      string `json:"id"`
		Revoked bool   `json:"revoked"`
		Reason  string `json:"revocationReason"`
	}
	list := struct {
		Context []string `json:"@context"`
		ID      string   `json:"id"`
		Type    string   `json:"type"`
		Issuer  string   `json:"issuer"`
		Revoked []entry  `json:"revokedCredentials"`
	}{contexts(), i.revocationURL(code), "1EdTechRevocationList", i.profile().ID, []entry{}}
	if revoked {
		list.Revoked = append(list.Revoked, entry{i.VerifyURL(code), true, reason})
	}
	return json.Marshal(list)
}

// PercentText writes a percentage with as many decimals as it has.
func PercentText(percent float64) string { return strconv.FormatFloat(percent, 'f', -1, 64) }
