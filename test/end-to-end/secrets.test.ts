import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventCaller } from '../../local/aks/event-grid/events.ts';
import { ofTheArticle, startWorld, type World } from '../support/world.ts';

/** What the app itself wrote or made others write: its orchestrations, its log, its tables. */
const written = ['hub.jsonl', 'functions-host.log', 'tables'];

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

function writtenBy({ directory }: World): { file: string; text: string }[] {
  return written
    .flatMap((name) => filesBelow(join(directory, name)))
    .filter((file) => !file.endsWith('.pem'))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}

/** The signature of a token and the body of a key: no shorter part of them stands anywhere by chance. */
function partsOf(secret: string): string[] {
  const lines = secret.includes('-----BEGIN') ? secret.split('\n').filter((line) => line.length === 64) : [];
  return lines.length > 0 ? lines : [secret.split('.').at(-1) ?? secret];
}

describe('secrets and personal data', { timeout: 240_000 }, () => {
  it('are in no history, table row, log, response or notice', async (t) => {
    const world = await startWorld(t);
    const { azure } = world;
    const [today, article] = await Promise.all([
      world.createCluster('secret-today'),
      world.createCluster('secret-article', ofTheArticle),
    ]);
    await Promise.all([today.finished(), article.finished()]);
    await today.request('disable');
    const kubeconfigKey = Buffer.from(article.localAccount.key).toString('base64');
    const tokens = await Promise.all(
      ['https://management.azure.com', 'https://storage.azure.com', '6dae42f8-4368-4678-94ff-3960e28e3630'].map(
        (resource) => azure.token(azure.identities.app, resource),
      ),
    );
    const planted = [
      azure.identityHeader,
      ...Object.values(eventCaller),
      ...partsOf(article.localAccount.key),
      kubeconfigKey.slice(0, 200),
      ...tokens.flatMap(partsOf),
    ];
    const anyToken = /eyJ[\w-]{10,}\.[\w-]{20,}\.[\w-]{20,}/;
    const managementUrl = /runtime\/webhooks\/durabletask|[?&]code=/;

    await world.stop();

    const responses = JSON.stringify(azure.topicEvents);
    const places = [...writtenBy(world), { file: 'notices', text: responses }];
    assert.ok(places.length >= 4, places.map(({ file }) => file).join(', '));
    assert.ok(
      places.some(({ text }) => text.includes('linuxDataplane')),
      'the histories were read at all',
    );
    for (const { file, text } of places) {
      for (const secret of planted) assert.ok(!text.includes(secret), `${file} holds ${secret.slice(0, 12)}…`);
      assert.doesNotMatch(text, anyToken, file);
      assert.doesNotMatch(text, /BEGIN (RSA |EC )?PRIVATE KEY|client-key-data|certificate-authority-data/, file);
      if (!file.endsWith('hub.jsonl')) assert.doesNotMatch(text, managementUrl, file);
    }
  });

  it('are in no answer of the API either', async (t) => {
    const world = await startWorld(t);
    const cluster = await world.createCluster('answers');
    const run = await cluster.finished();

    const answers = await Promise.all(
      ['/api/runs', `/api/runs/${run.id}`, '/api/runs/none', '/api/runs?state=none'].map(async (path) => {
        const answer = await world.fetchApp(path);
        return JSON.stringify([...answer.headers]) + (await answer.text());
      }),
    );

    for (const text of answers) {
      for (const person of Object.values(eventCaller)) assert.ok(!text.includes(person));
      assert.doesNotMatch(text, /eyJ[\w-]{10,}\.|PRIVATE KEY|durabletask|[?&]code=|claims/);
    }
  });
});
