import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readSettings, SettingsError, settingsSchema } from './settings.ts';

const least = { TABLE_ENDPOINT: 'https://account.table.core.windows.net' };

function problemsOf(environment: Record<string, string>): SettingsError {
  try {
    readSettings(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error;
  }
  assert.fail('these settings were accepted');
}

describe('settings', () => {
  it('have defaults for all but the table service', () => {
    const settings = readSettings(least);

    assert.equal(settings.KUBELET_WAIT_SECONDS, 60);
    assert.equal(settings.ALLOW_LOCAL_ADMIN, false);
    assert.equal(settings.EVENTGRID_TOPIC_ENDPOINT, undefined);
  });

  it('take an empty value for unset', () => {
    assert.equal(readSettings({ ...least, AZURE_CLIENT_ID: '', SETTLE_MINUTES: '' }).SETTLE_MINUTES, 90);
  });

  const wrong: [string, Record<string, string>, RegExp][] = [
    ['TABLE_ENDPOINT', { TABLE_ENDPOINT: '' }, /is not set and has no default/],
    ['TABLE_ENDPOINT', { TABLE_ENDPOINT: 'http://account' }, /must be an https URL/],
    ['KUBELET_WAIT_SECONDS', { KUBELET_WAIT_SECONDS: '1m' }, /is "1m" and must be a whole number from 0 to 600/],
    ['KUBELET_WAIT_SECONDS', { KUBELET_WAIT_SECONDS: '601' }, /from 0 to 600/],
    ['ALLOW_LOCAL_ADMIN', { ALLOW_LOCAL_ADMIN: 'yes' }, /must be true or false/],
    ['KUBELET_WAIT_SECOND', { KUBELET_WAIT_SECOND: '60' }, /did you mean KUBELET_WAIT_SECONDS\?/],
    ['allow_local_admin', { allow_local_admin: 'true' }, /did you mean ALLOW_LOCAL_ADMIN\?/],
  ];
  for (const [name, environment, message] of wrong) {
    it(`stop the app and name ${JSON.stringify(environment)}`, () => {
      const error = problemsOf({ ...least, ...environment });

      assert.deepEqual(error.names, [name]);
      assert.match(error.message, message);
    });
  }

  it('leave alone what is not ours', () => {
    readSettings({ ...least, PATH: '/bin', WEBSITE_HOSTNAME: 'localhost', AzureWebJobsStorage__accountName: 'a' });
  });

  it('are all in the sample, with usable values', () => {
    const { Values } = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as {
      Values: Record<string, string>;
    };

    readSettings(Values);
    const platform = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage'];
    assert.deepEqual(
      Object.keys(Values)
        .filter((name) => !platform.includes(name))
        .toSorted(),
      Object.keys(settingsSchema.shape).toSorted(),
    );
  });
});
