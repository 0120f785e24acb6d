/** The device's own screen for calls: they ring, are answered, last, and end, where no service has taken them. */
import { type Call, clearedResults, type Telephone } from '../../wta/index.js';
import type { View } from '../screen.js';
import { messageView } from '../views.js';

/** What the screen says of a call in that state, and what its soft keys do. */
interface Face {
  readonly title: string;
  readonly left?: readonly [label: string, act: () => void];
  readonly right: readonly [label: string, act: () => void];
}

/** Who is at the other end: the phonebook's name, the number, or that it is not told. */
export function partyOf(telephone: Telephone, number: string): string {
  if (number === '') return 'Number withheld';
  return telephone.phoneBook.nameOf(number) ?? number;
}

/** A screen for one call, drawn anew each time: its state changes while it is shown. */
export function callView(telephone: Telephone, handle: number): View {
  const face = (call: Call): Face => {
    const hangUp = (): void => {
      telephone.release(handle);
    };
    switch (call.gsm) {
      case 'call pending': {
        const answer = (): void => {
          telephone.accept(handle, true, undefined);
        };
        return {
          title: 'Incoming call',
          left: ['Answer', answer],
          right: ['Reject', () => telephone.sendBusy(handle)],
        };
      }
      case 'call active':
        return {
          title: 'In call',
          left: ['Hold', () => telephone.hold(handle)],
          right: ['Hang up', hangUp],
        };
      case 'call held':
        return {
          title: 'On hold',
          left: ['Resume', () => telephone.retrieve(handle)],
          right: ['Hang up', hangUp],
        };
      default:
        return { title: 'Calling', right: ['Hang up', hangUp] };
    }
  };
  const view = (): View => {
    const call = telephone.call(handle);
    if (call === undefined) return messageView({ title: 'Call', text: '' });
    return messageView({ ...face(call), text: partyOf(telephone, call.number) });
  };
  return { screen: () => view().screen(), press: (key) => view().press(key) };
}

/** How a call ended, where the user is to know: $1 of CallCleared (WAP-268 §9.1.2). */
export function endingText(result: string | undefined): string | undefined {
  switch (result) {
    case clearedResults.busy:
      return 'The line is busy.';
    case clearedResults.unavailable:
      return 'The number cannot be reached.';
    case clearedResults['no answer']:
      return 'Nobody answers.';
    case clearedResults.dropped:
    case clearedResults.network:
      return 'The call was cut off.';
  }
  return undefined;
}
