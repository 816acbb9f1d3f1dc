import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as lines from '../testing/logs.ts';
import { notYetOff, readFelixLog, type FelixState } from './felix-log.ts';

const { inBpf, inIptables, inPanic, starting, announced, attaching, programmed } = lines;

const cases: { name: string; log: string[]; phase: FelixState['phase']; panics?: number }[] = [
  { name: 'nothing', log: [], phase: 'silent' },
  { name: 'the middle of a log', log: attaching, phase: 'silent' },
  { name: 'a start', log: starting, phase: 'starting' },
  { name: 'a start in iptables mode', log: inIptables, phase: 'off' },
  { name: 'an announcement alone', log: [...starting, ...announced, ...attaching], phase: 'announced' },
  { name: 'a start in eBPF mode', log: inBpf, phase: 'ready' },
  { name: 'the switch, with its two restarts', log: [...inIptables, ...lines.shuttingDown, ...inBpf], phase: 'ready' },
  { name: 'a first programming after ready', log: [...inBpf, ...programmed], phase: 'ready' },
  { name: 'one panic', log: inPanic, phase: 'panicked', panics: 1 },
  { name: 'panics for ever', log: [...inPanic, ...inPanic, ...starting, ...announced], phase: 'announced', panics: 2 },
  { name: 'a panic that recovered', log: [...inPanic, ...inBpf], phase: 'ready', panics: 0 },
  { name: 'a panic after ready', log: [...inBpf, ...lines.panicking], phase: 'panicked', panics: 1 },
  { name: 'dirty endpoints', log: [...starting, ...announced, ...lines.dirty, ...programmed], phase: 'dirty' },
  { name: 'dirty once, then ready', log: [...starting, ...announced, ...lines.dirty, ...lines.ready], phase: 'ready' },
  { name: 'dirty after ready', log: [...inBpf, ...lines.dirty], phase: 'dirty' },
  { name: 'no longer ready', log: [...inBpf, ...announced.slice(-1)], phase: 'announced' },
  { name: 'a kernel without support', log: [...starting, ...lines.unsupported, ...programmed], phase: 'unsupported' },
  { name: 'told to switch off', log: [...inBpf, ...lines.switchedOff], phase: 'off' },
  { name: 'ending to switch off', log: [...inBpf, ...lines.switchedOff, ...lines.shuttingDown], phase: 'starting' },
  { name: 'switched off', log: [...inBpf, ...lines.switchedOff, ...lines.shuttingDown, ...inIptables], phase: 'off' },
  { name: 'about to restart', log: [...inBpf, ...lines.shuttingDown], phase: 'starting' },
];

describe('readFelixLog', () => {
  for (const { name, log, phase, panics = 0 } of cases) {
    it(`takes ${name} for ${phase}`, () => {
      const state = readFelixLog(log);

      assert.equal(state.phase, phase);
      assert.equal(state.panics, panics);
    });
  }

  it('names the line that decided', () => {
    assert.equal(readFelixLog([...inBpf, ...programmed]).line, lines.ready[0]);
    assert.equal(readFelixLog([]).line, undefined);
  });

  it('takes the configuration that Felix received for a word, too', () => {
    const received = (value: string) =>
      `felix/int_dataplane.go 2357: Received *proto.ConfigUpdate update. msg=config:{key:"BPFEnabled" value:"${value}"}`;

    assert.equal(readFelixLog([...starting, received('false')]).phase, 'off');
    assert.equal(readFelixLog([...inBpf, received('true')]).phase, 'ready');
  });

  it('takes a report of several words for ready', () => {
    const [line = ''] = lines.ready;
    const phaseOf = (report: string) => readFelixLog([line.replace('"ready"', `"${report}"`)]).phase;

    assert.equal(phaseOf('live,ready'), 'ready');
    assert.equal(phaseOf('live,non-ready'), 'silent');
  });

  it('lets the first programming end a row of panics where Calico reports no endpoint manager', () => {
    const log = [...inPanic, ...inPanic, ...starting, ...announced.slice(0, 1), ...programmed];

    assert.equal(readFelixLog(log, false).panics, 0);
    assert.equal(readFelixLog(log, true).panics, 2);
  });
});

describe('notYetOff', () => {
  it('waits for the last word of every ready node, and for no other', () => {
    assert.equal(notYetOff(lines.logOf(0, inIptables)), undefined);
    assert.equal(notYetOff(lines.logOf(0, inBpf, { ready: false })), undefined);
    assert.match(notYetOff(lines.logOf(0, inBpf)) ?? '', /vmss000000: Felix to say that eBPF is off/);
    assert.match(notYetOff(lines.logOf(0, [])) ?? '', /vmss000000/);
    assert.match(notYetOff(lines.logOf(0, undefined, { problem: '403' })) ?? '', /could not be read \(403\)/);
  });
});
