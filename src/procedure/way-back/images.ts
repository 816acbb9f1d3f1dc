import { autodetectionPath, dataPlanePath, dnsPolicyPath } from '../data-plane.ts';
import type { JsonObject } from '../facts.ts';
import { valueAt } from '../json.ts';
import {
  endpointConfigMap,
  felixConfiguration,
  hostVariable,
  installation,
  isSameObject,
  kubeProxy,
} from '../objects.ts';
import type { BeforeImage, Change, ObjectReference } from '../plan.ts';

/** The before-images of a cluster, by what they are of. */
export interface SortedImages {
  /** `linuxDataplane`. */
  dataPlane: BeforeImage[];
  dnsPolicy: BeforeImage[];
  autodetection: BeforeImage[];
  endpoint: BeforeImage[];
  kubeProxy: BeforeImage[];
  /** FelixConfiguration's `bpfEnabled`. */
  bpfEnabled: BeforeImage[];
  /** What else of FelixConfiguration's spec is not the operator's. */
  felix: BeforeImage[];
}

/** Fields that operators own; restored they would only be overwritten, or stop it (calico.md 7, 14.2). */
const operatorFields = ['nftablesMode', 'bpfEnabled'];

export function sortImages(images: readonly BeforeImage[]): SortedImages {
  const ofInstallation = (...path: string[]) => images.filter((image) => isAt(image, installation, 'spec', ...path));
  return {
    dataPlane: ofInstallation(...dataPlanePath),
    dnsPolicy: ofInstallation(...dnsPolicyPath),
    autodetection: ofInstallation(...autodetectionPath),
    endpoint: images.filter((image) => isAt(image, endpointConfigMap)),
    kubeProxy: images.filter((image) => isAt(image, kubeProxy, 'spec', 'template', 'spec')),
    bpfEnabled: images.filter((image) => isAt(image, felixConfiguration, 'spec', 'bpfEnabled')),
    felix: images.filter(
      (image) => isAt(image, felixConfiguration, 'spec') && !operatorFields.includes(image.path[1] ?? ''),
    ),
  };
}

/** Nothing where there is no image. */
export function restore(object: ObjectReference, images: BeforeImage[]): Change[] {
  return images.length > 0 ? [{ kind: 'restore', object, images }] : [];
}

/** The host that we wrote into the ConfigMap, if we did. */
export function writtenHost(images: readonly BeforeImage[]): string | undefined {
  for (const { path, after } of images) {
    const written: JsonObject = { [path.at(-1) ?? '']: after };
    const host = valueAt(after, 'data', hostVariable) ?? valueAt(after, hostVariable) ?? written[hostVariable];
    if (typeof host === 'string') return host;
  }
  return undefined;
}

function isAt({ object, path }: BeforeImage, wanted: ObjectReference, ...prefix: string[]): boolean {
  return isSameObject(object, wanted) && prefix.every((segment, index) => path[index] === segment);
}
