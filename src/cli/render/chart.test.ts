import { expect, test } from 'vitest';
import { renderChart } from './chart.js';

const frame = {
  width: 9,
  height: 5,
  yMin: 0,
  yMax: 4,
  formatX: String,
  formatY: (y: number) => y.toFixed(0),
};

test('a rising line rises, and the axes say from where to where', () => {
  const points = [0, 1, 2, 3, 4].map((i) => [i, i] as const);
  expect(renderChart([{ name: 'a', mark: '*', points }], frame)).toBe(
    [
      '4 ┤        *',
      '  ┤      **',
      '  ┤    **',
      '  ┤  **',
      '0 ┤**',
      '  └─────────',
      '   0       4',
    ].join('\n'),
  );
});

test('values outside the frame stay on its edge, and two lines have a legend', () => {
  const lines = [
    {
      name: 'low',
      mark: '-',
      points: [
        [0, -9],
        [1, -9],
      ] as const,
    },
    {
      name: 'high',
      mark: '+',
      points: [
        [0, 99],
        [1, 99],
      ] as const,
    },
  ];
  const drawn = renderChart(lines, frame).split('\n');
  expect(drawn[0]).toBe('4 ┤+++++++++');
  expect(drawn[4]).toBe('0 ┤---------');
  expect(drawn.at(-1)).toContain('- low    + high');
});

test('nothing is drawn of nothing', () => {
  expect(renderChart([], frame)).toBe('');
});
