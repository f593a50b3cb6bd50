package document

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/fault"
)

// persisted implements Apollo's automatic persisted queries: a client sends the
// SHA-256 of a document, and its text only when asked. This saves bandwidth; it
// is not an allow-list.
type persisted struct{ texts *cache[string] }

const (
	persistedEntries  = 5_000
	persistedBytes    = 4 << 20
	persistedTextMost = 16 << 10 // a longer text is answered, but must be sent every time
)

func newPersisted() persisted {
	return persisted{newCache[string](persistedEntries, persistedBytes, persistedTextMost)}
}

// resolve sets p's text if p has only its hash, and remembers the text if p has
// both. It fails with PERSISTED_QUERY_NOT_FOUND if the client must send the
// text, or with BAD_REQUEST.
func (t persisted) resolve(p *graphql.RawParams) error {
	given, ok := p.Extensions["persistedQuery"]
	if !ok || given == nil {
		return nil
	}
	named, _ := given.(map[string]any)
	hash, _ := named["sha256Hash"].(string)
	if version, _ := named["version"].(json.Number); version != "1" || hash == "" {
		return fault.New(fault.BadRequest, "`extensions.persistedQuery` needs version 1 and a sha256Hash")
	}

	if p.Query == "" {
		if p.Query, ok = t.texts.get(hash); !ok {
			// Apollo's clients look for this message.
			return fault.New(fault.PersistedQueryNotFound, "PersistedQueryNotFound")
		}
		return nil
	}
	if sum := sha256.Sum256([]byte(p.Query)); hex.EncodeToString(sum[:]) != hash {
		return fault.New(fault.BadRequest, "`extensions.persistedQuery.sha256Hash` is not the hash of `query`")
	}
	t.texts.add(hash, p.Query, len(p.Query))
	return nil
}
