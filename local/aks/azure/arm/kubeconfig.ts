import type { KeyPair } from '../certificates.ts';
import { kubernetesServerApplication } from '../tokens.ts';

/** Entra's own client for kubelogin, the same on every AKS cluster. */
const kubernetesClientApplication = '80faf920-1908-4b52-b5ef-a8e7bedfc67a';

export interface KubeconfigTarget {
  /** The cluster's name, as contexts are called. */
  cluster: string;
  resourceGroup: string;
  /** `https://host:port`. */
  server: string;
  /** PEM. */
  authority: string;
}

/** With a client certificate: local accounts. */
export function certificateKubeconfig(
  target: KubeconfigTarget,
  role: 'clusterAdmin' | 'clusterUser',
  pair: KeyPair,
): string {
  return kubeconfig(
    target,
    role,
    `    client-certificate-data: ${base64(pair.cert)}
    client-key-data: ${base64(pair.key)}
`,
  );
}

/** With kubelogin (the form 'exec') or the plugin of kubectl before 1.26 (the form 'azure'): Entra. */
export function entraKubeconfig(target: KubeconfigTarget, tenantId: string, format: 'exec' | 'azure'): string {
  return kubeconfig(target, 'clusterUser', format === 'azure' ? authenticationPlugin(tenantId) : kubelogin(tenantId));
}

function kubelogin(tenantId: string): string {
  return `    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - ${kubernetesServerApplication}
      - --client-id
      - ${kubernetesClientApplication}
      - --tenant-id
      - ${tenantId}
      - --login
      - devicecode
      command: kubelogin
      env: null
      installHint: |2

        kubelogin is not installed which is required to connect to AAD enabled cluster.

        To learn more, please go to https://aka.ms/aks/kubelogin
      provideClusterInfo: false
`;
}

function authenticationPlugin(tenantId: string): string {
  return `    auth-provider:
      config:
        apiserver-id: ${kubernetesServerApplication}
        client-id: ${kubernetesClientApplication}
        config-mode: "1"
        environment: AzurePublicCloud
        tenant-id: ${tenantId}
      name: azure
`;
}

function kubeconfig(target: KubeconfigTarget, role: 'clusterAdmin' | 'clusterUser', user: string): string {
  const userName = `${role}_${target.resourceGroup}_${target.cluster}`;
  const context = role === 'clusterAdmin' ? `${target.cluster}-admin` : target.cluster;
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(target.authority)}
    server: ${target.server}
  name: ${target.cluster}
contexts:
- context:
    cluster: ${target.cluster}
    user: ${userName}
  name: ${context}
current-context: ${context}
kind: Config
preferences: {}
users:
- name: ${userName}
  user:
${user}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
