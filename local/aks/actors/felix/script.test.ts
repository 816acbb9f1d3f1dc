import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { announcement, type FelixVariables, formatLine, shutdownLines } from './lines.ts';
import type { FelixOutcome } from './outcome.ts';
import { scriptOf } from './script.ts';

const variables: FelixVariables = {
  node: 'aks-nodepool1-12345678-vmss000000',
  host: 'demo.hcp.westeurope.azmk8s.io',
  port: '443',
  healthzPort: '10258',
  natMode: 1,
};
/** The form of every line that is Felix' own: time, level, process, source, text. */
const form =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[(INFO|WARNING|ERROR|PANIC|FATAL)]\[\d+] felix\/[a-z_]+\.go \d+: .+$/;
const outcomes: FelixOutcome[] = ['iptables', 'bpf', 'unsupported', 'panics', 'dirty', 'rejects'];

function textOf(outcome: FelixOutcome, version = 'v3.31.2'): string {
  const start = Date.UTC(2026, 10, 23, 19, 41, 24, 417);
  const { lines } = scriptOf(outcome, variables, version);
  return lines.map((line) => formatLine(line, start + line.after, 19_459)).join('\n');
}

describe("Felix' lines", () => {
  it('are written as the real one writes them', () => {
    const expected =
      '2026-11-23 19:41:24.519 [INFO][19459] felix/int_dataplane.go 928: BPF enabled, starting BPF endpoint manager and map manager.';
    assert.ok(textOf('bpf').split('\n').includes(expected));
  });

  for (const outcome of outcomes) {
    it(`have one form and go forward in time: ${outcome}`, () => {
      const own = textOf(outcome)
        .split('\n')
        .filter((line) => /^\d{4}/.test(line));
      assert.deepEqual(
        own.filter((line) => !form.test(line)),
        [],
      );
      assert.deepEqual(
        own.map((line) => line.slice(0, 23)).toSorted(),
        own.map((line) => line.slice(0, 23)),
      );
    });
  }

  it('announce eBPF whether or not it works, and are ready only when it does', () => {
    const ready = 'name="BPFEndpointManager" newReport="ready"';
    const said = outcomes.map((outcome) => [textOf(outcome).includes(announcement), textOf(outcome).includes(ready)]);
    assert.deepEqual(Object.fromEntries(outcomes.map((outcome, index) => [outcome, said[index]])), {
      iptables: [false, false],
      bpf: [true, true],
      unsupported: [false, false],
      panics: [true, false],
      dirty: [true, false],
      rejects: [false, false],
    });
  });

  it('have a health of BPFEndpointManager from 3.28 on', () => {
    assert.match(textOf('bpf', 'v3.28.2'), /BPFEndpointManager/);
    assert.doesNotMatch(textOf('bpf', 'v3.18.1'), /BPFEndpointManager/);
    assert.match(textOf('bpf', 'v3.18.1'), /BPF enabled, starting BPF endpoint manager/);
  });

  it('say what changed before Felix exits for it', () => {
    const lines = shutdownLines([{ key: 'NFTablesMode', newValue: 'Enabled', oldValue: 'Disabled' }]);
    assert.deepEqual(
      lines.map(({ after, text }) => [after, text]),
      [
        [
          0,
          'Configuration value changed; change DOES require Felix to restart. key="NFTablesMode" newValue="Enabled" oldValue="Disabled"',
        ],
        [0, 'Felix is shutting down reason="config changed"'],
        [0, 'Sleeping to avoid tight restart loop. reason="config changed"'],
        [2001, 'Exiting for config change rc=129'],
      ],
    );
  });
});
