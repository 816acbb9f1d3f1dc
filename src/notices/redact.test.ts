import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact } from './redact.ts';

describe('a message without credentials', () => {
  for (const secret of [
    'Authorization: Bearer planted-token',
    'token eyJwbGFudGVk.eyJwbGFudGVk.cGxhbnRlZA',
    'https://x/api?sv=1&sig=planted%2Fkey&se=2',
    'POST /runtime/webhooks?code=planted',
    '{"access_token":"planted","expires_in":1}',
    'aeg-sas-key: planted',
    'SharedKey account:planted',
    'client_secret=planted',
    "password = 'planted'",
  ]) {
    it(`is made of ${secret}`, () => {
      assert.match(redact(secret), /\[redacted\]/);
      assert.doesNotMatch(redact(secret), /planted|cGxhbnRlZA/);
    });
  }

  it('keeps what is none', () => {
    const message = '403 Forbidden: the principal does not have data action "Microsoft.EventGrid/events/send"';
    assert.equal(redact(message), message);
  });

  it('is one line of bounded length', () => {
    assert.equal(redact(' a\n\tb\u001b[2J '), 'a b [2J');
    assert.equal(redact('x'.repeat(9000), 20), `${'x'.repeat(20)}…`);
  });
});
