import type { TokenCredential } from '@azure/identity';

/**
 * Who the app is: its managed identity where Azure offers one (IDENTITY_ENDPOINT), else whoever is signed in on this
 * machine. `clientId` chooses among several identities. The library is loaded with the first token.
 */
export function createIdentity(
  { clientId }: { clientId: string | undefined },
  environment: Record<string, string | undefined> = process.env,
): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= load(clientId, environment['IDENTITY_ENDPOINT'] !== undefined);
      return (await credential).getToken(scopes, options);
    },
  };
}

async function load(clientId: string | undefined, managed: boolean): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (managed) return new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
}
