/** What a credential looks like in a message: tokens, signatures and keys of URLs and headers. */
const credentials: readonly RegExp[] = [
  /\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g,
  /(?<=\b(bearer|sharedkey|sharedaccesssignature|basic)\s+)\S+/gi,
  /(?<=\b(sig|code|key|token|secret|password|access_token|client_secret|aeg-sas-key|aeg-sas-token)["']?\s*[=:]\s*["']?)[^\s&"',;}]+/gi,
];

/** `text` without anything that looks like a credential, in one line of at most `longest` characters. */
export function redact(text: string, longest = 500): string {
  const clean = credentials.reduce((rest, credential) => rest.replaceAll(credential, '[redacted]'), text);
  const line = clean.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
