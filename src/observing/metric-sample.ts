import type { MetricValue } from 'prom-client';

export type Labels = Record<string, string>;

/** One value of a metric at a scrape. */
export type Sample = MetricValue<string> & { metricName?: string };

/** Adds a metric that is read when it is scraped. */
export type AddMetric = (
  name: string,
  help: string,
  type: 'counter' | 'gauge',
  read: () => Sample[] | Promise<Sample[]>,
) => void;
