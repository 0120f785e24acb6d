/**
 * Push Access Protocol: WAP-247-PAP-20010429-a, SIN WAP-247_100. The control entity of every message, both ways.
 * What an attribute means stands in §8; here are the DTD of §11.2 as data and the documents as values.
 */

import {
  type AttributesOf,
  attributeTexts,
  attributeValues,
  decodeXml,
  encodeElement,
  type XmlElement,
  type XmlNode,
} from '../dtd.js';
import { DecodeError } from '../errors.js';
import { encodeUtf8 } from '../octets.js';
import { elements, papDtd } from './pap-dtd.js';

export { type MessageState, messageStates } from './pap-dtd.js';

type Attributes<Name extends keyof typeof elements> = AttributesOf<(typeof elements)[Name]['attributes']>;

export type QualityOfService = Attributes<'quality-of-service'>;
export type ProgressNote = Attributes<'progress-note'>;
export type ResponseResult = Attributes<'response-result'>;

/** §8.2. */
export type PushSubmission = Attributes<'push-message'> & {
  readonly type: 'push-message';
  readonly addresses: readonly string[];
  readonly qualityOfService?: QualityOfService;
};

/** A submission before the defaults of the DTD are filled in: what an initiator writes. */
export type NewPushSubmission = Omit<PushSubmission, 'replaceMethod' | 'progressNotesRequested'> &
  Partial<Pick<PushSubmission, 'replaceMethod' | 'progressNotesRequested'>>;

/** §8.3. */
export type PushResponse = Attributes<'push-response'> & {
  readonly type: 'push-response';
  readonly progressNotes: readonly ProgressNote[];
  readonly result: ResponseResult;
};

/** §8.4: without an address, every recipient's message. */
export type CancelMessage = Attributes<'cancel-message'> & {
  readonly type: 'cancel-message';
  readonly addresses: readonly string[];
};

/** §8.5.1. */
export type CancelResult = Attributes<'cancel-result'> & { readonly addresses: readonly string[] };

export type CancelResponse = Attributes<'cancel-response'> & {
  readonly type: 'cancel-response';
  readonly results: readonly CancelResult[];
};

/** §8.6. */
export type ResultNotificationMessage = Attributes<'resultnotification-message'> & {
  readonly type: 'resultnotification-message';
  readonly address: string;
  readonly qualityOfService?: QualityOfService;
};

/** §8.7. */
export type ResultNotificationResponse = Attributes<'resultnotification-response'> & {
  readonly type: 'resultnotification-response';
  readonly address: string;
};

/** §8.8. */
export type StatusQueryMessage = Attributes<'statusquery-message'> & {
  readonly type: 'statusquery-message';
  readonly addresses: readonly string[];
};

/** §8.9.1. */
export type StatusQueryResult = Attributes<'statusquery-result'> & {
  readonly addresses: readonly string[];
  readonly qualityOfService?: QualityOfService;
};

export type StatusQueryResponse = Attributes<'statusquery-response'> & {
  readonly type: 'statusquery-response';
  readonly results: readonly StatusQueryResult[];
};

/** §8.10: what can this device do? */
export type CcqMessage = Attributes<'ccq-message'> & {
  readonly type: 'ccq-message';
  readonly address: string;
};

/** §8.11. */
export type CcqResponse = Attributes<'ccq-response'> & {
  readonly type: 'ccq-response';
  readonly address: string;
};

/** §8.12. */
export type BadMessageResponse = Attributes<'badmessage-response'> & { readonly type: 'badmessage-response' };

export type PapMessage =
  | PushSubmission
  | PushResponse
  | CancelMessage
  | CancelResponse
  | ResultNotificationMessage
  | ResultNotificationResponse
  | StatusQueryMessage
  | StatusQueryResponse
  | CcqMessage
  | CcqResponse
  | BadMessageResponse;

/** A control entity. */
export interface PapDocument {
  readonly message: PapMessage;
  /** §9: `2.0`. A document without a document type declaration counts as the oldest, `1.0`. */
  readonly version: string;
  /** §9.1: what the sender lists in wap-pap-ver, most preferred first; empty without the instruction. */
  readonly supportedVersions: readonly string[];
  readonly productName?: string;
}

/** The versions that this stack reads and writes, most preferred first: 1.0 differs in lacking what 2.0 added. */
export const papVersions = ['2.0', '1.0'] as const;

export type PapVersion = (typeof papVersions)[number];

/** What a document says about versions (§9), before anything else in it is looked at. */
export function papVersion(xml: string): { version: string; supportedVersions: readonly string[] } {
  const version =
    /<!DOCTYPE\s[^>[]*?["']-\/\/WAPFORUM\/\/DTD PAP (\d+\.\d+)\/\/EN["']/.exec(xml)?.[1] ?? '1.0';
  const list = /<\?wap-pap-ver\s+supported-versions\s*=\s*["']([\d.,*\s]*)["']\s*\?>/.exec(xml)?.[1] ?? '';
  const supportedVersions = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => /^\d+\.(\d+|\*)$/.test(entry));
  return { version, supportedVersions };
}

/** Whether `version` is one of ours. */
export function isPapVersion(version: string): version is PapVersion {
  return papVersions.some((known) => known === version);
}

/**
 * The version to answer in (§9.3): the sender's own where we speak it, else the one of ours that it prefers;
 * `undefined` where there is no common version.
 */
export function commonPapVersion(version: string, supported: readonly string[]): PapVersion | undefined {
  if (isPapVersion(version)) return version;
  for (const wanted of supported) {
    const found = papVersions.find((ours) => wanted === ours || wanted === `${ours.split('.')[0]}.*`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the sender is known to speak more than 1.0, so that wap-pap-ver has to be in what it gets (§9.2). */
export function speaksAbove10(version: string, supported: readonly string[]): boolean {
  return [version, ...supported].some((entry) => entry !== '1.0');
}

/** Reads a control entity: well-formed, of a known version, valid against the DTD; else `DecodeError`. */
export function decodePap(xml: string): PapDocument {
  const { version, supportedVersions } = papVersion(xml);
  if (!isPapVersion(version)) throw new DecodeError('PAP', 0, `version ${version} is not supported`);
  const { root } = decodeXml(papDtd, xml);
  const child = root.children[0];
  if (child === undefined) throw new DecodeError('PAP', encodeUtf8(xml).length, 'pap is empty');
  return {
    message: messageOf(child),
    version,
    supportedVersions,
    ...attributeValues(elements.pap.attributes, root),
  };
}

/**
 * Writes a control entity.
 * @param announce whether to list our versions in wap-pap-ver: to a peer that speaks more than 1.0 (§9.2)
 */
export function encodePap(
  message: PapMessage | NewPushSubmission,
  version: PapVersion = '2.0',
  announce: boolean = version !== '1.0',
): string {
  const instruction = announce ? ` [<?wap-pap-ver supported-versions="${papVersions.join(',')}"?>]` : '';
  const doctype = `<!DOCTYPE pap PUBLIC "-//WAPFORUM//DTD PAP ${version}//EN" "http://www.wapforum.org/DTD/pap_${version}.dtd"${instruction}>`;
  return `<?xml version="1.0"?>${doctype}${encodeElement({ name: 'pap', children: [nodeOf(message)] })}`;
}

function messageOf(element: XmlElement): PapMessage {
  switch (element.name as PapMessage['type'] /* the content model of pap allows these only */) {
    case 'push-message':
      return {
        type: 'push-message',
        ...attributeValues(elements['push-message'].attributes, element),
        ...recipients(element),
      };
    case 'push-response':
      return {
        type: 'push-response',
        ...attributeValues(elements['push-response'].attributes, element),
        progressNotes: childrenOf(element, 'progress-note').map((note) =>
          attributeValues(elements['progress-note'].attributes, note),
        ),
        result: resultOf(element),
      };
    case 'cancel-message':
      return {
        type: 'cancel-message',
        ...attributeValues(elements['cancel-message'].attributes, element),
        addresses: addressesOf(element),
      };
    case 'cancel-response':
      return {
        type: 'cancel-response',
        ...attributeValues(elements['cancel-response'].attributes, element),
        results: element.children.map((result) => ({
          ...attributeValues(elements['cancel-result'].attributes, result),
          addresses: addressesOf(result),
        })),
      };
    case 'resultnotification-message': {
      const { addresses, ...quality } = recipients(element);
      return {
        type: 'resultnotification-message',
        ...attributeValues(elements['resultnotification-message'].attributes, element),
        address: addresses[0] ?? '',
        ...quality,
      };
    }
    case 'resultnotification-response':
      return {
        type: 'resultnotification-response',
        ...attributeValues(elements['resultnotification-response'].attributes, element),
        address: addressesOf(element)[0] ?? '',
      };
    case 'statusquery-message':
      return {
        type: 'statusquery-message',
        ...attributeValues(elements['statusquery-message'].attributes, element),
        addresses: addressesOf(element),
      };
    case 'statusquery-response':
      return {
        type: 'statusquery-response',
        ...attributeValues(elements['statusquery-response'].attributes, element),
        results: element.children.map((result) => ({
          ...attributeValues(elements['statusquery-result'].attributes, result),
          ...recipients(result),
        })),
      };
    case 'ccq-message':
      return {
        type: 'ccq-message',
        ...attributeValues(elements['ccq-message'].attributes, element),
        address: addressesOf(element)[0] ?? '',
      };
    case 'ccq-response':
      return {
        type: 'ccq-response',
        ...attributeValues(elements['ccq-response'].attributes, element),
        address: addressesOf(element)[0] ?? '',
      };
    case 'badmessage-response':
      return {
        type: 'badmessage-response',
        ...attributeValues(elements['badmessage-response'].attributes, element),
      };
  }
}

function childrenOf(element: XmlElement, name: keyof typeof elements): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function addressesOf(element: XmlElement): string[] {
  return childrenOf(element, 'address').map((child) => child.attributes['address-value'] ?? '');
}

function recipients(element: XmlElement): { addresses: string[]; qualityOfService?: QualityOfService } {
  const quality = childrenOf(element, 'quality-of-service')[0];
  const addresses = addressesOf(element);
  if (quality === undefined) return { addresses };
  return {
    addresses,
    qualityOfService: attributeValues(elements['quality-of-service'].attributes, quality),
  };
}

function resultOf(element: XmlElement): ResponseResult {
  const result = childrenOf(element, 'response-result')[0];
  if (result === undefined) throw new DecodeError('PAP', 0, 'push-response has no response-result');
  return attributeValues(elements['response-result'].attributes, result);
}

function nodeOf(message: PapMessage | NewPushSubmission): XmlNode {
  return node(message.type, message, childNodes(message));
}

function childNodes(message: PapMessage | NewPushSubmission): readonly XmlNode[] {
  switch (message.type) {
    case 'push-message':
      return recipientNodes(message.addresses, message.qualityOfService);
    case 'push-response':
      return [
        ...message.progressNotes.map((note) => node('progress-note', note)),
        node('response-result', message.result),
      ];
    case 'cancel-message':
    case 'statusquery-message':
      return recipientNodes(message.addresses);
    case 'cancel-response':
      return message.results.map((result) => node('cancel-result', result, recipientNodes(result.addresses)));
    case 'statusquery-response':
      return message.results.map((result) =>
        node('statusquery-result', result, recipientNodes(result.addresses, result.qualityOfService)),
      );
    case 'resultnotification-message':
      return recipientNodes([message.address], message.qualityOfService);
    case 'resultnotification-response':
    case 'ccq-message':
    case 'ccq-response':
      return recipientNodes([message.address]);
    case 'badmessage-response':
      return [];
  }
}

function recipientNodes(addresses: readonly string[], quality?: QualityOfService): XmlNode[] {
  const nodes = addresses.map((addressValue) => node('address', { addressValue }));
  return quality === undefined ? nodes : [...nodes, node('quality-of-service', quality)];
}

function node(name: keyof typeof elements, values: object, children: readonly XmlNode[] = []): XmlNode {
  return { name, attributes: attributeTexts(elements[name].attributes, values), children };
}
