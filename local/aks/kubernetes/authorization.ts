import type { User } from './authentication.ts';
import type { RequestInfo } from './request-info.ts';
import type { StatusError } from './status.ts';
import { forbidden, StatusError as Refusal } from './status.ts';

/** True allows; false or a text, the reason, forbids. */
export type Authorize = (user: User, attributes: RequestInfo) => boolean | string;

/** The refusal of a request, or undefined when it is allowed. */
export function refusal(authorize: Authorize, user: User, info: RequestInfo): StatusError | undefined {
  const decision = authorize(user, info);
  if (decision === true) return undefined;
  const reason = typeof decision === 'string' && decision !== '' ? `: ${decision}` : '';
  if (!info.isResource) {
    const message = `forbidden: User "${user.name}" cannot ${info.verb} path "${info.path}"${reason}`;
    return new Refusal(403, 'Forbidden', message, {});
  }
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const scope = info.namespace === '' ? 'at the cluster scope' : `in the namespace "${info.namespace}"`;
  const asked = `User "${user.name}" cannot ${info.verb} resource "${resource}" in API group "${info.group}"`;
  return forbidden({ group: info.group, plural: info.resource }, info.name, `${asked} ${scope}${reason}`);
}
