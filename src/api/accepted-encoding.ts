/** How an answer may be packed, the better way first. */
const encodings = ['gzip', 'deflate'] as const;
export type AnswerEncoding = (typeof encodings)[number];

/**
 * The way to pack an answer that a client takes; undefined where it takes none, or only refuses.
 * Source: RFC 9110, section 12.5.3; the wildcard is taken for "nothing in particular".
 * @param accepted the Accept-Encoding header
 */
export function acceptedEncoding(accepted: string | undefined): AnswerEncoding | undefined {
  if (accepted === undefined) return undefined;
  const taken = new Set<string>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    if (!parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter))) taken.add(name);
  }
  return encodings.find((encoding) => taken.has(encoding));
}
