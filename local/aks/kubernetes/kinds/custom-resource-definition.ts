import type { Clock } from '../../../clock.ts';
import type { Json, JsonObject } from '../objects.ts';
import { isObject, listAt, objectAt, textAt } from '../objects.ts';
import { compilePattern } from '../schema/pattern.ts';
import type { Cause } from '../status.ts';
import { rfc3339 } from '../time.ts';
import type { KindRules } from './kind-rules.ts';
import { invalidValue, required } from './kind-rules.ts';

/** Kubernetes before 1.22 shows a CRD of v1beta1 as one of v1 that preserves unknown fields. */
export interface DefinitionRulesOptions {
  clock: Clock;
  mayPreserveUnknownFields: boolean;
}

const preserving =
  'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';

export function definitionRules(options: DefinitionRulesOptions): KindRules {
  return {
    fill(object) {
      const spec = objectAt(object, 'spec');
      const names = objectAt(spec, 'names');
      const kind = textAt(names, 'kind');
      const filled = { listKind: `${kind}List`, singular: kind.toLowerCase(), ...names };
      return { ...object, spec: { conversion: { strategy: 'None' }, ...spec, names: filled } };
    },
    validate(object) {
      const spec = objectAt(object, 'spec');
      const wanted = `${textAt(objectAt(spec, 'names'), 'plural')}.${textAt(spec, 'group')}`;
      const { name } = object.metadata;
      const causes: Cause[] = [];
      if (name !== wanted) {
        causes.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
      }
      const preserves = spec['preserveUnknownFields'] === true;
      if (preserves && !options.mayPreserveUnknownFields) {
        causes.push(invalidValue('spec.preserveUnknownFields', true, preserving));
      }
      const versions = listAt(spec, 'versions');
      const stored = versions.filter((version) => isObject(version) && version['storage'] === true);
      if (stored.length !== 1) {
        causes.push(invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'));
      }
      for (const [index, version] of versions.entries()) {
        const schema = objectAt(version, 'schema')['openAPIV3Schema'];
        const field = `spec.versions[${index}].schema.openAPIV3Schema`;
        if (isObject(schema)) causes.push(...brokenPatterns(schema, field));
        else if (!preserves) causes.push(required(field, 'schemas are required'));
      }
      return causes;
    },
    /** What the controllers for names and establishing write, at once instead of a moment later. */
    initialStatus(object) {
      const spec = objectAt(object, 'spec');
      const lastTransitionTime = rfc3339(options.clock.now());
      const versions = listAt(spec, 'versions').filter((version) => isObject(version) && version['storage'] === true);
      const status: JsonObject = {
        conditions: [
          {
            type: 'NamesAccepted',
            status: 'True',
            lastTransitionTime,
            reason: 'NoConflicts',
            message: 'no conflicts found',
          },
          {
            type: 'Established',
            status: 'True',
            lastTransitionTime,
            reason: 'InitialNamesAccepted',
            message: 'the initial names have been accepted',
          },
        ],
        acceptedNames: objectAt(spec, 'names'),
        storedVersions: versions.map((version) => textAt(version, 'name')),
      };
      return status;
    },
  };
}

/** Patterns that cannot be read, at any depth of a schema: later, each would fail every object's validation. */
function brokenPatterns(schema: Json | undefined, field: string): Cause[] {
  if (Array.isArray(schema)) return schema.flatMap((part, index) => brokenPatterns(part, `${field}[${index}]`));
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, part]) => {
    const below = `${field}.${key}`;
    if (key !== 'pattern' || typeof part !== 'string') return brokenPatterns(part, below);
    try {
      compilePattern(part);
      return [];
    } catch (error) {
      const why = (error as SyntaxError).message;
      return [invalidValue(below, part, `must be a valid regular expression, but isn't: ${why}`)];
    }
  });
}
