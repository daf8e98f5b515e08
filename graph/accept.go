package graph

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of answers. What a request accepts decides between them, and that
// decides the status of a refusal: see post.
const (
	contentType  = "application/json" // of requests, too
	responseType = "application/graphql-response+json"
	eventsType   = "text/event-stream"
)

// preferences are the media types and ranges of them that a request accepts, with the
// quality of each.
type preferences map[string]float64

// preferencesOf reads what a request accepts, and reports whether it says that at all:
// nothing that can be read says nothing. What asks for other letters than UTF-8 is
// passed over.
func preferencesOf(req *http.Request) (accepts preferences, said bool) {
	accepts = preferences{}
	for item := range strings.SplitSeq(strings.Join(req.Header.Values("Accept"), ","), ",") {
		media, parameters, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		said = true
		if !inUTF8(parameters) {
			continue
		}
		quality := 1.0
		if text, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil || quality < 0 || quality > 1 {
				continue
			}
		}
		accepts[media] = max(quality, accepts[media])
	}
	return accepts, said
}

// inUTF8 reports whether the parameters of a media type ask for no other letters.
func inUTF8(parameters map[string]string) bool {
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// of returns the quality of a media type: that of the narrowest range that holds it.
func (p preferences) of(media string) float64 {
	kind, _, _ := strings.Cut(media, "/")
	for _, wanted := range []string{media, kind + "/*", "*/*"} {
		if quality, given := p[wanted]; given {
			return quality
		}
	}
	return 0
}

// answerType returns the media type in which a request wants its answer, and whether
// there is one. The type of GraphQL goes out where it is asked for by its name; a
// client that takes anything gets what all of them read.
func answerType(req *http.Request) (media string, ok bool) {
	accepts, said := preferencesOf(req)
	if !said {
		return contentType, true
	}
	plain, named := accepts.of(contentType), accepts[responseType]
	switch {
	case named > 0 && named >= plain:
		return responseType, true
	case plain > 0:
		return contentType, true
	}
	return "", false
}

// streams reports whether a request asks for a stream of events: it accepts that by
// name, and no JSON, not by a range either. A client that accepts both gets one answer.
func streams(req *http.Request) bool {
	accepts, _ := preferencesOf(req)
	_, json := answerType(req)
	return req.Method == http.MethodPost && accepts[eventsType] > 0 && !json
}
