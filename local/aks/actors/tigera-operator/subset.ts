import { isObject } from './installation.ts';

/** True when everything that is wanted is there; what the API server adds by itself does not count. */
export function isIncluded(wanted: unknown, actual: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return false;
    return wanted.every((item, index) => isIncluded(item, actual[index]));
  }
  if (isObject(wanted)) {
    return isObject(actual) && Object.entries(wanted).every(([key, value]) => isIncluded(value, actual[key]));
  }
  return wanted === actual;
}
