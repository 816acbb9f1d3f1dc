import { reasonTable } from '../reasons.ts';
import type { Reason, ReasonCode } from '../reasons.ts';
import { runUrl } from './run-document.ts';
import type { Problem } from './schemas.ts';

export interface ProblemContext {
  /** Path of the request, without its query. */
  instance?: string | undefined;
  /** Id of the run that is in the way. */
  run?: string | undefined;
}

/** What a Functions handler returns. */
export interface ProblemResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Seconds after which the same request may be sent again, of reasons that pass by themselves. */
const retryAfter: Partial<Record<ReasonCode, number>> = { STORE_UNAVAILABLE: 60, API_UNREACHABLE: 60, THROTTLED: 60 };

/** The problem document of a reason (RFC 9457). */
export function problem({ code, message, remedy }: Reason, { instance, run }: ProblemContext = {}): Problem {
  const { status } = reasonTable[code];
  return {
    type: `urn:aks-ebpf-autopilot:reason:${code}`,
    title: titleOf(code),
    // The reasons of notices are no problems: one that is answered as such is a fault of the app.
    status: status < 400 ? 500 : status,
    detail: message,
    ...(instance === undefined ? {} : { instance }),
    code,
    remedy,
    ...(run === undefined ? {} : { run: runUrl(run) }),
  };
}

/** The same as an HTTP response; where a run is in the way, `location` leads to it. */
export function problemResponse(reason: Reason, context: ProblemContext = {}): ProblemResponse {
  const document = problem(reason, context);
  const seconds = retryAfter[reason.code];
  return {
    status: document.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(document.run === undefined ? {} : { location: document.run }),
      ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
    },
    body: JSON.stringify(document),
  };
}

/** `RUN_NOT_FOUND` is "Run not found". */
function titleOf(code: ReasonCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
