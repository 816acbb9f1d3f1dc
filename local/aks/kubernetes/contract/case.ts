import assert from 'node:assert/strict';
import type { ContractApi, Reply } from './api.ts';

export interface CaseContext extends ContractApi {
  /** A namespace of the case's own. */
  namespace: string;
  /** `/api/v1/namespaces/<namespace>/configmaps` */
  configMaps: string;
  /** A cluster-scoped custom resource with a status subresource and a strict schema. */
  gadgets: string;
  /** A name that no other case uses, for what is cluster-scoped. */
  unique: string;
}

/** One promise of the API, kept by a real server and by the simulated one alike. */
export interface ContractCase {
  name: string;
  /** Needs the controllers for garbage and namespaces. */
  controllers?: true;
  run(context: CaseContext): Promise<void>;
}

/** Asserts a Status of kind Failure, its reason, and a part of its message. */
export function refused(reply: Reply, code: number, reason: string, message: string | RegExp): void {
  assert.equal(reply.code, code, reply.text);
  assert.equal(reply.body.kind, 'Status');
  assert.equal(reply.body['status'], 'Failure');
  assert.equal(reply.body.reason ?? '', reason);
  if (typeof message === 'string') assert.equal(reply.body.message, message);
  else assert.match(reply.body.message, message);
}

export function accepted(reply: Reply, code = 200): Reply {
  assert.equal(reply.code, code, reply.text);
  return reply;
}

/** Asks again until it holds; for what a controller does a moment later. */
export async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not in 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function configMap(name: string, data: Record<string, string> = { key: 'value' }): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

export const gadgetVersion = 'contract.example.com/v1';

export function gadget(name: string, spec: Record<string, unknown> = { size: 1 }): Record<string, unknown> {
  return { apiVersion: gadgetVersion, kind: 'Gadget', metadata: { name }, spec };
}

/** What the cases' custom resource is made of: one field for each rule that a schema can hold. */
export const gadgetDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.contract.example.com' },
  spec: {
    group: 'contract.example.com',
    scope: 'Cluster',
    names: { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', shortNames: ['gd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 10 },
                  color: { type: 'string', enum: ['Red', 'Green'] },
                  code: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
                  reply: { type: 'string', pattern: '^(?i)(Drop|Accept)?$' },
                  mode: { type: 'string', default: 'Auto' },
                  port: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  labels: { type: 'object', additionalProperties: { type: 'string' } },
                  optional: { type: 'string', nullable: true },
                  parts: {
                    type: 'array',
                    maxItems: 3,
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: { type: 'string' }, weight: { type: 'integer', default: 7 } },
                    },
                  },
                },
              },
              status: {
                type: 'object',
                properties: {
                  phase: { type: 'string' },
                  conditions: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: { type: { type: 'string' }, status: { type: 'string' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};
