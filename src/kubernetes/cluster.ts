import type { FactName, KubernetesFacts, NodeLog } from '../procedure/facts.ts';
import type { AppliedChange, BeforeImage, Change } from '../procedure/plan.ts';

/** What a write needs beside itself. */
export interface WriteGuard {
  /** Called with what the write will overwrite, before it is sent; a write whose images cannot be kept is not sent. */
  keep(images: BeforeImage[]): Promise<void>;
  /** The images of the cluster that were kept before this try. */
  kept: readonly BeforeImage[];
  /** Id of the step, for the images. */
  step: string;
  /** When the step began, by the API server's clock: pods younger than this are not deleted again. */
  stepStartedAt: string;
}

/** One cluster's API. Every method throws `Failure` where another try changes nothing, any other error where it may. */
export interface Cluster {
  /** One parallel round of reads, no discovery; only the named facts, all of them without names. */
  survey(only?: readonly FactName[]): Promise<KubernetesFacts>;
  /** Reads, compares, keeps the before-images, writes on the condition of the version read, and compares the answer. */
  apply(change: Change, guard: WriteGuard): Promise<AppliedChange>;
  /** What calico-node said on each ready Linux node since then (undefined: as far as the log goes). */
  nodeLogs(since: string | undefined, nodes?: readonly string[]): Promise<NodeLog[]>;
}

/** How to reach and enter one cluster. Held in memory only. */
export interface ClusterAccess {
  server: string;
  /** PEM; undefined: the public authorities. */
  certificateAuthority: string | undefined;
  credential: { kind: 'token'; token: string } | { kind: 'certificate'; certificate: string; key: string };
}
