import { readSettings } from '../settings.ts';
import { registerActivities } from './activities.ts';
import { registerClusterWritten } from './cluster-written.ts';
import { compose } from './composition.ts';
import { registerOrchestration } from './run.ts';
import { registerRuns } from './runs.ts';

// A wrong setting stops the app here, with a message that names it (promise 10).
const composition = compose(readSettings());
registerClusterWritten(composition);
registerRuns(composition);
registerOrchestration();
registerActivities(composition);
