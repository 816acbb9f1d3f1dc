import * as df from 'durable-functions';
import { carryOutRun } from '../orchestration/run.ts';
import { orchestrationName } from './instances.ts';

export function registerOrchestration(): void {
  df.app.orchestration(orchestrationName, carryOutRun);
}
