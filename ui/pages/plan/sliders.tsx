import { number, percent } from '../../words/format.js';
import type { Explained as Key } from '../../words/explanations.js';
import { templates } from '../start/templates.js';
import { Slider } from './slider.js';
import type { Wishes } from './wishes.js';

type Slid = Exclude<keyof Wishes, 'template'>;

interface SliderPlan {
  readonly of: Slid;
  readonly name: string;
  readonly explained: Key;
  readonly range: readonly [min: number, max: number, step: number];
  readonly write: (value: number) => string;
}

const groups: readonly { readonly title: string; readonly sliders: readonly SliderPlan[] }[] = [
  {
    title: 'Traffic',
    sliders: [
      plan('rate', 'Requests a second', 'planRate', [-1.5, 4, 0.05], (ten) => number(10 ** ten)),
      plan('errors', 'Fail today', 'planErrors', [0, 10, 0.1], percent),
      plan('spread', 'Spread of latencies', 'planSpread', [0.1, 2, 0.05], number),
    ],
  },
  {
    title: 'A canary that should not pass',
    sliders: [
      plan('slowdown', 'Is slower by', 'planSlowdown', [0, 100, 1], percent),
      plan('regressedErrors', 'Would fail', 'planRegressedErrors', [0, 20, 0.1], percent),
    ],
  },
  {
    title: 'What is tolerated',
    sliders: [
      plan('latencyTolerance', 'Slower by', 'planLatencyTolerance', [0, 50, 1], percent),
      plan('errorTolerance', 'More that fail', 'planErrorTolerance', [0, 5, 0.1], points),
    ],
  },
];

const weight = plan('weight', 'Weight of the canary', 'weight', [1, 99, 1], percent);

/** Everything that can be wished of a plan. */
export function Sliders({
  wishes,
  onChange,
}: {
  readonly wishes: Wishes;
  readonly onChange: (changed: Partial<Wishes>) => void;
}) {
  const slider = ({ of, name, explained, range, write }: SliderPlan) => (
    <Slider
      key={of}
      name={name}
      of={explained}
      range={range}
      value={wishes[of]}
      words={write(wishes[of])}
      onChange={(value) => onChange({ [of]: value })}
    />
  );
  return (
    <form class="card sliders" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>Strategy</legend>
        <label class="field">
          <span class="hidden-words">Strategy</span>
          <select
            value={wishes.template?.name ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({ template: templates.find(({ name }) => name === value) })
            }
          >
            {templates.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
            <option value="">One step</option>
          </select>
        </label>
        {wishes.template === undefined ? (
          slider(weight)
        ) : (
          <p class="note words">{wishes.template.note}</p>
        )}
      </fieldset>
      {groups.map(({ title, sliders }) => (
        <fieldset key={title}>
          <legend>{title}</legend>
          {sliders.map(slider)}
        </fieldset>
      ))}
    </form>
  );
}

function plan(
  of: Slid,
  name: string,
  explained: Key,
  range: SliderPlan['range'],
  write: SliderPlan['write'],
): SliderPlan {
  return { of, name, explained, range, write };
}

function points(value: number): string {
  return `${number(value)} points`;
}
