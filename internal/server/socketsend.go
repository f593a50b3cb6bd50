package server

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/answer"
)

// send writes one message.
func (s *socket) send(m message) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.write(nil, data)
}

// sendNext writes a response of an operation.
func (s *socket) sendNext(id string, a *answer.Answer, resp *graphql.Response) error {
	head, err := json.Marshal(message{ID: id, Type: "next"})
	if err != nil {
		return err
	}
	head = append(head[:len(head)-1], `,"payload":`...)
	parts := append([][]byte{head}, encode(resp)...)
	return s.write(a, append(parts, emptyTail)...)
}

// write sends parts together as one message, after those that are being sent. A
// peer that does not take them in time loses the socket. It uses the socket's
// context, because ending a write's context closes the socket.
func (s *socket) write(a *answer.Answer, parts ...[]byte) error {
	select {
	case s.sending <- struct{}{}:
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	wait := s.config.StreamTimeout
	if a.HasLater() {
		wait = longest
	}
	ctx, cancel := context.WithTimeout(s.ctx, wait)
	defer cancel()
	err := s.writeMessage(ctx, a, parts)
	if err != nil {
		_ = s.conn.CloseNow() // the reader notices, and it is nobody's turn any more
		return err
	}
	<-s.sending
	return nil
}

func (s *socket) writeMessage(ctx context.Context, a *answer.Answer, parts [][]byte) error {
	if lengthOf(parts) <= oneFrame && !a.HasLater() {
		return s.conn.Write(ctx, websocket.MessageText, slices.Concat(parts...))
	}
	w, err := s.conn.Writer(ctx, websocket.MessageText)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := a.Send(ctx, w, part); err != nil {
			return err
		}
	}
	return w.Close()
}

// oneFrame is the longest message that is copied to be sent in one frame.
const oneFrame = 64 << 10

func lengthOf(parts [][]byte) (sum int) {
	for _, part := range parts {
		sum += len(part)
	}
	return sum
}

func encodeErrors(errs gqlerror.List) json.RawMessage {
	data, err := json.Marshal(errs)
	if err != nil {
		return json.RawMessage(`[{"message":"internal error","extensions":{"code":"INTERNAL"}}]`)
	}
	return data
}
