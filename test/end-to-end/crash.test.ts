import { describe, it } from 'node:test';
import { enableAndDisableUnderCrashes } from '../support/crashes.ts';
import { today, startWorld } from '../support/world.ts';

describe('kill -9 of the host after each write, on a cluster of today', { timeout: 400_000 }, () => {
  it('ends the same, with the before-images of the user, and disable brings those back', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createUnannounced('crashes', today);

    await enableAndDisableUnderCrashes(world, cluster, 4);
  });
});
