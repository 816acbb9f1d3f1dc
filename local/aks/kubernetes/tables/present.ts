import type { Answer, Call } from '../call.ts';
import type { JsonObject } from '../objects.ts';
import type { Stored } from '../store/store.ts';

export function presentObject(_call: Call, _stored: Stored): Answer | undefined {
  return undefined;
}
export function presentList(_call: Call, _items: readonly Stored[], _metadata: JsonObject): Answer | undefined {
  return undefined;
}
