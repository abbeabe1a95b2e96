// The host of models that tests ask: plain HTTP, the answers of each vendor, whole or as events, and its refusals. Keeps what it was shown.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What it was asked. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How it answers; absent: the answer of a model, 1,000 tokens read and 200 written. */
export type Play = (seen: SeenRequest, response: ServerResponse, number: number) => boolean;

/** A host that listens. */
export interface ModelUpstream {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  play(next: Play): void;
  close(): Promise<void>;
}

const text = 'All is well.';

/** Opens one. */
export async function modelUpstream(): Promise<ModelUpstream> {
  const seen: SeenRequest[] = [];
  let play: Play = () => false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      seen.push(one);
      if (!play(one, response, seen.length)) answerAs(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    play(next) {
      play = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The pieces of an answer; the last ones tell the tokens. */
export function piecesFor(url: string, model = 'claude-sonnet-4-5'): readonly object[] {
  if (url.includes('/messages'))
    return [
      {
        type: 'message_start',
        message: {
          type: 'message',
          model,
          usage: {
            input_tokens: 300,
            cache_read_input_tokens: 600,
            cache_creation_input_tokens: 100,
            output_tokens: 1,
          },
        },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } },
      { type: 'message_stop' },
    ];
  if (url.includes('/chat/completions'))
    return [
      { object: 'chat.completion.chunk', model, choices: [{ delta: { content: text } }], usage: null },
      {
        object: 'chat.completion.chunk',
        model,
        choices: [],
        usage: { prompt_tokens: 1_000, completion_tokens: 200, prompt_tokens_details: { cached_tokens: 600 } },
      },
    ];
  if (url.includes('/responses'))
    return [
      { type: 'response.created', response: { model, status: 'in_progress', usage: null } },
      { type: 'response.output_text.delta', delta: text },
      {
        type: 'response.completed',
        response: {
          model,
          status: 'completed',
          error: null,
          usage: { input_tokens: 1_000, output_tokens: 200, input_tokens_details: { cached_tokens: 600 } },
        },
      },
    ];
  return [
    {
      modelVersion: model,
      candidates: [{ content: { parts: [{ text }] } }],
      usageMetadata: { promptTokenCount: 1_000 },
    },
    {
      modelVersion: model,
      candidates: [{ content: { parts: [] }, finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: 1_000,
        candidatesTokenCount: 150,
        thoughtsTokenCount: 50,
        cachedContentTokenCount: 600,
      },
    },
  ];
}

/** One piece as an event. */
export function eventOf(piece: object): string {
  const type = 'type' in piece ? `event: ${String(piece.type)}\n` : '';
  return `${type}data: ${JSON.stringify(piece)}\n\n`;
}

function answerAs({ url, body }: SeenRequest, response: ServerResponse): void {
  const asked = body === '' ? {} : (JSON.parse(body) as { model?: string; stream?: boolean });
  const model = asked.model ?? /models\/([\w.-]+):/.exec(url)?.[1];
  const pieces = piecesFor(url, model);
  if (url.includes('alt=sse') || asked.stream === true) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(eventOf(piece));
    response.end(url.includes('/chat/') ? 'data: [DONE]\n\n' : undefined);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(wholeOf(url, pieces)));
}

/** The same in one piece. */
function wholeOf(url: string, pieces: readonly object[]): unknown {
  if (url.includes('streamGenerateContent')) return pieces;
  const last = pieces.at(-1) as { response?: object };
  if (url.includes('/messages')) {
    const { message } = pieces[0] as { message: { usage: object } };
    return { ...message, content: [{ type: 'text', text }], usage: { ...message.usage, output_tokens: 200 } };
  }
  if (url.includes('/chat/')) return { ...last, object: 'chat.completion', choices: [{ message: { content: text } }] };
  return last.response ?? last;
}
