/** Meta-data on its way to the user agent: WAP-191 §11.3.2. */
import { isElement, isText, type VText, type WmlElement } from './model.js';

export interface Meta {
  readonly name?: string;
  /** The name of a response header. */
  readonly httpEquiv?: string;
  readonly content: string;
  readonly scheme?: string;
  /** Whether it is meant for the user agent. */
  readonly forUserAgent: boolean;
}

/**
 * The deck as an intermediate sends it on, without the meta elements that are not for the user agent, and all of its
 * meta-data: http-equiv becomes a header of the response.
 */
export function takeMeta(deck: WmlElement): { readonly deck: WmlElement; readonly meta: readonly Meta[] } {
  const meta: Meta[] = [];
  const children = deck.children.flatMap((child) => {
    if (isText(child) || child.name !== 'head') return [child];
    const kept = child.children.filter((one) => isText(one) || one.name !== 'meta' || keep(one));
    // The DTD has no empty head.
    return kept.some(isElement) ? [{ ...child, children: kept }] : [];
  });
  return { deck: { ...deck, children }, meta };

  function keep(element: WmlElement): boolean {
    const value = (name: string): string | undefined => plain(element.attributes.get(name));
    const name = value('name');
    const httpEquiv = value('http-equiv');
    const scheme = value('scheme');
    const forUserAgent = value('forua') === 'true';
    meta.push({
      ...(name !== undefined && { name }),
      ...(httpEquiv !== undefined && { httpEquiv }),
      content: value('content') ?? '',
      ...(scheme !== undefined && { scheme }),
      forUserAgent,
    });
    return forUserAgent;
  }
}

function plain(text: VText | undefined): string | undefined {
  return text?.map((part) => (typeof part === 'string' ? part : '')).join('');
}
