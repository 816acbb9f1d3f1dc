import type { RunRecord } from '../records/records.ts';

/** Who hears of a finished run. A notice that cannot be given is logged by its sender and never fails a run. */
export interface Notices {
  runFinished(run: RunRecord): Promise<void>;
}
