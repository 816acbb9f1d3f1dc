import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../reasons.ts';
import { readRunsQuery } from './runs-query.ts';

const read = (query: string) => readRunsQuery(new URLSearchParams(query));
const resourceId =
  '/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/shop/providers/microsoft.containerservice/managedclusters/blue';

describe('the query of a list of runs', () => {
  it('asks for the first fifty of all', () => {
    assert.deepEqual(read(''), { filter: {}, page: { size: 50, from: undefined } });
  });

  it('asks by state, outcome and place', () => {
    assert.deepEqual(read('state=finished&outcome=undone&top=7&next=eyJ-_9'), {
      filter: { state: 'finished', outcome: 'undone' },
      page: { size: 7, from: 'eyJ-_9' },
    });
  });

  for (const cluster of [resourceId, resourceId.toUpperCase(), '11111111-2222-4333-8444-555555555555/Shop/blue']) {
    it(`asks for the cluster ${cluster}`, () => {
      assert.equal(read(`cluster=${encodeURIComponent(cluster)}`).filter.cluster, resourceId);
    });
  }

  for (const [query, told] of [
    ['cluster=blue', 'cluster is neither the resource id of a cluster nor subscription/group/name'],
    ['cluster=', 'cluster is neither'],
    ['cluster=a/b/c/d', 'cluster is neither'],
    ['cluster=a/b/c%23', 'cluster is neither'],
    ['cluster=a/b/c%00', 'cluster is neither'],
    [`cluster=a/b/${'c'.repeat(600)}`, 'cluster is longer'],
    ['state=Finished', 'state is not one of queued, waiting,'],
    ['outcome=', 'outcome is not one of enabled, already-enabled,'],
    ['top=0', 'top is not a whole number from 1 to 100'],
    ['top=101', 'top is not a whole number from 1 to 100'],
    ['top=1e1', 'top is not a whole number from 1 to 100'],
    ['top=', 'top is not a whole number from 1 to 100'],
    ['next=', 'next is not one that a list of runs ended with'],
    ['next=a%2Fb', 'next is not one that a list of runs ended with'],
    ['stat=finished&x%1B=1', 'there are no parameters "stat", "x?"'],
    ['state=queued&state=queued', 'the parameter "state" is given twice'],
    ['__proto__=1', 'there are no parameters "__proto__"'],
    ['top=0&state=x', 'state is not one of'],
  ] as const) {
    it(`is refused: ${told} (${query.slice(0, 30)})`, () => {
      assert.throws(
        () => read(query),
        (error) => {
          assert(error instanceof Failure);
          assert.equal(error.reason.code, 'INVALID_REQUEST');
          assert(error.message.includes(told), error.message);
          return true;
        },
      );
    });
  }
});
