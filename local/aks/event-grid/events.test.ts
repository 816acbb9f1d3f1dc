import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceChange } from '../azure/arm/clusters.ts';
import { managedClusterOf } from '../azure/arm/managed-cluster-body.ts';
import { eventCaller, resourceEvent, toCloudEvent } from './events.ts';
import { clusterWrites, passes } from './filter.ts';

const tenantId = '11111111-2222-4333-8444-555555555555';
const now = new Date('2026-11-23T10:00:00Z');
const cluster = managedClusterOf(
  { subscriptionId: 'sub', resourceGroup: 'rg', name: 'demo' },
  {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { dnsPrefix: 'demo', agentPoolProfiles: [{ name: 'pool', mode: 'System' }] },
  },
  tenantId,
  now,
);
const created: ResourceChange = { kind: 'Write', moment: 'succeeded', method: 'PUT', existing: false, cluster };

test('a creation is told of without httpRequest, an update with it', () => {
  const creation = resourceEvent(created, tenantId, now);
  const update = resourceEvent({ ...created, existing: true }, tenantId, now);

  assert.equal(creation.eventType, 'Microsoft.Resources.ResourceWriteSuccess');
  assert.equal(creation.subject, cluster.id);
  assert.equal(creation.eventTime, '2026-11-23T10:00:00.000Z');
  assert.equal(creation.data['resourceUri'], cluster.id);
  assert.equal(creation.data['operationName'], 'Microsoft.ContainerService/managedClusters/write');
  assert.ok(!('httpRequest' in creation.data));
  assert.ok('httpRequest' in update.data);
});

test('every event names a person, and no resource body', () => {
  const event = resourceEvent(created, tenantId, now);

  assert.ok(JSON.stringify(event.data['claims']).includes(eventCaller.upn));
  assert.ok(!JSON.stringify(event).includes('provisioningState'));
});

test('as a CloudEvent it says the same in other words', () => {
  const event = resourceEvent(created, tenantId, now);

  const cloudEvent = toCloudEvent(event);

  assert.equal(cloudEvent.source, '/subscriptions/sub');
  assert.equal(cloudEvent.type, event.eventType);
  assert.equal(cloudEvent.time, event.eventTime);
  assert.deepEqual(cloudEvent.data, event.data);
  assert.ok(!('dataVersion' in cloudEvent));
});

test('the filter takes writes on managed clusters, whatever the case, and nothing else', () => {
  const event = resourceEvent(created, tenantId, now);
  const withOperation = (operationName: string) => ({ ...event, data: { ...event.data, operationName } });

  assert.equal(passes(event, clusterWrites), true);
  assert.equal(passes(withOperation('microsoft.containerservice/MANAGEDCLUSTERS/write'), clusterWrites), true);
  assert.equal(
    passes(withOperation('Microsoft.ContainerService/managedClusters/agentPools/write'), clusterWrites),
    false,
  );
  assert.equal(passes(resourceEvent({ ...created, kind: 'Delete' }, tenantId, now), clusterWrites), false);
  assert.equal(passes(resourceEvent({ ...created, moment: 'failed' }, tenantId, now), clusterWrites), false);
  assert.equal(passes(event, { ...clusterWrites, subjectBeginsWith: '/SUBSCRIPTIONS/sub/resourcegroups/rg/' }), true);
  assert.equal(
    passes(event, { ...clusterWrites, subjectBeginsWith: '/subscriptions/sub/resourcegroups/other/' }),
    false,
  );
});
