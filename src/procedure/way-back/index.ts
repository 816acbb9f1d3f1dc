import { isBpfEnabled, ownershipOf } from '../data-plane.ts';
import { eraOf, operatorOwnsFelix } from '../era.ts';
import type { KubernetesFacts } from '../facts.ts';
import { rolloutPatience } from '../nodes.ts';
import {
  endpointConfigMap,
  felixConfiguration,
  hostVariable,
  installation,
  kubeProxy,
  operatorPods,
  ownershipAnnotation,
} from '../objects.ts';
import type { BeforeImage, Change, Condition, Step } from '../plan.ts';
import { merge } from '../steps/step.ts';
import { restore, sortImages, writtenHost, type SortedImages } from './images.ts';

/** A kubelet may hand the ConfigMap that was deleted to the first operator that starts (k8s#30189: a minute). */
const kubeletSeconds = 75;
/** Felix restarts itself within 6 s of a change (calico.md 15.2). */
const felixRestartSeconds = 30;

interface WayBackInput {
  images: SortedImages;
  facts: KubernetesFacts;
  /** The operator owns `bpfEnabled` (calico.md 1.1). */
  owned: boolean;
  /** We wrote the switch, so eBPF may be on. */
  switched: boolean;
  /** Empty where the operator refused before our time, and so will when everything is back. */
  settled: Condition[];
  patience: number;
}

/** One step of the way back; undefined: none of its writes was made. */
type WayBackStep = (input: WayBackInput) => Step | undefined;

/** In the product's order (calico.md 7): no moment without anybody who serves the services. */
const wayBackSteps: readonly WayBackStep[] = [
  cleanUpOff,
  kubeProxyBack,
  ownershipBack,
  dataPlaneBack,
  bpfBack,
  kubeProxyRestart,
  felixBack,
  endpointBack,
  dnsPolicyBack,
  autodetectionBack,
];

/**
 * The steps that bring the before-images back, whatever part of a plan was written. Drafted again from the same
 * images after an interruption, it restores what is left: restoring twice is harmless.
 */
export function wayBack(images: readonly BeforeImage[], facts: KubernetesFacts): Step[] {
  const sorted = sortImages(images);
  const era = eraOf(facts);
  const owned = era ? operatorOwnsFelix(era) : facts.felixConfiguration?.annotations[ownershipAnnotation] !== undefined;
  const switched = sorted.dataPlane.length > 0 || (!owned && sorted.bpfEnabled.length > 0);
  const refused = owned && !switched && ownershipOf(facts) !== 'consistent';
  const settled: Condition[] = refused ? [] : [{ kind: 'operator-settled' }];
  const input = { images: sorted, facts, owned, switched, settled, patience: rolloutPatience(facts) };
  return wayBackSteps.flatMap((step) => step(input) ?? []);
}

/** Section 7, step 1: with the clean-up on, Felix would take the rules of the kube-proxy that has to take over. */
function cleanUpOff({ facts, switched }: WayBackInput): Step | undefined {
  const changes = cleanUpOffChanges(facts);
  if (!switched || changes.length === 0) return undefined;
  return {
    id: 'clean-up-off',
    title: "Keep Felix from removing kube-proxy's rules",
    why: 'It was switched on since; kube-proxy has to serve the services again.',
    changes,
    until: [],
    patienceSeconds: 60,
  };
}

function cleanUpOffChanges(facts: KubernetesFacts): Change[] {
  return merge(felixConfiguration, { spec: { bpfKubeProxyIptablesCleanupEnabled: false } }, facts);
}

/** Section 7, step 2: both run side by side for a while, so that no service goes unserved. */
function kubeProxyBack({ images, facts, switched, patience }: WayBackInput): Step | undefined {
  if (images.kubeProxy.length === 0) return undefined;
  const drifted = switched && cleanUpOffChanges(facts).length > 0;
  return {
    id: 'kube-proxy-back',
    title: 'Bring kube-proxy back',
    why: 'It has to serve the services before eBPF goes.',
    changes: restore(kubeProxy, images.kubeProxy),
    // Every Felix has to have taken up the clean-up first (calico.md 15.9).
    waitSeconds: drifted ? felixRestartSeconds : undefined,
    until: [{ kind: 'kube-proxy-running', value: true }],
    patienceSeconds: patience,
  };
}

/** Section 14.4 and 7, step 4: where field and annotation disagree, the operator would refuse to switch back. */
function ownershipBack({ facts, owned, switched }: WayBackInput): Step | undefined {
  if (!owned || !switched) return undefined;
  const ownership = ownershipOf(facts);
  if (ownership === 'consistent') return undefined;
  const value = ownership === 'hand-made';
  const patch = { metadata: { annotations: { [ownershipAnnotation]: String(value) } }, spec: { bpfEnabled: value } };
  return {
    id: 'ownership-back',
    title: 'Make bpfEnabled and its annotation agree',
    why: 'The operator refuses to switch back while somebody else seems to have set bpfEnabled.',
    changes: merge(felixConfiguration, patch, facts),
    until: [],
    patienceSeconds: 60,
  };
}

/** Section 7, steps 3 to 4b. */
function dataPlaneBack({ images, facts, owned, patience }: WayBackInput): Step | undefined {
  if (images.dataPlane.length === 0) return undefined;
  return {
    id: 'data-plane-back',
    title: 'Switch the data plane back',
    why: 'The operator turns eBPF off in every Felix, then rolls calico-node out.',
    changes: restore(installation, images.dataPlane),
    until: [
      { kind: 'bpf-enabled', value: false, annotated: owned },
      { kind: 'rollout-complete' },
      { kind: 'operator-settled' },
      ...felixOff(facts),
    ],
    patienceSeconds: patience,
  };
}

/** Section 7, step 4, for era E1: the field is the switch. */
function bpfBack({ images, facts, owned, patience }: WayBackInput): Step | undefined {
  if (owned || images.bpfEnabled.length === 0) return undefined;
  return {
    id: 'bpf-back',
    title: 'Switch eBPF off',
    why: 'Every Felix starts again with its former data plane.',
    changes: restore(felixConfiguration, images.bpfEnabled),
    until: [{ kind: 'bpf-enabled', value: false, annotated: false }, ...felixOff(facts)],
    patienceSeconds: patience,
  };
}

/** Where eBPF was off already at the start, no Felix has anything to say: its restart is waited for instead. */
function felixOff(facts: KubernetesFacts): Condition[] {
  return isBpfEnabled(facts) ? [{ kind: 'felix-bpf-off' }] : [];
}

/** Section 15.9: where Felix removed its rules, kube-proxy believes them to be there; only its restart writes them. */
function kubeProxyRestart({ facts, switched, patience }: WayBackInput): Step | undefined {
  const removed = isBpfEnabled(facts) && cleanUpOffChanges(facts).length > 0 && (facts.kubeProxy?.desired ?? 0) > 0;
  if (!switched || !removed) return undefined;
  const annotations = { 'kubectl.kubernetes.io/restartedAt': facts.observedAt };
  return {
    id: 'kube-proxy-restart',
    title: 'Restart kube-proxy node by node',
    why: 'Felix removed its rules while the clean-up was on, and kube-proxy writes them again only when it starts.',
    changes: [{ kind: 'merge', object: kubeProxy, patch: { spec: { template: { metadata: { annotations } } } } }],
    waitSeconds: felixRestartSeconds,
    until: [{ kind: 'kube-proxy-running', value: true }],
    patienceSeconds: patience,
  };
}

/** Section 7, step 5: the clean-up's default is true, so not before every Felix is off. */
function felixBack({ images, facts, switched }: WayBackInput): Step | undefined {
  if (images.felix.length === 0) return undefined;
  return {
    id: 'felix-options-back',
    title: "Bring Felix's options back",
    why: 'They were there for eBPF only.',
    changes: restore(felixConfiguration, images.felix),
    waitSeconds: switched && !isBpfEnabled(facts) ? felixRestartSeconds : undefined,
    until: [],
    patienceSeconds: 60,
  };
}

/** Section 7, step 6: deleting it changes nothing by itself, the operator's restart does. */
function endpointBack({ images, facts, patience }: WayBackInput): Step | undefined {
  if (images.endpoint.length === 0) return undefined;
  const value = writtenHost(images.endpoint) ?? facts.endpoint.host;
  return {
    id: 'endpoint-back',
    title: "Take the API server's own address back",
    why: 'Calico reaches the API server by its address inside the cluster again.',
    changes: [...restore(endpointConfigMap, images.endpoint), { kind: 'delete-pods', ...operatorPods }],
    until: [
      { kind: 'operator-available' },
      { kind: 'template-environment-differs', name: hostVariable, value },
      { kind: 'rollout-complete' },
    ],
    patienceSeconds: patience + kubeletSeconds,
    fallback: {
      afterSeconds: kubeletSeconds,
      changes: [{ kind: 'delete-pods', ...operatorPods }],
      why: 'tigera-operator to start again: it still knows the address',
    },
  };
}

/** Section 7, step 6: after the name has gone, else the node is in row 22's state. */
function dnsPolicyBack({ images, settled, patience }: WayBackInput): Step | undefined {
  if (images.dnsPolicy.length === 0) return undefined;
  return {
    id: 'dns-override-back',
    title: 'Take the DNS override back',
    why: 'It was there for the address only.',
    changes: restore(installation, images.dnsPolicy),
    until: [{ kind: 'rollout-complete' }, ...settled],
    patienceSeconds: patience,
  };
}

/** article.md, A4, back. */
function autodetectionBack({ images, settled, patience }: WayBackInput): Step | undefined {
  if (images.autodetection.length === 0) return undefined;
  return {
    id: 'autodetection-back',
    title: 'Bring the address autodetection back',
    why: 'AKS had chosen another one.',
    changes: restore(installation, images.autodetection),
    until: [{ kind: 'rollout-complete' }, ...settled],
    patienceSeconds: patience,
  };
}
