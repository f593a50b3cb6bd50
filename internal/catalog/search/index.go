package search

import (
	"math"
	"slices"
)

// Index finds documents by words. It is immutable except for its caches, and
// safe for concurrent use.
type Index struct {
	documents  []indexed
	vocabulary *vocabulary
	postings   [][]posting        // by term
	named      map[string][]int32 // by name: the documents with that name
	rarity     []float64          // by term
	ignored    map[string]bool    // words without content, ignored if there are others
}

// indexed is a document with its content words, in order.
type indexed struct {
	*Document
	titles [][]place
	text   []place
}

// place is the position of a word in a text, in bytes.
type place struct {
	term       term
	start, end int32
	joined     bool // two hyphenated words taken as one; each also stands alone
	ignored    bool // it has no content
	begins     bool // a sentence or a line
}

// posting says how relevant a term is for a document.
type posting struct {
	document int32
	weight   float32
}

// How much a word counts by its position.
const (
	titleWeight = 4.0 // more than any number of occurrences in the text
	textWeight  = 1.0

	// questionWeight ranks questions after what explains the same subject:
	// their stems are short and full of its words, and a learner who searches
	// wants to know.
	questionWeight = 0.25
)

// The parameters of Okapi BM25: how quickly further occurrences stop counting,
// and how much the length of a text matters.
const (
	saturation = 1.2
	lengthPart = 0.75
)

// New indexes the documents, which must have different ids.
func New(documents []Document) (*Index, error) {
	words, err := newVocabulary()
	if err != nil {
		return nil, err
	}
	x := &Index{vocabulary: words, named: map[string][]int32{}, ignored: FunctionWords()}
	for i := range documents {
		d := indexed{Document: &documents[i], text: x.places(documents[i].Text)}
		for _, title := range d.Document.titles() {
			d.titles = append(d.titles, x.places(title))
		}
		for _, name := range d.names() {
			key := nameOf(wordsOf(name))
			if called := x.named[key]; !slices.Contains(called, int32(i)) {
				x.named[key] = append(called, int32(i))
			}
		}
		x.documents = append(x.documents, d)
	}
	words.complete()
	x.weigh()
	return x, nil
}

// places finds the words of a text, and adds new ones to the vocabulary.
func (x *Index) places(text string) []place {
	words := wordsOf(text)
	places := make([]place, 0, len(words))
	for i, w := range words {
		places = append(places, place{term: x.vocabulary.add(w.text), start: int32(w.start), end: int32(w.end), ignored: x.ignored[w.text], begins: w.begins})
		if w.hyphen {
			before := words[i-1]
			places = append(places, place{term: x.vocabulary.join(before.text, w.text), start: int32(before.start), end: int32(w.end), joined: true})
		}
	}
	return places
}

// weigh computes the postings.
func (x *Index) weigh() {
	textLength, titleLength, titles := 0, 0, 0
	for i := range x.documents {
		textLength += len(x.documents[i].text)
		for _, title := range x.documents[i].titles {
			titleLength += len(title)
			titles++
		}
	}
	usualText := float64(max(textLength, 1)) / float64(max(len(x.documents), 1))
	usualTitle := float64(max(titleLength, 1)) / float64(max(titles, 1))

	x.postings = make([][]posting, len(x.vocabulary.stems))
	for i := range x.documents {
		d := &x.documents[i]
		weights := map[term]float64{}
		for _, title := range d.titles {
			times := map[term]int{}
			for _, p := range title {
				times[p.term]++
			}
			for t, n := range times {
				weights[t] = max(weights[t], titleWeight*saturated(n, len(title), usualTitle))
			}
		}
		times := map[term]int{}
		for _, p := range d.text {
			times[p.term]++
		}
		for t, n := range times {
			weights[t] += textWeight * saturated(n, len(d.text), usualText)
		}
		for t, w := range weights {
			if d.Question {
				w *= questionWeight
			}
			x.postings[t] = append(x.postings[t], posting{document: int32(i), weight: float32(w)})
		}
	}
	x.rarity = make([]float64, len(x.postings))
	for t, found := range x.postings {
		x.rarity[t] = math.Log(1 + (float64(len(x.documents)-len(found))+0.5)/(float64(len(found))+0.5))
	}
}

func saturated(times, length int, usual float64) float64 {
	n := float64(times)
	return n / (n + saturation*(1-lengthPart+lengthPart*float64(length)/usual))
}
