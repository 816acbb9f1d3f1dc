import { isBpfEnabled, linuxDataplaneOf } from '../data-plane.ts';
import type { KubernetesFacts } from '../facts.ts';
import { printed, sameJson } from '../json.ts';
import { hostVariable, ownershipAnnotation, portVariable } from '../objects.ts';
import type { LayerProof, ProofExpectation, ProofResult } from '../plan.ts';

/** One thing that must hold; `unknown` where it was not read. */
interface Check {
  result: ProofResult;
  evidence: string;
}

type CheckRule = (facts: KubernetesFacts, expectation: ProofExpectation) => Check[];

/** Section 6, the configuration layer, in its order. */
const checkRules: readonly CheckRule[] = [
  function dataPlane(facts, { linuxDataplane }) {
    if (linuxDataplane === undefined) return [];
    if (!facts.installation) return [unread('the Installation')];
    const actual = linuxDataplaneOf(facts);
    return [check(actual === linuxDataplane, `linuxDataplane of the effective Installation is ${actual}`)];
  },
  function bpfEnabled(facts, { annotated }) {
    const configuration = facts.felixConfiguration;
    if (!configuration) return [unread('FelixConfiguration default')];
    const field = check(isBpfEnabled(facts), `bpfEnabled is ${printed(configuration.spec['bpfEnabled'])}`);
    if (!annotated) return [field];
    const mark = configuration.annotations[ownershipAnnotation];
    return [field, check(mark === 'true', `the operator's annotation on bpfEnabled is ${mark ?? 'not set'}`)];
  },
  function perNode({ felixNodeConfigurations }) {
    if (!felixNodeConfigurations) return [unread('the FelixConfigurations of the nodes')];
    const off = felixNodeConfigurations.filter(({ spec }) => spec['bpfEnabled'] === false).map(({ name }) => name);
    const evidence = off.length > 0 ? `${off.join(' and ')} switches eBPF off` : 'no node is excepted from eBPF';
    return [check(off.length === 0, evidence)];
  },
  function template({ calicoNode }, { endpointHost, dnsPolicyNot }) {
    if (!calicoNode) return [unread('the DaemonSet calico-node')];
    const { environment, dnsPolicy, hasDnsConfig } = calicoNode;
    const override = environment['FELIX_BPFENABLED'];
    const host = environment[hostVariable];
    const checks = [check(host === endpointHost, `calico-node reaches the API server at ${host ?? 'no address'}`)];
    if (override !== undefined) {
      checks.push(check(override.toLowerCase() === 'true', `calico-node has FELIX_BPFENABLED=${override}`));
    }
    if (dnsPolicyNot !== undefined) {
      checks.push(
        check(dnsPolicy !== dnsPolicyNot || hasDnsConfig, `calico-node's dnsPolicy is ${dnsPolicy ?? 'unset'}`),
      );
    }
    return checks;
  },
  function felixFields(facts, { felix }) {
    const { felixConfiguration } = facts;
    if (!felixConfiguration) return [];
    return Object.entries(felix).map(([field, wanted]) => {
      const actual = felixConfiguration.spec[field];
      return check(sameJson(actual, wanted), `${field} is ${printed(actual)}`);
    });
  },
  function cleanUp({ felixConfiguration, kubeProxy }) {
    if (kubeProxy === undefined) return [unread('the DaemonSet kube-proxy')];
    const runs = (kubeProxy?.desired ?? 0) > 0;
    const evidence = runs ? 'kube-proxy runs beside eBPF' : 'kube-proxy does not run';
    // Section 8, 2: with its default, true, Felix would remove the rules that kube-proxy writes.
    const harmless = !runs || felixConfiguration?.spec['bpfKubeProxyIptablesCleanupEnabled'] === false;
    return [check(harmless, harmless ? evidence : `${evidence}, and Felix removes its rules`)];
  },
  function configMap({ endpointConfigMap }, { endpointHost, endpointPort }) {
    if (endpointConfigMap === undefined) return [unread('the ConfigMap kubernetes-services-endpoint')];
    const host = endpointConfigMap?.[hostVariable];
    const port = endpointConfigMap?.[portVariable];
    const holds = host === endpointHost && port === String(endpointPort);
    return [check(holds, `the ConfigMap kubernetes-services-endpoint has ${host ?? 'no host'}:${port ?? 'no port'}`)];
  },
];

/** Computed from `default` and `overlay`, never from `status.computed`, which is stale while Degraded (calico.md 6). */
export function proveConfiguration(facts: KubernetesFacts, expectation: ProofExpectation): LayerProof {
  return layer(checkRules.flatMap((rule) => rule(facts, expectation)));
}

const worstFirst: readonly ProofResult[] = ['disproven', 'unknown', 'proven'];

/** The worst of several results. */
export function worstOf(results: readonly ProofResult[]): ProofResult {
  return worstFirst.find((result) => results.includes(result)) ?? 'proven';
}

/** What is wrong comes first. */
export function layer(checks: readonly Check[]): LayerProof {
  const evidence = worstFirst.flatMap((result) =>
    checks.flatMap((check) => (check.result === result ? [check.evidence] : [])),
  );
  return { result: worstOf(checks.map(({ result }) => result)), evidence };
}

export function check(holds: boolean, evidence: string): Check {
  return { result: holds ? 'proven' : 'disproven', evidence };
}

export function unread(what: string): Check {
  return { result: 'unknown', evidence: `${what} could not be read` };
}
