import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { runTty } from '../../src/terminal/tty.js';
import { card, deck, Handset } from './handset.js';

const url = 'http://shop.example/a.wml';
const page = deck(
  card('home', '<p><b>Hello</b> <a href="#b">go</a></p><p align="right">right</p>') + card('b', '<p>b</p>'),
);

class Output {
  text = '';
  readonly isTTY: boolean;
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): void {
    this.text += text;
  }
}

describe('The handset on a terminal', () => {
  it('without a keyboard a line is a key, and screens are plain text', async () => {
    const handset = await new Handset({ [url]: page }).open(url);
    const input = new PassThrough();
    const output = new Output(false);
    const ended = runTty({ terminal: handset.terminal, input, output });
    assert.equal(output.text, '# home\nHello go\nright\n< Select | Back >\n\n');
    output.text = '';
    for (const line of ['select', '', 'back', 'back', '2', 'abc', 'quit']) {
      input.write(`${line}\n`);
      await turn();
    }
    await ended;
    assert.deepEqual(
      output.text.split('\n').filter((line) => /^[#[]/.test(line)),
      ['# b', '# home', '# wapstack', '# Go to', '[http://_]', ...typed('http://', 'abc')],
    );
  });

  it('ends with its input', async () => {
    const input = new PassThrough();
    const ended = runTty({ terminal: new Handset().terminal, input, output: new Output(false) });
    input.end();
    await ended;
  });

  it('on a keyboard it draws a frame and takes keys as they come', async () => {
    const handset = await new Handset({ [url]: page }).open(url);
    const raw: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (on: boolean) => raw.push(on),
    });
    const output = new Output(true);
    const ended = runTty({ terminal: handset.terminal, input, output });
    const picture = (): string[] => stripVTControlCharacters(output.text).split('\n');
    assert.deepEqual(picture().slice(0, 6), [
      '+──────────────────────+',
      '|         home         |',
      '+──────────────────────+',
      '| Hello go             |',
      '|                right |',
      '|                      |',
    ]);
    assert.ok(picture().some((line) => line === '| Select          Back |'));
    output.text = '';
    input.write('\r');
    await turn();
    assert.equal(picture()[1], '|          b           |');
    output.text = '';
    input.write('\x1b[F');
    await turn();
    assert.equal(picture()[1], '|       wapstack       |');
    input.write('\x03');
    await ended;
    assert.deepEqual(raw, [true, false]);
  });
});

/** The title and the field as they are drawn for each character. */
function typed(before: string, text: string): string[] {
  return [...text].flatMap((_, i) => ['# Go to', `[${before}${text.slice(0, i + 1)}_]`]);
}
