/** Events to a tree. */
import type { Position, ProcessingInstruction, Text, XmlDocument, XmlElement, XmlNode } from './model.js';

interface OpenElement extends XmlElement {
  readonly children: XmlNode[];
}

/** Takes the events of a document, from WBXML or from XML text, and keeps them all. */
export class TreeBuilder {
  readonly #before: ProcessingInstruction[] = [];
  readonly #after: ProcessingInstruction[] = [];
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #current: OpenElement | undefined;

  startElement(name: string, attributes: ReadonlyMap<string, Text>, position?: Position): void {
    const element: OpenElement =
      position === undefined
        ? { name, attributes, children: [] }
        : { name, attributes, children: [], position };
    if (this.#current === undefined) this.#root ??= element;
    else {
      this.#current.children.push(element);
      this.#open.push(this.#current);
    }
    this.#current = element;
  }

  text(text: Text): void {
    this.#current?.children.push(text);
  }

  processingInstruction(instruction: ProcessingInstruction): void {
    if (this.#current !== undefined) this.#current.children.push(instruction);
    else if (this.#root === undefined) this.#before.push(instruction);
    else this.#after.push(instruction);
  }

  endElement(): void {
    this.#current = this.#open.pop();
  }

  /** What was built; `undefined` where there was no element. */
  document(): XmlDocument | undefined {
    const root = this.#root;
    return (
      root && {
        ...(this.#before.length > 0 && { before: this.#before }),
        root,
        ...(this.#after.length > 0 && { after: this.#after }),
      }
    );
  }
}
