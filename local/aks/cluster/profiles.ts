import { operatorProfile, type OperatorProfile } from '../actors/tigera-operator/profiles.ts';

/** What a cluster of one time is made of. */
export interface ClusterProfile {
  name: string;
  /** `1.35.4` */
  kubernetesVersion: string;
  operator: OperatorProfile;
  kernelVersion: string;
  osImage: string;
  containerRuntimeVersion: string;
  /** dnsPolicy of the Deployment tigera-operator; unknown for today's AKS, taken from upstream's manifest. */
  operatorDnsPolicy: string;
  /** FelixConfiguration keeps fields that its schema does not have, as CRDs of v1beta1 do. */
  keepsUnknownFelixFields: boolean;
}

const profiles: Readonly<Record<'e1' | 'e4', ClusterProfile>> = {
  e1: {
    name: 'e1',
    kubernetesVersion: '1.20.2',
    operator: operatorProfile('1.15.1'),
    kernelVersion: '5.4.0-1036-azure',
    osImage: 'Ubuntu 18.04.5 LTS',
    containerRuntimeVersion: 'containerd://1.4.3+azure',
    operatorDnsPolicy: 'ClusterFirstWithHostNet',
    keepsUnknownFelixFields: true,
  },
  e4: {
    name: 'e4',
    kubernetesVersion: '1.35.4',
    operator: operatorProfile('1.40.2'),
    kernelVersion: '6.6.143.1-1.azl3',
    osImage: 'Microsoft Azure Linux 3.0',
    containerRuntimeVersion: 'containerd://2.0.0',
    operatorDnsPolicy: 'ClusterFirstWithHostNet',
    keepsUnknownFelixFields: false,
  },
};

/** `e4`: what AKS ships today; `e1`: what the article of 2021 was written on. */
export type ProfileName = keyof typeof profiles;

export function clusterProfile(name: ProfileName): ClusterProfile {
  return profiles[name];
}
