import type { JsonObject } from '../procedure/facts.ts';
import { jsonObject } from './facts/objects.ts';

/** The object in an answer; an answer that was cut off or is no JSON is worth another try. */
export function parseBody(text: string, what: string): JsonObject {
  try {
    return jsonObject.parse(JSON.parse(text));
  } catch {
    // The parser's own message quotes the body, which may hold anything.
    throw new Error(`The answer to "${what}" is not a JSON object (${text.length} characters).`);
  }
}
