/** Logical indicators: WAP-268-WTAI §5.5. Numbers: §13.2.1. */
export const indicatorTypes = {
  'Incoming Speech Call': 0,
  'Incoming Data Call': 1,
  'Incoming Fax Call': 2,
  'Call Waiting': 3,
  'Text Message': 4,
  'Voice Mail Message': 5,
  'Fax Message': 6,
  'Email Message': 7,
} as const;

export type IndicatorType = keyof typeof indicatorTypes;

/** What the device shows beside its screen: 0 is off, or no messages. */
export class Indicators {
  readonly #states = new Map<IndicatorType, number>();
  readonly #changed: () => void;

  constructor(changed: () => void = () => {}) {
    this.#changed = changed;
  }

  state(type: IndicatorType): number {
    return this.#states.get(type) ?? 0;
  }

  /** `false` where there is no such indicator, or no such state. */
  set(type: number, state: number): boolean {
    const [name] = Object.entries(indicatorTypes).find(([, number]) => number === type) ?? [];
    if (!isIndicator(name) || state < 0) return false;
    this.#states.set(name, state);
    this.#changed();
    return true;
  }
}

function isIndicator(name: string | undefined): name is IndicatorType {
  return name !== undefined && Object.hasOwn(indicatorTypes, name);
}
