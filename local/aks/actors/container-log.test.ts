import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../clock.ts';
import { ContainerLog } from './container-log.ts';

function logAt(start: number) {
  let time = start;
  const stopped: Clock = {
    speed: 1,
    now: () => new Date(time),
    after: () => () => undefined,
    sleep: () => Promise.resolve(),
  };
  const log = new ContainerLog(stopped);
  return {
    log,
    setTime: (to: number) => (time = to),
    texts: (since?: number) => log.read(since).map(({ text }) => text),
  };
}

describe("a container's log", () => {
  it('shows a line when its time has come', () => {
    const { log, setTime, texts } = logAt(1000);
    log.write('now');
    log.write('soon', 2000);
    assert.deepEqual(texts(), ['now']);
    setTime(2000);
    assert.deepEqual(texts(), ['now', 'soon']);
    assert.deepEqual(texts(1500), ['soon']);
  });

  it('loses what a dead writer would have written', () => {
    const { log, setTime, texts } = logAt(1000);
    log.write('said');
    log.write('never said', 2000);
    log.cut();
    setTime(3000);
    assert.deepEqual(texts(), ['said']);
  });

  it('keeps a bounded number of lines, the last ones', () => {
    const { log, texts } = logAt(1000);
    for (let line = 0; line < 50_000; line += 1) log.write(String(line));
    assert.ok(texts().length <= 4000);
    assert.equal(texts().at(-1), '49999');
  });
});
