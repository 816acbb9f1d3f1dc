import { Failure, reason } from '../reasons.ts';

/** Bytes of a body that are read at most. */
export const longestBody = 64 * 1024;

/** What is used of an HTTP request; the Functions host's own type has it. */
export interface BodyRequest {
  headers: { get(name: string): string | null };
  body: AsyncIterable<Uint8Array> | null;
}

/**
 * The JSON of a request's body. Reads no more of it than the limit, whatever its length header says. Throws a `Failure`
 * with BODY_TOO_LARGE or NOT_JSON, which repeats nothing of the body.
 */
export async function readJsonBody({ headers, body }: BodyRequest): Promise<unknown> {
  const announced = Number(headers.get('content-length') ?? 0);
  if (announced > longestBody) throw tooLarge(String(announced));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestBody) throw tooLarge(`more than ${longestBody}`);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (text.trim() === '') throw notJson('it is empty');
  try {
    return JSON.parse(text);
  } catch (error) {
    const [position] = / at position \d+/.exec(String(error)) ?? [''];
    throw notJson(`it cannot be parsed${position}`);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notJson('it is not UTF-8');
  }
}

function tooLarge(bytes: string): Failure {
  return new Failure('permanent', reason('BODY_TOO_LARGE', { bytes, limit: longestBody }));
}

function notJson(problem: string): Failure {
  return new Failure('permanent', reason('NOT_JSON', { problem }));
}
