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
      {
        of: 'rate',
        name: 'Requests a second',
        explained: 'planRate',
        range: [-1.5, 4, 0.05],
        write: (power) => number(10 ** power),
      },
      {
        of: 'errors',
        name: 'Fail today',
        explained: 'planErrors',
        range: [0, 10, 0.1],
        write: percent,
      },
      {
        of: 'spread',
        name: 'Spread of latencies',
        explained: 'planSpread',
        range: [0.1, 2, 0.05],
        write: number,
      },
    ],
  },
  {
    title: 'A canary that should not pass',
    sliders: [
      {
        of: 'slowdown',
        name: 'Is slower by',
        explained: 'planSlowdown',
        range: [0, 100, 1],
        write: percent,
      },
      {
        of: 'regressedErrors',
        name: 'Would fail',
        explained: 'planRegressedErrors',
        range: [0, 20, 0.1],
        write: percent,
      },
    ],
  },
  {
    title: 'What is tolerated',
    sliders: [
      {
        of: 'latencyTolerance',
        name: 'Slower by',
        explained: 'planLatencyTolerance',
        range: [0, 50, 1],
        write: percent,
      },
      {
        of: 'errorTolerance',
        name: 'More that fail',
        explained: 'planErrorTolerance',
        range: [0, 5, 0.1],
        write: (points) => `${number(points)} points`,
      },
    ],
  },
];

const weight: SliderPlan = {
  of: 'weight',
  name: 'Weight of the canary',
  explained: 'weight',
  range: [1, 99, 1],
  write: percent,
};

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
          <p class="note">{wishes.template.note}</p>
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
