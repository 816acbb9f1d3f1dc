import type { Json, JsonObject } from './facts.ts';
import { leavesOf } from './json.ts';
import type { Change, Condition, ObjectReference, Plan, Step } from './plan.ts';

/** A step for a reader. */
export interface StepDescription {
  [key: string]: Json;
  id: string;
  title: string;
  why: string;
  /** One line for each value that is written, for example `FelixConfiguration default: spec.bpfEnabled = true`. */
  changes: string[];
  waitsFor: string[];
  patienceSeconds: number;
}

/** A plan for a reader, as JSON. */
export interface PlanDescription {
  [key: string]: Json;
  era: string;
  procedure: string;
  steps: StepDescription[];
  notices: string[];
}

export function describePlan({ era, procedure, steps, notices }: Plan): PlanDescription {
  return { era, procedure, steps: steps.map(describeStep), notices: notices.map(({ message }) => message) };
}

export function describeStep({ id, title, why, changes, waitSeconds, until, patienceSeconds }: Step): StepDescription {
  const waits = waitSeconds ? [`${waitSeconds} s to pass, before the change`] : [];
  return {
    id,
    title,
    why,
    changes: changes.flatMap(describeChange),
    waitsFor: [...waits, ...until.map(describeCondition)],
    patienceSeconds,
  };
}

/** One line for each leaf. */
export function describeChange(change: Change): string[] {
  switch (change.kind) {
    case 'merge':
      return describeLeaves(change.object, change.patch);
    case 'apply': {
      const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...content } = change.body;
      return describeLeaves(change.object, content);
    }
    case 'restore':
      return change.images.map(({ path, before }) => {
        const value = before.present ? `= ${JSON.stringify(before.value)}` : 'removed';
        return `${nameOf(change.object)}: ${path.join('.') || 'the object'} ${value} (as it was)`;
      });
    case 'delete-pods':
      return [`Pods ${change.labelSelector} in ${change.namespace}: deleted, their Deployment makes new ones`];
  }
}

function describeLeaves(object: ObjectReference, patch: JsonObject): string[] {
  return leavesOf(patch).map(({ path, value }) => {
    const written = value === null ? 'removed' : `= ${JSON.stringify(value)}`;
    return `${nameOf(object)}: ${path.join('.')} ${written}`;
  });
}

function nameOf({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'template-environment':
      return `calico-node's template shows ${condition.name}=${condition.value}`;
    case 'template-environment-differs':
      return `calico-node's template no longer shows ${condition.name}=${condition.value}`;
    case 'template-dns-policy-differs':
      return `calico-node's dnsPolicy is no longer ${condition.value}`;
    case 'rollout-complete':
      return 'calico-node is up to date and available on every node';
    case 'operator-settled':
      return 'TigeraStatus calico is Available for the present Installation';
    case 'bpf-enabled':
      return `bpfEnabled is ${condition.value}${condition.annotated ? ', by the operator' : ''}`;
    case 'kube-proxy-running':
      return condition.value ? 'kube-proxy runs on every node' : 'kube-proxy runs on no node';
    case 'operator-available':
      return 'tigera-operator runs';
    case 'felix-bpf-off':
      return "every node's Felix says that eBPF is off";
  }
}
