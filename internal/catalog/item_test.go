package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

func TestDigestIgnoresEmptyFields(t *testing.T) {
	digest := func(term catalog.Term) string {
		items, err := (&catalog.Content{Terms: []*catalog.Term{&term}}).Items()
		if err != nil {
			t.Fatal(err)
		}
		return items[0].Digest
	}
	bare := catalog.Term{Slug: "done", Name: "Done", Definition: "As agreed."}
	// Databases store this digest: a different one makes every start rewrite all
	// terms.
	const known = "0a6d03ace7cec72241636786728b34ae9dd357b71ff1e2b28976eceb4fc1043c"
	if diff := cmp.Diff(known, digest(bare)); diff != "" {
		t.Errorf("digest differs (-known +got):\n%s", diff)
	}
	changed := bare
	changed.Aliases = []string{"DoD"}
	if digest(changed) == known {
		t.Error("a non-empty list does not change the digest")
	}
}
