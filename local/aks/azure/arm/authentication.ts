import type { TokenClaims, TokenIssuer } from '../tokens.ts';
import { ArmError } from './errors.ts';

const audiences = ['https://management.azure.com', 'https://management.core.windows.net'];

/** The caller's claims; throws 401 as ARM does when there is no token that is good here. */
export function authenticate(authorization: string | undefined, issuer: TokenIssuer, tenantId: string): TokenClaims {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (!token) {
    throw unauthorized(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing or has an invalid value.",
      tenantId,
    );
  }
  const verdict = issuer.verify(token, audiences);
  if (verdict.ok) return verdict.claims;
  throw unauthorized(...refusals[verdict.why], tenantId);
}

const refusals: Record<'invalid' | 'expired' | 'audience', [code: string, message: string]> = {
  invalid: ['InvalidAuthenticationToken', 'The access token is invalid.'],
  expired: ['ExpiredAuthenticationToken', 'The access token expiry UTC time is earlier than current UTC time.'],
  audience: [
    'InvalidAuthenticationTokenAudience',
    `The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences ${audiences.map((audience) => `'${audience}/','${audience}'`).join(',')}.`,
  ],
};

function unauthorized(code: string, message: string, tenantId: string): ArmError {
  return new ArmError(401, code, message, {
    'WWW-Authenticate': `Bearer authorization_uri="https://login.windows.net/${tenantId}", error="invalid_token", error_description="${message}"`,
  });
}
