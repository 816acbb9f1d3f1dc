import { createHash, timingSafeEqual } from 'node:crypto';
import type { HostRequest } from './messages.ts';

/** Whether a request carries a key: in the header `x-functions-key`, else in the query's `code`. */
export type Authorize = (request: HostRequest) => boolean;

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Without keys everybody may do everything, as with Core Tools; that is for the loopback address only.
 *
 * @throws when another address is asked for without a key
 */
export function createAuthorize(keys: readonly string[], address: string): Authorize {
  if (keys.some((key) => key === '')) throw new Error('A key is empty. Give it at least one character.');
  if (keys.length === 0 && !loopback.has(address)) {
    throw new Error(`Listening on ${address} needs a key, because others can reach it. Give one, or use 127.0.0.1.`);
  }
  if (keys.length === 0) return () => true;
  const digests = keys.map(digest);
  return ({ headers, url }) => {
    const offered = digest(headers['x-functions-key'] ?? url.searchParams.get('code') ?? '');
    return digests.some((known) => timingSafeEqual(known, offered));
  };
}

/** Equal lengths, so that the comparison's time says nothing. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
