package mongostore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

func TestDatabaseOf(t *testing.T) {
	tests := map[string]struct{ uri, want string }{
		"NoPath":        {"mongodb://localhost", "scrumkb"},
		"EmptyPath":     {"mongodb://localhost:27017/", "scrumkb"},
		"OnlyOptions":   {"mongodb://localhost/?replicaSet=rs0", "scrumkb"},
		"Named":         {"mongodb://localhost/kb", "kb"},
		"NamedOptions":  {"mongodb+srv://ann:pw@cluster.example/kb?retryWrites=true", "kb"},
		"SeveralHosts":  {"mongodb://a:27017,b:27018/kb", "kb"},
		"Escaped":       {"mongodb://a/k%2Db", "k-b"},
		"SlashInOption": {"mongodb://a/kb?tlsCAFile=/etc/ca.pem", "kb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := databaseOf(tt.uri)
			if err != nil || got != tt.want {
				t.Errorf("database = %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestClientOptionsCannotBeWeakened(t *testing.T) {
	o := clientOptions("mongodb://a/?w=0&journal=false&retryWrites=false&readPreference=secondary&maxPoolSize=3", time.Second)
	if err := o.Validate(); err != nil {
		t.Fatal(err)
	}
	if o.WriteConcern.W != "majority" || !*o.WriteConcern.Journal || !*o.RetryWrites || o.ReadPreference.Mode().String() != "primary" {
		t.Errorf("write concern %+v, retry %t, read preference %s", o.WriteConcern, *o.RetryWrites, o.ReadPreference)
	}
	if *o.MaxPoolSize != 3 {
		t.Errorf("pool size = %d, want 3 as the URI says", *o.MaxPoolSize)
	}
}

func TestFailure(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	duplicate := mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 11000}}}
	tests := map[string]struct {
		caller context.Context
		err    error
		is     error // nil when only the code matters
		code   fault.Code
	}{
		"None":                {t.Context(), nil, nil, ""},
		"Duplicate":           {t.Context(), duplicate, store.ErrDuplicate, fault.Internal},
		"DuplicateAtTheEnd":   {ended, duplicate, store.ErrDuplicate, fault.Internal},
		"CallerEnded":         {ended, mongo.CommandError{Code: 91}, context.Canceled, fault.Internal},
		"OwnDeadline":         {t.Context(), context.DeadlineExceeded, context.DeadlineExceeded, fault.Unavailable},
		"ShutdownInProgress":  {t.Context(), mongo.CommandError{Code: 91}, nil, fault.Unavailable},
		"NotPrimary":          {t.Context(), mongo.CommandError{Code: 10107}, nil, fault.Unavailable},
		"WriteConcernTimeout": {t.Context(), mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 64}}, nil, fault.Unavailable},
		"Closed":              {t.Context(), mongo.ErrClientDisconnected, mongo.ErrClientDisconnected, fault.Unavailable},
		"BadValue":            {t.Context(), mongo.CommandError{Code: 2}, nil, fault.Internal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := failure(tt.caller, tt.err)
			if fault.CodeOf(got) != tt.code || tt.is != nil && !errors.Is(got, tt.is) {
				t.Errorf("failure = %v with code %q; want %v, %q", got, fault.CodeOf(got), tt.is, tt.code)
			}
		})
	}
}

func TestFilterOf(t *testing.T) {
	learner := store.Field{Path: "learner", Kind: store.Text}
	score := store.Field{Path: "result.score", Kind: store.Integer}
	id := store.Field{Path: "_id", Kind: store.Text}
	tests := map[string]struct {
		selection store.Selection
		want      string
	}{
		"Everything": {store.Selection{Sort: id}, `{}`},
		"EqualAndRange": {
			store.Selection{
				Equal: []store.Equality{{Field: learner, Value: "$ann"}},
				Range: &store.Bounds{Field: score, From: int64(1), To: int64(5)}, Sort: id,
			},
			`{"$and": [{"learner": {"$eq": "$ann"}},{"result.score": {"$gte": {"$numberLong":"1"}}},{"result.score": {"$lt": {"$numberLong":"5"}}}]}`,
		},
		"AfterID": {
			store.Selection{Sort: id, Descending: true, After: &store.Position{Value: "x", ID: "x"}},
			`{"$and": [{"_id": {"$lt": "x"}}]}`,
		},
		"AfterValue": {
			store.Selection{Sort: score, After: &store.Position{Value: int64(3), ID: "x"}},
			`{"$and": [{"$or": [{"result.score": {"$gt": {"$numberLong":"3"}}},{"result.score": {"$eq": {"$numberLong":"3"}},"_id": {"$gt": "x"}}]}]}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var want bson.D
			if err := bson.UnmarshalExtJSON([]byte(tt.want), true, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, filterOf(tt.selection)); diff != "" {
				t.Errorf("filter (-want +got):\n%s", diff)
			}
		})
	}
}
