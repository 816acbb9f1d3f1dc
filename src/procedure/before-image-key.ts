import type { BeforeImage } from './plan.ts';

/** Names what an image is of, for example `felixconfigurations/default/spec/bpfEnabled`; the same for every later write. */
export function beforeImageKey({ object, path }: Pick<BeforeImage, 'object' | 'path'>): string {
  const segments = [object.resource, ...(object.namespace === undefined ? [] : [object.namespace]), object.name];
  return [...segments, ...path].map((segment) => segment.replaceAll(/[%/]/g, encodeURIComponent)).join('/');
}
