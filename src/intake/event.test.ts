import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { version } from 'uuid';
import { readEvents } from './event.ts';

const resourceUri =
  '/subscriptions/11111111-2222-4333-8444-555555555555/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/blue';
const now = new Date('2026-11-22T10:00:07.000Z');

/** The reduced form of a real one, persons and all. */
const data = {
  authorization: { scope: resourceUri, action: 'Microsoft.ContainerService/managedClusters/write' },
  claims: { name: 'Planted Person', ipaddr: '203.0.113.7', upn: 'planted@example.com' },
  correlationId: '9d1f6a52-46a6-4c1c-9f6f-0c5d13d1e2a7',
  httpRequest: { clientIpAddress: '203.0.113.7', url: 'https://management.azure.com/planted' },
  resourceProvider: 'Microsoft.ContainerService',
  resourceUri,
  operationName: 'Microsoft.ContainerService/managedClusters/write',
  status: 'Succeeded',
  subscriptionId: '11111111-2222-4333-8444-555555555555',
  tenantId: '6a1b54f2-7d09-4e0e-9c43-1f6f5a3f9a10',
};
const eventGrid = {
  id: '4db48cba-50a2-455a-93b4-de41a3b5b7f6',
  topic: '/subscriptions/11111111-2222-4333-8444-555555555555',
  subject: resourceUri,
  eventType: 'Microsoft.Resources.ResourceWriteSuccess',
  eventTime: '2026-11-22T10:00:00.0000000Z',
  dataVersion: '2',
  metadataVersion: '1',
  data,
};
const cloudEvent = {
  specversion: '1.0',
  id: eventGrid.id,
  source: eventGrid.topic,
  subject: resourceUri,
  type: eventGrid.eventType,
  time: eventGrid.eventTime,
  data,
};

describe('a delivered event', () => {
  for (const [what, delivered] of Object.entries({
    'Event Grid schema': eventGrid,
    CloudEvent: cloudEvent,
    'list of one': [eventGrid],
    'JSON of an event': JSON.stringify(cloudEvent),
    'JSON of a list': JSON.stringify([eventGrid]),
    'data as JSON': { ...cloudEvent, data: JSON.stringify(data) },
    'other spelling': {
      ...eventGrid,
      eventType: 'microsoft.resources.RESOURCEWRITESUCCESS',
      data: { ...data, operationName: 'MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/WRITE' },
    },
    'no resourceUri': { ...eventGrid, data: { ...data, resourceUri: undefined } },
    'another status': { ...eventGrid, data: { ...data, status: 'Accepted' } },
  })) {
    it(`asks to enable its cluster: ${what}`, () => {
      const [read, ...others] = readEvents(delivered, now);
      assert(read?.kind === 'request');
      assert.equal(version(read.request.runId), 7);
      assert.deepEqual(
        { ...read.request, runId: '' },
        {
          runId: '',
          action: 'enable',
          source: 'event',
          cluster: {
            resourceId: resourceUri.replace('resourcegroups', 'resourceGroups'),
            subscriptionId: '11111111-2222-4333-8444-555555555555',
            resourceGroup: 'shop',
            name: 'blue',
          },
          eventId: eventGrid.id,
          correlationId: data.correlationId,
          requestedAt: now.toISOString(),
        },
      );
      assert.deepEqual(others, []);
    });
  }

  it('leaves everything behind that names a person', () => {
    assert.doesNotMatch(JSON.stringify(readEvents([eventGrid, cloudEvent], now)), /planted|203\.0\.113/i);
  });

  it('is read beside others that are ignored, in their order', () => {
    const kinds = readEvents([eventGrid, { ...eventGrid, data: {} }, cloudEvent, null], now).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['request', 'ignored', 'request', 'ignored']);
  });

  for (const [reason, delivered] of [
    ['it is not JSON', 'junk {'],
    ['it is not JSON', '['.repeat(200_000)],
    ['it is not JSON', `"${'x'.repeat(1024 * 1024)}"`],
    ['it is not an object', 'null'],
    ['it is not an object', undefined],
    ['it is not an object', 7],
    ['it is not an object', [[eventGrid]]],
    ['it is an empty list', []],
    ['it is a list of more than 5000 events', Array.from({ length: 5001 }, () => eventGrid)],
    ['it has no event type', {}],
    ['it has no event type', { ...eventGrid, eventType: 7 }],
    [
      'its type is "Microsoft.EventGrid.SubscriptionValidationEvent"',
      { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent' },
    ],
    [
      'its type is "Microsoft.Resources.ResourceDeleteSuccess"',
      { ...eventGrid, eventType: 'Microsoft.Resources.ResourceDeleteSuccess' },
    ],
    ['it has no data', { ...eventGrid, data: undefined }],
    ['it has no data', { ...eventGrid, data: 'junk' }],
    ['it has no data', { ...eventGrid, data: [data] }],
    ['it names no operation', { ...eventGrid, data: { ...data, operationName: null } }],
    [
      'its operation is "Microsoft.ContainerService/managedClusters/agentPools/write"',
      { ...eventGrid, data: { ...data, operationName: 'Microsoft.ContainerService/managedClusters/agentPools/write' } },
    ],
    ['it names no resource', { ...eventGrid, subject: 7, data: { ...data, resourceUri: undefined } }],
    [
      'of its resource, it is not the resource id of a managed cluster',
      { ...eventGrid, data: { ...data, resourceUri: `${resourceUri}/agentPools/one` } },
    ],
    [
      'of its resource, "bl#ue" cannot be the name of a cluster',
      { ...eventGrid, data: { ...data, resourceUri: resourceUri.replace('blue', 'bl#ue') } },
    ],
  ] as const) {
    it(`is ignored: ${reason}`, () => {
      assert.deepEqual(readEvents(delivered, now), [{ kind: 'ignored', reason }]);
    });
  }

  it('never throws, whatever stands in one place of it', () => {
    const odd: unknown[] = [undefined, null, 0, '', 'x', '/', '\u0000', [], [null], {}, { toString: 1 }, true];
    const check = (delivered: unknown) => {
      const read = readEvents(delivered, now);
      assert(read.length >= 1 && read.every(({ kind }) => kind === 'request' || kind === 'ignored'));
    };
    for (const value of odd) {
      check(value);
      check([value]);
      for (const event of [eventGrid, cloudEvent]) {
        for (const name of Object.keys(event)) check({ ...event, [name]: value });
        for (const name of Object.keys(data)) check({ ...event, data: { ...data, [name]: value } });
      }
    }
  });

  it('loses ids that are none', () => {
    for (const id of [7, {}, '', 'a b', 'x'.repeat(129), 'a\nb']) {
      const [read] = readEvents({ ...eventGrid, id, data: { ...data, correlationId: id } }, now);
      assert(read?.kind === 'request');
      assert.deepEqual([read.request.eventId, read.request.correlationId], [undefined, undefined]);
    }
  });
});
