import { createHash, randomInt } from 'node:crypto';

/** The alphabet of Kubernetes' generated names: no vowels, nothing that reads like another. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short, stable name of a value, as in `pod-template-hash`. */
export function hashOf(value: unknown): string {
  const digest = createHash('sha1').update(JSON.stringify(value)).digest();
  return Array.from(digest.subarray(0, 9), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** The five characters that end a generated name. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
