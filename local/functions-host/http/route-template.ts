/** One part of a route between slashes. */
type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean; constraints: ((value: string) => boolean)[] }
  | { kind: 'rest'; name: string };

export interface RouteTemplate {
  segments: Segment[];
  /** The higher, the more exactly the route describes a path. */
  precision: number[];
}

/** The constraints of ASP.NET routes that need no argument. */
const constraints: Record<string, RegExp> = {
  int: /^-?\d+$/u,
  long: /^-?\d+$/u,
  guid: /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/iu,
  alpha: /^[a-z]+$/iu,
  bool: /^(?:true|false)$/iu,
};

/** How exact a kind of segment is: the route with the higher number at the first difference wins. */
const precisionOf = { literal: 3, parameter: 2, rest: 1 };

/**
 * Parses the subset of ASP.NET's route templates that apps use: literals, `{p}`, `{p?}`, `{p:constraint}`, `{*rest}`.
 *
 * @throws naming the part that is not understood
 */
export function parseRoute(template: string): RouteTemplate {
  const segments = splitPath(template).map((part) => parseSegment(part, template));
  return { segments, precision: segments.map(({ kind }) => precisionOf[kind]) };
}

function parseSegment(part: string, template: string): Segment {
  if (!part.includes('{')) return { kind: 'literal', text: part.toLowerCase() };
  const [, star, name, constraintText = '', optional] = /^\{(\*{0,2})(\w+)((?::[^{}?]+)*)(\??)\}$/u.exec(part) ?? [];
  if (name === undefined) throw new Error(`Route "${template}": "${part}" is not understood. Use {name} or {name?}.`);
  if (star !== '') return { kind: 'rest', name };
  const names = constraintText.split(':').filter((text) => text !== '');
  return {
    kind: 'parameter',
    name,
    optional: optional === '?',
    constraints: names.map((constraint) => toConstraint(constraint, template)),
  };
}

function toConstraint(name: string, template: string): (value: string) => boolean {
  const pattern = constraints[name];
  if (pattern === undefined) {
    const known = Object.keys(constraints).join(', ');
    throw new Error(`Route "${template}": the constraint "${name}" is not supported here. Supported: ${known}.`);
  }
  return (value) => pattern.test(value);
}

/** The parameters of a path that matches, without the optional ones that are absent; undefined when it does not. */
export function matchRoute({ segments }: RouteTemplate, path: string): Record<string, string> | undefined {
  const parts = splitPath(path);
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest') {
      const rest = parts.slice(index).join('/');
      if (rest !== '') parameters[segment.name] = rest;
      return parameters;
    }
    const part = parts[index];
    if (part === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return undefined;
    }
    if (segment.kind === 'parameter') {
      if (!segment.constraints.every((holds) => holds(part))) return undefined;
      parameters[segment.name] = part;
    } else if (segment.text !== part.toLowerCase()) return undefined;
  }
  return parts.length > segments.length ? undefined : parameters;
}

/** Orders routes so that the first that matches is the most exact one. */
export function byPrecision(a: RouteTemplate, b: RouteTemplate): number {
  const length = Math.max(a.precision.length, b.precision.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (b.precision[index] ?? 0) - (a.precision[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function splitPath(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** A path's parts, decoded, or undefined when an escape is broken. */
export function decodePath(path: string): string[] | undefined {
  try {
    return splitPath(path).map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}
