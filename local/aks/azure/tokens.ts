import { generateKeyPair, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';

/** The application of AKS that tokens for a Kubernetes API must be issued for (azure.md d3). */
export const kubernetesServerApplication = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** A resource that tokens are given out for, by the names that callers use for it. */
export const tokenResources: readonly string[] = [
  'https://management.azure.com',
  'https://management.core.windows.net',
  'https://storage.azure.com',
  'https://eventgrid.azure.net',
  kubernetesServerApplication,
];

/** What of an identity is in its tokens. */
export interface Identity {
  tenantId: string;
  /** The service principal's object id: the user's name in a Kubernetes API with Entra. */
  objectId: string;
  clientId: string;
  /** Object ids of the Entra groups that it is a member of. */
  groups: readonly string[];
}

/** The claims that the servers here look at. */
export interface TokenClaims {
  aud: string;
  oid: string;
  appid: string;
  tid: string;
  groups: readonly string[];
  /** Seconds since 1970, wall time. */
  exp: number;
}

export type TokenVerdict = { ok: true; claims: TokenClaims } | { ok: false; why: 'invalid' | 'expired' | 'audience' };

export interface TokenIssuer {
  /** A signed token; `expires` is in seconds since 1970, wall time. */
  issue(identity: Identity, resource: string): Promise<{ token: string; expires: number }>;
  /** Whether a token is ours, still valid, and for one of the audiences. */
  verify(token: string, audiences: readonly string[]): TokenVerdict;
}

/** Entra's stand-in: signs with a key that lives as long as the process. `lifetime` is in seconds of wall time. */
export async function createTokenIssuer(lifetime = 24 * 3600): Promise<TokenIssuer> {
  const { privateKey } = await generateKeyPair('RS256');
  const keyId = randomUUID();
  // Nobody else has the key, so a good token is one that was given out here.
  const issued = new Map<string, TokenClaims>();

  return {
    async issue(identity, resource) {
      const now = Math.floor(Date.now() / 1000);
      const expires = now + lifetime;
      const token = await new SignJWT({
        appid: identity.clientId,
        appidacr: '2',
        idp: issuerOf(identity.tenantId),
        idtyp: 'app',
        oid: identity.objectId,
        sub: identity.objectId,
        tid: identity.tenantId,
        uti: randomUUID(),
        ver: '1.0',
        ...(identity.groups.length > 0 ? { groups: identity.groups } : {}),
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
        .setIssuer(issuerOf(identity.tenantId))
        .setAudience(resource)
        .setIssuedAt(now)
        .setNotBefore(now - 300)
        .setExpirationTime(expires)
        .sign(privateKey);
      issued.set(token, {
        aud: resource,
        oid: identity.objectId,
        appid: identity.clientId,
        tid: identity.tenantId,
        groups: identity.groups,
        exp: expires,
      });
      return { token, expires };
    },

    verify(token, audiences) {
      const claims = issued.get(token);
      if (!claims) return { ok: false, why: 'invalid' };
      if (claims.exp * 1000 <= Date.now()) return { ok: false, why: 'expired' };
      return audiences.includes(claims.aud) ? { ok: true, claims } : { ok: false, why: 'audience' };
    },
  };
}

function issuerOf(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}
