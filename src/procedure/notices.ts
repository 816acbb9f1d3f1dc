import type { Reason, ReasonCode } from '../reasons.ts';
import { reason } from '../reasons.ts';
import { autodetectionPath, effectiveInstallation, isBpfEnabled, linuxDataplaneOf, ownershipOf } from './data-plane.ts';
import { operatorOwnsFelix } from './era.ts';
import type { KubernetesFacts } from './facts.ts';
import { objectAt, printed } from './json.ts';
import type { Era, Procedure } from './plan.ts';

interface Support {
  era: Era;
  procedure: Procedure;
}

/** Something that the reader should know of an eligible cluster; the values for its texts, or undefined. */
interface NoticeRule {
  code: ReasonCode;
  decide(facts: KubernetesFacts, support: Support): Record<string, string> | undefined;
}

const said = {};

const noticeRules: readonly NoticeRule[] = [
  {
    // Row 16.
    code: 'HAND_MADE_TAKEN_OVER',
    decide: (facts, { era }) => (operatorOwnsFelix(era) && ownershipOf(facts) !== 'consistent' ? said : undefined),
  },
  {
    // Row 19.
    code: 'AUTODETECTION_REPLACED',
    decide(facts, { procedure }) {
      const methods = objectAt(effectiveInstallation(facts), ...autodetectionPath);
      const others = Object.entries(methods).filter(([method, value]) => !isArticleMethod(method, value));
      if (procedure !== 'article' || others.length === 0) return undefined;
      const before = others.map(([method, value]) => `${method} ${printed(value)}`).join(' and ');
      return { before, after: articleReach };
    },
  },
  {
    // Row 26.
    code: 'KUBE_PROXY_KEPT',
    decide: (facts, { procedure }) => (procedure === 'coexist' && facts.kubeProxy ? said : undefined),
  },
  {
    // Row 26: tried by the article's procedure, and put back by AKS since.
    code: 'KUBE_PROXY_RETURNED',
    decide: (facts, { procedure }) =>
      procedure === 'article' && isBpfEnabled(facts) && (facts.kubeProxy?.desired ?? 0) > 0 ? said : undefined,
  },
  {
    // Row 33.
    code: 'UNSUPPORTED_BY_MICROSOFT',
    decide: (facts) => (facts.installation?.labels['addonmanager.kubernetes.io/mode'] ? said : undefined),
  },
  {
    // Section 14.2.
    code: 'NFTABLES_DURING_ROLLOUT',
    decide: (facts, { era }) =>
      (era === 'E4' || era === 'E5') && linuxDataplaneOf(facts) !== 'BPF' ? said : undefined,
  },
  {
    // Section 9.
    code: 'CONNECTIONS_KEEP_OLD_PATH',
    decide: (facts) => (isBpfEnabled(facts) ? undefined : said),
  },
];

/** The address that the article's first step reaches for (article.md, A4). */
export const articleReach = '8.8.8.8';

export function isArticleMethod(method: string, value: unknown): boolean {
  return method === 'canReach' && value === articleReach;
}

export function noticesOf(facts: KubernetesFacts, support: Support): Reason[] {
  return noticeRules.flatMap(({ code, decide }) => {
    const values = decide(facts, support);
    return values ? [reason(code, values)] : [];
  });
}
