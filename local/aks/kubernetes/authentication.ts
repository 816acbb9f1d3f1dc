import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

export interface User {
  name: string;
  groups: readonly string[];
}

export type AuthenticateToken = (token: string) => User | undefined;

/** The user of a request: by bearer token, else by client certificate; undefined when neither is accepted. */
export function authenticate(request: IncomingMessage, byToken: AuthenticateToken | undefined): User | undefined {
  const token = /^Bearer (?<token>\S+)$/.exec(request.headers.authorization ?? '')?.groups?.['token'];
  const user = (token === undefined ? undefined : byToken?.(token)) ?? certifiedUser(request.socket as TLSSocket);
  if (user === undefined) return undefined;
  return { name: user.name, groups: [...new Set([...user.groups, 'system:authenticated'])] };
}

/** The certificate's common name is the user, each of its organizations a group. */
function certifiedUser(socket: TLSSocket): User | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  const name = ([subject?.CN ?? ''] as (string | string[])[]).flat()[0] ?? '';
  return name === '' ? undefined : { name, groups: [subject?.O ?? []].flat() };
}
