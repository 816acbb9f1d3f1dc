import type { ApiClient } from './api-client.ts';

/** What every actor is started with. */
export interface ActorContext {
  api: ApiClient;
  /** Ends the actor. */
  signal: AbortSignal;
  /** Told of what an actor could not do; it tries again all the same. */
  onError: (error: Error) => void;
}
