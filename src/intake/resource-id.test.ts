import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusterKey, clusterReference, parseClusterId, shown } from './resource-id.ts';

const subscription = '11111111-2222-4333-8444-55555555AAAA';
const providers = 'providers/Microsoft.ContainerService/managedClusters';

describe('a resource id of a cluster', () => {
  for (const spelling of [
    `/subscriptions/${subscription}/resourceGroups/Shop-1/${providers}/Blue_1`,
    `/subscriptions/${subscription}/resourcegroups/Shop-1/${providers.toLowerCase()}/Blue_1`,
    `/SUBSCRIPTIONS/${subscription}/RESOURCEGROUPS/Shop-1/${providers.toUpperCase()}/Blue_1`,
  ]) {
    it(`is read from ${spelling}`, () => {
      assert.deepEqual(parseClusterId(spelling), {
        cluster: {
          resourceId: `/subscriptions/${subscription.toLowerCase()}/resourceGroups/Shop-1/${providers}/Blue_1`,
          subscriptionId: subscription.toLowerCase(),
          resourceGroup: 'Shop-1',
          name: 'Blue_1',
        },
      });
    });
  }

  for (const other of [
    '',
    '/',
    `/subscriptions/${subscription}`,
    `/subscriptions/${subscription}/resourceGroups/shop/${providers}/blue/agentPools/one`,
    `/subscriptions/${subscription}/resourceGroups/shop/${providers}/blue/`,
    `/subscriptions/${subscription}/resourceGroups/shop/${providers}/`,
    `/subscriptions/${subscription}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/blue`,
    `https://management.azure.com/subscriptions/${subscription}/resourceGroups/shop/${providers}/blue`,
    `/subscriptions/${subscription}/resourceGroups/shop/${providers}/blue\n`,
    `/subscriptions/nope/resourceGroups/shop/${providers}/blue`,
    `/subscriptions/${subscription}/resourceGroups/shop./${providers}/blue`,
    `/subscriptions/${subscription}/resourceGroups/${'g'.repeat(91)}/${providers}/blue`,
    `/subscriptions/${subscription}/resourceGroups/${'g'.repeat(9000)}/${providers}/blue`,
    `/subscriptions/${subscription}/resourceGroups/shop/${providers}/${'n'.repeat(64)}`,
  ]) {
    it(`is not ${JSON.stringify(other.slice(0, 150))}`, () => {
      assert('problem' in parseClusterId(other));
    });
  }
});

describe('the names of a cluster', () => {
  const problemOf = (...names: [string, string, string]) => {
    const parsed = clusterReference(...names);
    return 'problem' in parsed ? parsed.problem : undefined;
  };

  for (const [group, name] of [
    ['g', 'c'],
    ['(1)_g.-é名', 'c-_1'],
    ['g'.repeat(90), 'n'.repeat(63)],
    ['MC_shop_blue_westeurope', '1'],
  ] as const) {
    it(`may be ${group} and ${name}`, () => assert.equal(problemOf(subscription, group, name), undefined));
  }

  for (const name of [
    '',
    '-c',
    'c-',
    '_c',
    'a.b',
    'a/b',
    'a#b',
    'a?b',
    'a%2fb',
    'a b',
    'ä',
    'a\u0000',
    "a'b",
    'a\\b',
  ]) {
    it(`of the cluster is not ${JSON.stringify(name)}`, () => {
      assert.match(problemOf(subscription, 'shop', name) ?? '', /^".*" cannot be the name of a cluster$/);
    });
  }

  for (const group of ['', '.', '..', 'g.', 'a/b', 'a#b', 'a?b', 'a b', 'a\u0007', "a'b", 'a\\b', 'a%b', 'a+b']) {
    it(`of the group is not ${JSON.stringify(group)}`, () => {
      assert.match(problemOf(subscription, group, 'blue') ?? '', /^".*" cannot be the name of a resource group$/);
    });
  }

  it('have a GUID for a subscription', () => {
    assert.equal(problemOf('mine', 'shop', 'blue'), 'the subscription "mine" is not a GUID');
  });
});

it('has one key for all spellings', () => {
  assert.equal(clusterKey('/Subscriptions/A'), clusterKey('/subscriptions/a'));
});

it('shows text from outside without what moves a terminal, and not for ever', () => {
  assert.equal(shown('a\u001b[2J\r\nb'), '"a?[2J??b"');
  assert.equal(shown('x'.repeat(5000)), `"${'x'.repeat(100)}…"`);
});
