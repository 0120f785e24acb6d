/** Option values that several commands take. */
import { InvalidArgumentError, Option } from 'commander';
import { ports } from '../wap/ports.js';

/** A whole number from 0 on. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It is not a whole number.');
  return value;
}

/** A port of TCP or UDP. */
export function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 0xffff) throw new InvalidArgumentError('It is not a port from 1 to 65535.');
  return value;
}

/** The highest base that leaves room for the ports counted from it. */
const BASE_MAX = 65_400;

function portBase(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > BASE_MAX)
    throw new InvalidArgumentError(`It is not a port from 1 to ${BASE_MAX}.`);
  return value;
}

/** Where the ports begin: 9200 gives the registered ones, any other base moves them all. */
export function portBaseOption(): Option {
  return new Option('--port-base <n>', 'first of the ports; 9200 are the registered ones')
    .argParser(portBase)
    .default(ports.connectionless);
}
