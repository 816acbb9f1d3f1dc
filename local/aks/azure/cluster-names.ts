import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { ManagedCluster } from './arm/resource.ts';

/**
 * The name under which a cluster's Kubernetes API is reached: AKS's own form below `localhost` where this machine
 * resolves such names, else `localhost` itself. Never an address: AKS gives none either.
 */
export async function apiServerName({ id, location, properties }: ManagedCluster): Promise<string> {
  const hash = createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 8);
  const name = `${properties.dnsPrefix}-${hash}.hcp.${location}.azmk8s.localhost`.toLowerCase();
  const addresses = await lookup(name, { all: true }).catch(() => []);
  return addresses.some(({ address }) => address === '127.0.0.1') ? name : 'localhost';
}
