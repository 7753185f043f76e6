const mostCharacters = 160;

/** An input or an answer in one line, its numbers with the digits that matter. */
export function shortJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' ? Number(part.toPrecision(5)) : part,
  );
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text;
}
