/** Counters of a gateway, and Prometheus' text form of them (exposition format 0.0.4). */

/** What is counted, and its help line. Names are Prometheus': totals count up, the others go up and down. */
// biome-ignore format: a line is a row
const kinds = {
  wapstack_requests_total: ['counter', 'Requests of terminals by mode, method and status'],
  wapstack_result_octets_total: ['counter', 'Octets of result bodies sent to terminals'],
  wapstack_datagrams_total: ['counter', 'Datagrams by service and direction'],
  wapstack_datagrams_lost_total: ['counter', 'Datagrams that this machine lost, a buffer being full, by service and direction'],
  wapstack_cache_total: ['counter', 'GET and HEAD requests by how the cache served them'],
  wapstack_cache_octets: ['gauge', 'Octets that the cache holds'],
  wapstack_sessions: ['gauge', 'Sessions that are open'],
  wapstack_wtls_handshakes_total: ['counter', 'WTLS handshakes: full, resumed, refused or given up, and the alert'],
  wapstack_push_recipients: ['gauge', 'Recipients of pushes in the queue by state'],
  wapstack_protocol_events_total: ['counter', 'What layers told their management entity, by layer and type'],
} as const satisfies Record<string, readonly ['counter' | 'gauge', string]>;

export type MetricName = keyof typeof kinds;
export type Labels = Readonly<Record<string, string>>;

export interface Metrics {
  /** The same labels as the same object cost least. */
  count(name: MetricName, labels?: Labels, by?: number): void;
  /** A value that is asked for when somebody looks. */
  watch(name: MetricName, read: () => readonly { readonly labels: Labels; readonly value: number }[]): void;
  /** The text for a scraper. */
  text(): string;
}

/** Label sets of one counter: status and method come from outside, so somebody could invent many. */
const MAX_SERIES = 1000;

export function createMetrics(): Metrics {
  const counters = new Map<MetricName, Map<string, number>>();
  const gauges = new Map<MetricName, () => readonly { readonly labels: Labels; readonly value: number }[]>();

  return {
    count(name, labels = {}, by = 1) {
      const series = counters.get(name) ?? new Map<string, number>();
      counters.set(name, series);
      const key = textOf(labels);
      const known = series.get(key);
      if (known !== undefined || series.size < MAX_SERIES) series.set(key, (known ?? 0) + by);
    },
    watch(name, read) {
      gauges.set(name, read);
    },
    text() {
      const lines: string[] = [];
      for (const [name, [kind, help]] of Object.entries(kinds) as [
        MetricName,
        readonly [string, string],
      ][] /* its own keys */) {
        const watched = gauges
          .get(name)?.()
          .map(({ labels, value }): [string, number] => [labelText(labels), value]);
        const series = [...(watched ?? counters.get(name) ?? [])];
        if (series.length === 0) continue;
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
        for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

/** Most labels are written once and counted ever after. */
function textOf(labels: Labels): string {
  const known = written.get(labels) ?? labelText(labels);
  written.set(labels, known);
  return known;
}

const written = new WeakMap<Labels, string>();

function labelText(labels: Labels): string {
  const written = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, '_')}"`,
  );
  return written.length === 0 ? '' : `{${written.join(',')}}`;
}
