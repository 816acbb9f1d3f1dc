/** POSIX classes of RE2, as they stand inside brackets. */
const posixClasses: { [name: string]: string } = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  punct: String.raw`!-\/:-@\[-\x60\{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

const flagsAtStart = /^(?<anchor>\^?)\(\?(?<flags>[ims]+)\)/;
const token = /\\(?<escaped>[^])|\[:(?<posix>[a-z]+):\]|\(\?P</gu;
/** What may follow a backslash in JavaScript's Unicode mode. */
const escapable = /[A-Za-z0-9^$\\.*+?()[\]{}|/-]/u;
const compiled = new Map<string, RegExp>();

/**
 * A schema's pattern, which Go's RE2 reads, for JavaScript. Flags are read at its start only, the usual place.
 *
 * @throws SyntaxError when it is no pattern, or none that JavaScript can read
 */
export function compilePattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const { anchor = '', flags = '' } = flagsAtStart.exec(pattern)?.groups ?? {};
  const source = pattern.replace(flagsAtStart, anchor).replace(token, (all, ...rest) => {
    const { escaped, posix } = rest.at(-1) as { escaped?: string; posix?: string };
    if (posix !== undefined) return posixClasses[posix] ?? all;
    if (escaped === undefined) return '(?<';
    if (escaped === 'A') return '^';
    if (escaped === 'z') return '$';
    if (escaped === '-') return String.raw`\x2d`;
    return escapable.test(escaped) ? all : escaped;
  });
  const regExp = new RegExp(source, `u${flags}`);
  compiled.set(pattern, regExp);
  return regExp;
}
