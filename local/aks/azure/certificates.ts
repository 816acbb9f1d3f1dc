import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** The authority that everything in one simulated Azure is certified by. Its key exists in memory only. */
export interface CertificateAuthority {
  /** The authority's own certificate, PEM: what a client must trust. */
  readonly cert: string;
  /** For servers: the names and addresses under which they are reached. */
  server(names: readonly string[]): Promise<KeyPair>;
  /** For clients of a Kubernetes API: the common name is the user, each organization is a group. */
  client(user: string, groups: readonly string[]): Promise<KeyPair>;
}

/** Validity is wall time, as TLS sees it; a day before now allows for clocks that disagree. */
const day = 24 * 3600 * 1000;
const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const validity = { notBeforeDate: new Date(Date.now() - day), notAfterDate: new Date(Date.now() + 30 * day) };
  // Two authorities of one name, both trusted by one process, would be taken for each other.
  const authority = await generate([{ name: 'commonName', value: `simulated-azure-${randomUUID()}` }], {
    ...curve,
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };

  const sign = async (
    subject: { name: string; value: string }[],
    extensions: NonNullable<Parameters<typeof generate>[1]>['extensions'],
  ): Promise<KeyPair> => {
    const pair = await generate(subject, { ...curve, ...validity, ca, extensions: extensions ?? [] });
    return { cert: pair.cert, key: pair.private };
  };

  return {
    cert: authority.cert,
    server: (names) =>
      sign(
        [{ name: 'commonName', value: names[0] ?? 'localhost' }],
        [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map(alternativeName) },
        ],
      ),
    client: (user, groups) =>
      sign(
        [...groups.map((group) => ({ name: 'organizationName', value: group })), { name: 'commonName', value: user }],
        [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', clientAuth: true },
        ],
      ),
  };
}

function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return /^[\d.]+$|:/.test(name) ? { type: 7, ip: name } : { type: 2, value: name };
}
