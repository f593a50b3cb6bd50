/**
 * Reads a text/event-stream as browsers do and yields { type, data } for each
 * event that an EventSource would dispatch, and { comment } for each comment.
 * An event without a data line is not dispatched, so it is not yielded.
 */
export async function* events(body) {
  let type = '';
  let data = [];
  for await (const line of lines(body)) {
    if (line.startsWith(':')) {
      yield { comment: line.slice(1).trim() };
    } else if (line !== '') {
      const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
      if (field === 'event') type = value;
      if (field === 'data') data.push(value);
    } else {
      if (data.length > 0) yield { type: type || 'message', data: data.join('\n') };
      type = '';
      data = [];
    }
  }
}

async function* lines(body) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
    rest = parts.pop();
    yield* parts;
  }
}
