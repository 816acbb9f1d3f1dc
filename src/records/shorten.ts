import { asciiJson } from './long-json.ts';
import type { Stored } from './records.ts';

interface Limits {
  /** Characters of one string. */
  characters: number;
  /** Entries of one list or object. */
  entries: number;
}

const levels: readonly Limits[] = [
  { characters: 8000, entries: 2000 },
  { characters: 2000, entries: 500 },
  { characters: 500, entries: 200 },
  { characters: 200, entries: 50 },
  { characters: 80, entries: 10 },
];

/**
 * `value` as JSON in ASCII of at most `limit` characters (at least 100). What is too long loses the ends of its longest strings
 * and lists, each with a mark that says how much is missing: a long proof must never fail the run that it proves.
 */
export function shortJson(value: Stored, limit: number): string {
  const whole = asciiJson(value);
  if (whole.length <= limit) return whole;
  for (const limits of levels) {
    const shorter = asciiJson(cut(value, limits));
    if (shorter.length <= limit) return shorter;
  }
  return asciiJson(mark(whole.length, 'characters'));
}

/** `text` with at most `characters` of its own, and a mark where some are missing. */
export function shortText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = text
    .slice(0, characters)
    .toWellFormed()
    .replace(/\uFFFD$/, '');
  return `${kept} ${mark(text.length - kept.length, 'characters')}`;
}

function cut(value: Stored, limits: Limits): Stored {
  if (typeof value === 'string') return shortText(value, limits.characters);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const kept = value.slice(0, limits.entries).map((entry) => cut(entry, limits));
    const missing = value.length - kept.length;
    return missing === 0 ? kept : [...kept, mark(missing, 'entries')];
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, limits.entries).map(([name, entry]) => [name, cut(entry, limits)] as const);
  const missing = entries.length - kept.length;
  return { ...Object.fromEntries(kept), ...(missing === 0 ? {} : { '…': mark(missing, 'entries') }) };
}

function mark(count: number, what: string): string {
  return `… (${count} ${what} left out)`;
}
