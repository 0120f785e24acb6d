/** Dialogs: WAP-194-WMLScriptLibraries §12. What is shown, and how, is the host's. */
import { define, type Implementation } from './function.js';

export const dialogs: Readonly<Record<string, Implementation>> = {
  prompt: define(['String', 'String'], (_, message, defaultInput) => ({
    host: 'Dialogs.prompt',
    args: [message, defaultInput],
  })),
  confirm: define(['String', 'String', 'String'], (_, message, ok, cancel) => ({
    host: 'Dialogs.confirm',
    args: [message, ok, cancel],
  })),
  alert: define(['String'], (_, message) => ({ host: 'Dialogs.alert', args: [message] })),
};
