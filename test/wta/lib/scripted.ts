/** Scripts that call WTAI: compiled, run by the machine, the functions carried out by a handset. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../src/wap/random.js';
import { invalid, loadUnit, type Outcome, startCall, type Value } from '../../../src/wap/wmlscript/index.js';
import { Indicators } from '../../../src/wta/indicators.js';
import { type UriResult, type WtaContext, Wtai } from '../../../src/wta/lib/index.js';
import { type PermissionAnswer, type PermissionRequest, Permissions } from '../../../src/wta/permissions.js';
import { compile } from '../../support/wmlscript.js';
import { type Handset, Town } from '../town.js';

export const url = 'http://wap.operator.com/service.wmlsc';

export class Scripted {
  readonly town: Town;
  readonly handset: Handset;
  readonly indicators = new Indicators();
  readonly asked: PermissionRequest[] = [];
  /** What the user says. */
  says: PermissionAnswer = 'SINGLE';
  context: (WtaContext & { ended: number }) | undefined = {
    id: 1,
    isProtected: false,
    ended: 0,
    end(): void {
      this.ended++;
    },
  };
  isTrusted = true;
  readonly permissions: Permissions;
  readonly wtai: Wtai;

  constructor(town = new Town(), handset = town.handset('101')) {
    this.town = town;
    this.handset = handset;
    this.permissions = new Permissions((request, answer) => {
      this.asked.push(request);
      answer(this.says);
    });
    const self = this;
    this.wtai = new Wtai(
      {
        telephone: handset.telephone,
        indicators: this.indicators,
        get context() {
          return self.context;
        },
      },
      this.permissions,
    );
  }

  /** The value of an expression of WMLScript: `WTAVoiceCall.setup("102", true)`. */
  value(expression: string): Value {
    const value = this.begin(expression)();
    return value ?? assert.fail(`${expression} blocks`);
  }

  /** Begins to compute an expression that may block. @returns its value as soon as there is one */
  begin(expression: string): () => Value | undefined {
    const loaded = loadUnit(compile(`extern function main() { return ${expression}; }`));
    if ('fatal' in loaded) return assert.fail(loaded.fatal.rule);
    const execution = startCall(loaded.unit, 'main', [], { url, random: seededRandom(1) });
    let value: Value | undefined;
    const next = (outcome: Outcome): void => {
      if ('returned' in outcome) value = outcome.returned;
      else if ('host' in outcome)
        this.#call(outcome.host, outcome.args, (answer) => next(execution.resume(answer)));
      else assert.fail(JSON.stringify(outcome));
    };
    next(execution.run());
    return () => value;
  }

  uri(uri: string): UriResult | undefined {
    let result: UriResult | undefined;
    this.wtai.callUri(uri, { url, isTrusted: this.isTrusted }, (answer) => {
      result = answer;
    });
    return result;
  }

  #call(name: string, args: readonly Value[], answer: (value: Value) => void): void {
    assert.ok(this.wtai.knows(name), name);
    this.wtai.call(name, args, { url, isTrusted: this.isTrusted }, answer);
  }
}

/** Expressions and their values, in order; `invalid` is that value. */
export function transcript(scripted: Scripted, lines: readonly (readonly [string, Value])[]): void {
  for (const [expression, expected] of lines) {
    const value = scripted.value(expression);
    assert.equal(
      value === invalid ? 'invalid' : value,
      expected === invalid ? 'invalid' : expected,
      expression,
    );
  }
}
