import type { Json, JsonObject } from '../objects.ts';
import { isObject, sameJson } from '../objects.ts';
import { badRequest } from '../status.ts';
import type { ListStrategy } from './merge-keys.ts';
import { listStrategy, retainsKeys } from './merge-keys.ts';

const setOrder = '$setElementOrder/';
const deletePrimitives = '$deleteFromPrimitiveList/';

/** Kubernetes' strategic merge patch for the built-in kinds. Neither argument is changed. */
export function applyStrategicMergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  return mergeObject(target, patch, '');
}

function mergeObject(target: JsonObject, patch: JsonObject, field: string): JsonObject {
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unable to find api field in patch: Unknown patch type found: ${JSON.stringify(directive)}`);
  }
  const retained = patch['$retainKeys'];
  const kept = Array.isArray(retained) ? Object.entries(target).filter(([key]) => retained.includes(key)) : undefined;
  const result: JsonObject = kept === undefined ? { ...target } : Object.fromEntries(kept);
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (Array.isArray(value)) result[key] = mergeList(result[key], value, listStrategy(field, key, value));
    else if (isObject(value)) result[key] = mergeObject(asObject(result[key]), value, key);
    else result[key] = value;
  }
  applyListDirectives(result, patch, field);
  return result;
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The directives that stand beside the list that they mean. */
function applyListDirectives(result: JsonObject, patch: JsonObject, field: string): void {
  for (const [key, value] of Object.entries(patch)) {
    if (!Array.isArray(value)) continue;
    if (key.startsWith(deletePrimitives)) {
      const name = key.slice(deletePrimitives.length);
      const list = result[name];
      if (Array.isArray(list)) result[name] = list.filter((item) => !value.some((gone) => sameJson(gone, item)));
    } else if (key.startsWith(setOrder)) {
      const name = key.slice(setOrder.length);
      const list = result[name];
      if (Array.isArray(list)) result[name] = ordered(list, value, listStrategy(field, name, list));
    }
  }
}

function mergeList(target: Json | undefined, patch: Json[], strategy: ListStrategy): Json[] {
  const replaced = patch.some((item) => isObject(item) && item['$patch'] === 'replace');
  const entries = patch.filter((item) => !(isObject(item) && item['$patch'] === 'replace'));
  if (strategy === 'replace' || replaced) return entries.map(withoutDirectivesDeep);
  const list = Array.isArray(target) ? [...target] : [];
  if (strategy === 'set') return [...list, ...entries.filter((item) => !list.some((had) => sameJson(had, item)))];
  for (const entry of entries) {
    if (!isObject(entry))
      throw badRequest(`error applying patch: expected an object in a list merged by ${strategy.key}`);
    const identity = entry[strategy.key];
    if (identity === undefined) {
      throw badRequest(`map: ${JSON.stringify(entry)} does not contain declared merge key: ${strategy.key}`);
    }
    mergeEntry(list, entry, strategy, identity);
  }
  return list;
}

function mergeEntry(list: Json[], entry: JsonObject, strategy: { key: string; field: string }, identity: Json): void {
  const index = list.findIndex((item) => isObject(item) && sameJson(item[strategy.key], identity));
  if (entry['$patch'] === 'delete') {
    if (index >= 0) list.splice(index, 1);
    return;
  }
  const existing = list[index];
  if (index < 0 || !isObject(existing)) {
    list.push(mergeObject({}, entry, strategy.field));
    return;
  }
  const base = retainsKeys(strategy.field) ? retainedOf(existing, entry) : existing;
  list[index] = mergeObject(base, entry, strategy.field);
}

/** A volume has one source: with `$retainKeys` the keys not named go. */
function retainedOf(existing: JsonObject, entry: JsonObject): JsonObject {
  const retained = entry['$retainKeys'];
  if (!Array.isArray(retained)) return existing;
  return Object.fromEntries(Object.entries(existing).filter(([key]) => retained.includes(key)));
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([key, value]) => !key.startsWith('$') && value !== null && value !== undefined)
      .map(([key, value]) => [key, withoutDirectivesDeep(value ?? null)]),
  );
}

function withoutDirectivesDeep(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutDirectivesDeep);
  return isObject(value) ? withoutDirectives(value) : value;
}

/** Items named by `$setElementOrder` in its order; the others stay before what followed them. */
function ordered(list: Json[], order: Json[], strategy: ListStrategy): Json[] {
  const key = typeof strategy === 'object' ? strategy.key : undefined;
  const idOf = (item: Json): string => JSON.stringify(key !== undefined && isObject(item) ? item[key] : item);
  const ranks = new Map(order.map((item, index) => [idOf(item), index]));
  const named = list
    .filter((item) => ranks.has(idOf(item)))
    .sort((left, right) => (ranks.get(idOf(left)) ?? 0) - (ranks.get(idOf(right)) ?? 0));
  const others = list.filter((item) => !ranks.has(idOf(item)));
  const result: Json[] = [];
  let next = 0;
  for (const other of others) {
    const position = list.indexOf(other);
    while (next < named.length && list.indexOf(named[next] ?? null) < position) {
      result.push(named[next] ?? null);
      next += 1;
    }
    result.push(other);
  }
  return [...result, ...named.slice(next)];
}
