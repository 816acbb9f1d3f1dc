import { beforeImageKey } from '../kubernetes/changes/before-images.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import {
  assess,
  describePlan,
  draft,
  factsOf,
  factsOfProof,
  needsLogs,
  progress,
  prove,
  wayBack,
} from '../procedure/index.ts';
import type { BeforeImage, Plan } from '../procedure/plan.ts';
import { Failure, reason, type Reason } from '../reasons.ts';
import type { RecordedWrite, StepFields, StepRecord } from '../records/records.ts';
import type { Ports } from './ports.ts';
import type { ActivityBase, ActivityTable, RecordedStep } from './activity-table.ts';
import { stored } from './stored.ts';

type ClusterActivities = Pick<ActivityTable, 'planRun' | 'planWayBack' | 'applyStep' | 'watchStep' | 'proveRun'>;

/** Activities that speak with the cluster: each connects, works and lets go in one call, so no credential outlives it. */
export function createClusterActivities({ records, withCluster }: Ports): ClusterActivities {
  function runState({ request }: ActivityBase, fields: Parameters<typeof records.updateRun>[1]): Promise<void> {
    return records.updateRun(request.runId, fields);
  }

  async function keptImages({ azure }: ActivityBase): Promise<BeforeImage[]> {
    const kept = await records.beforeImages(azure.resourceUid);
    return kept.map(({ image, confirmed }) => {
      const kept = image as unknown as BeforeImage;
      return confirmed ? kept : Object.assign(kept, { unconfirmed: true });
    });
  }

  /** What keeps a run from being planned or proven stands in its record, after `reasons`, until it goes on. */
  async function withClusterTold<T>(
    input: ActivityBase & { now: string },
    work: (cluster: Cluster) => Promise<T>,
    reasons: Reason[] = [],
  ): Promise<T> {
    try {
      return await withCluster(input.azure, input.settings, work);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const why = error instanceof Failure ? error.reason : reason('ATTEMPTS_USED_UP', { problem });
      await runState(input, { reasons: [...reasons, why], updatedAt: input.now });
      throw error;
    }
  }

  /** What keeps a step from going on stands in its record, until it goes on. */
  async function telling<T>(
    { request, step, now }: ActivityBase & { step: RecordedStep; now: string },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isFinal = error instanceof Failure && error.kind === 'permanent';
      const waitingFor = error instanceof Error ? error.message : String(error);
      const state = isFinal ? ({ state: 'stuck', finishedAt: now } as const) : ({ state: 'waiting' } as const);
      await records.saveStep(request.runId, { ...step, ...state, waitingFor });
      throw error;
    }
  }

  return {
    async planRun({ now, ...input }) {
      await runState(input, { state: 'planning', updatedAt: now });
      const kubernetes = await withClusterTold({ ...input, now }, (cluster) => cluster.survey());
      const facts = { azure: input.azure, kubernetes };
      const { action, source } = input.request;
      const verdict = assess(facts, { action, source, settings: input.settings });
      if (verdict.kind !== 'eligible') {
        await runState(input, { reasons: verdict.reasons, updatedAt: now });
        return { kind: 'verdict', verdict };
      }
      const plan: Plan = draft(facts, input.settings);
      await runState(input, {
        state: action === 'enable' && plan.steps.some((step) => step.changes.length > 0) ? 'applying' : 'proving',
        era: plan.era,
        procedure: plan.procedure,
        plan: stored(describePlan(plan)),
        reasons: [],
        notices: plan.notices,
        updatedAt: now,
      });
      return { kind: 'planned', plan, at: kubernetes.observedAt };
    },

    async planWayBack({ because, now, ...input }) {
      await runState(input, { state: 'undoing', reasons: because ?? [], updatedAt: now });
      const images = await keptImages(input);
      if (images.length === 0) return { steps: [], at: now };
      const kubernetes = await withClusterTold({ ...input, now }, (cluster) => cluster.survey(), because);
      return { steps: wayBack(images, kubernetes), at: kubernetes.observedAt };
    },

    async applyStep({ step, changes, stepStartedAt, waitingFor, now, ...input }) {
      const state = waitingFor === undefined ? 'done' : 'waiting';
      await records.saveStep(input.request.runId, {
        ...step,
        state: changes.length > 0 ? 'applying' : state,
        waitingFor,
      });
      if (changes.length === 0) return { at: undefined, written: 0 };
      const keep = (images: BeforeImage[]) =>
        records.keepBeforeImages(
          input.azure.resourceUid,
          images.map((image) => ({ key: beforeImageKey(image), image: stored(image) })),
        );
      const kept = await keptImages(input);
      const guard = { keep, kept, step: step.id, stepStartedAt };
      const applied = await telling({ ...input, step, now }, () =>
        withCluster(input.azure, input.settings, async (cluster) => {
          const results = [];
          for (const change of changes) results.push(await cluster.apply(change, guard));
          return results;
        }),
      );
      const writes = applied.filter(({ written }) => written);
      const record: StepFields = { ...step, state, waitingFor };
      if (state === 'done') record.finishedAt = now;
      const images = applied.flatMap((change) => change.images);
      // Left out when nothing was written: a second try must not wipe what the first one recorded.
      if (images.length > 0) record.writes = images.map(recordedWrite);
      await records.saveStep(input.request.runId, record);
      // Last: what is confirmed is no longer told as a write of this step when it is tried again.
      await records.confirmBeforeImages(input.azure.resourceUid, images.map(beforeImageKey));
      return { at: applied.at(-1)?.at, written: writes.length };
    },

    async watchStep({ step, until, since, ending, now, ...input }) {
      const seen = await telling({ ...input, step, now }, () =>
        withCluster(input.azure, input.settings, async (cluster) => {
          const [facts, logs] = await Promise.all([
            cluster.survey(factsOf(until)),
            needsLogs(until) ? cluster.nodeLogs(since) : undefined,
          ]);
          return { progress: progress(until, facts, logs), at: facts.observedAt };
        }),
      );
      await records.saveStep(input.request.runId, { ...step, ...watchedState(seen.progress, ending, now) });
      return seen;
    },

    async proveRun({ expectation, since, now, ...input }) {
      await runState(input, { state: 'proving', reasons: [], updatedAt: now });
      return withClusterTold({ ...input, now }, async (cluster) => {
        const facts = await cluster.survey(factsOfProof);
        const nodes = (facts.nodes ?? []).flatMap((node) => (node.virtual ? [] : [node.name]));
        const logs = await cluster.nodeLogs(since, nodes);
        return { proof: prove(facts, logs, expectation) };
      });
    },
  };
}

function watchedState(
  seen: ReturnType<typeof progress>,
  ending: 'stuck' | 'done' | undefined,
  now: string,
): Pick<StepRecord, 'state' | 'waitingFor' | 'finishedAt'> {
  if (seen.kind === 'done') return { state: 'done', finishedAt: now };
  const waitingFor = seen.kind === 'stuck' ? seen.reason.message : seen.waitingFor;
  const state = seen.kind === 'stuck' ? 'stuck' : (ending ?? 'waiting');
  return { state, waitingFor, finishedAt: state === 'waiting' ? undefined : now };
}

function recordedWrite({ object, path, before, after }: BeforeImage): RecordedWrite {
  return {
    object: `${object.kind} ${object.name}`,
    path: path.join('.'),
    before: before.present ? stored(before.value) : undefined,
    after: stored(after),
  };
}
