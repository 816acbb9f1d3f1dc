import type { Resource } from '../resources/resource.ts';

/** What kubectl before 1.29 reads, and nothing else of a server: OpenAPI v2 as gnostic's protobuf messages. */
export const openApiProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export interface PathPatch {
  path: string;
  resource: Resource;
}

const lengthDelimited = 2;

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** One field: its number, and a text or a message in it. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([Buffer.from([...varint((number << 3) | lengthDelimited), ...varint(bytes.length)]), bytes]);
}

function message(...fields: Buffer[]): Buffer {
  return Buffer.concat(fields);
}

/** ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema. */
function queryParameter(name: string): Buffer {
  const schema = message(field(2, 'query'), field(4, name), field(6, 'string'));
  return field(1, field(2, field(3, schema)));
}

function patchOperation({ resource }: PathPatch, parameters: readonly string[]): Buffer {
  const { group, version, kind } = resource;
  const yaml = `group: ${JSON.stringify(group)}\nversion: ${version}\nkind: ${kind}\n`;
  const extension = message(field(1, 'x-kubernetes-group-version-kind'), field(2, field(2, yaml)));
  return message(...parameters.map((name) => field(8, queryParameter(name))), field(13, extension));
}

/** A Document with the patch of each resource, as much as tells kubectl what the server checks by itself. */
export function openApiDocument(version: string, patches: readonly PathPatch[], parameters: readonly string[]): Buffer {
  const items = patches.map((patch) =>
    field(2, message(field(1, patch.path), field(2, field(8, patchOperation(patch, parameters))))),
  );
  const info = message(field(1, 'Kubernetes'), field(2, version));
  return message(field(1, '2.0'), field(2, info), field(8, message(...items)), field(9, message()));
}
