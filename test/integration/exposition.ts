/** One sample of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as it is specified: a HELP and a TYPE line before
 * the samples of every family, no sample of another family in between, no sample twice.
 * @throws Error with the line that is wrong
 */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family & { samples: Sample[] }>();
  const seen = new Set<string>();
  let current = '';
  let help = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      help = rest;
      current = name;
    } else if (keyword === 'TYPE') {
      if (name !== current || families.has(name)) throw new Error(`out of order: ${line}`);
      families.set(name, { type: rest, help, samples: [] });
    } else {
      const sample = readSample(line);
      const family = families.get(current);
      if (family === undefined || !belongs(sample.name, current, family.type)) {
        throw new Error(`of no family: ${line}`);
      }
      const key = line.slice(0, line.lastIndexOf(' '));
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      family.samples.push(sample);
    }
  }
  return families;
}

function belongs(sample: string, family: string, type: string): boolean {
  if (type !== 'histogram') return sample === family;
  return ['_bucket', '_sum', '_count'].some((suffix) => sample === family + suffix);
}

function readSample(line: string): Sample {
  const [, name = '', labelText = '', number = ''] = sampleLine.exec(line) ?? [];
  // Prometheus reads NaN in any case; prom-client writes "Nan" for a lag that was not measured yet.
  const isNumber = number === '+Inf' || /^nan$/i.test(number) || !Number.isNaN(Number(number));
  if (name === '' || !isNumber) throw new Error(`no sample: ${line}`);
  const value = number === '+Inf' ? Infinity : Number(number);
  return { name, labels: readLabels(labelText, line), value };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  while (labelPair.lastIndex < text.length) {
    const [, name, value] = labelPair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`broken labels: ${line}`);
    labels[name] = value;
  }
  return labels;
}
