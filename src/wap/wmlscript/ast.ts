/** The parts of a compilation unit, names resolved: WAP-193_101-WMLScript §7.3. */

/** §6.2.4: a value known at compile time. */
export type Constant =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'invalid' };

/** Operators that always evaluate both operands. */
export type BinaryOperator =
  | ('*' | '/' | 'div' | '%' | '+' | '-' | '<<' | '>>' | '>>>')
  | ('<' | '>' | '<=' | '>=' | '==' | '!=' | '&' | '^' | '|');

export type UnaryOperator = '+' | '-' | '~' | '!' | 'typeof' | 'isvalid';

export type Binary = {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
};

/** Operators that evaluate the right operand only if the left one asks for it. */
export type Logical = {
  readonly kind: 'logical';
  readonly operator: '&&' | '||';
  readonly left: Expression;
  readonly right: Expression;
};

export type Assignment = {
  readonly kind: 'assignment';
  /** With `+=`, `+`. */
  readonly operator: '=' | BinaryOperator;
  readonly vindex: number;
  readonly value: Expression;
  /** Whether `value` assigns to no variable, so that it does not matter when the variable is read. */
  readonly quiet: boolean;
};

export type LocalCall = {
  readonly kind: 'local call';
  /** Where the name stands. */
  readonly at: number;
  readonly name: string;
  readonly args: readonly Expression[];
};

export type Expression =
  | { readonly kind: 'constant'; readonly constant: Constant }
  | { readonly kind: 'variable'; readonly vindex: number }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Expression }
  | Binary
  | Logical
  | {
      readonly kind: 'conditional';
      readonly test: Expression;
      readonly consequent: Expression;
      readonly alternate: Expression;
    }
  | Assignment
  | {
      readonly kind: 'step';
      readonly operator: '++' | '--';
      readonly prefix: boolean;
      readonly vindex: number;
    }
  | { readonly kind: 'comma'; readonly first: readonly Expression[]; readonly last: Expression }
  | LocalCall
  | {
      readonly kind: 'external call';
      readonly url: string;
      readonly name: string;
      readonly args: readonly Expression[];
    }
  | {
      readonly kind: 'library call';
      readonly lindex: number;
      readonly findex: number;
      readonly args: readonly Expression[];
    };

export type Statement =
  | { readonly kind: 'empty' }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'var'; readonly declarations: readonly VariableDeclaration[] }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'if';
      /** `if` and every `else if`. */
      readonly branches: readonly { readonly test: Expression; readonly body: Statement }[];
      readonly otherwise: Statement | undefined;
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: Statement }
  | {
      readonly kind: 'for';
      readonly init: Statement;
      readonly test: Expression | undefined;
      readonly update: Expression | undefined;
      readonly body: Statement;
    }
  | { readonly kind: 'continue' }
  | { readonly kind: 'break' }
  | { readonly kind: 'return'; readonly value: Expression | undefined };

export interface VariableDeclaration {
  readonly vindex: number;
  readonly value: Expression | undefined;
  /** Whether it can be executed more than once in a call, and so has to initialise even to the default. */
  readonly repeated: boolean;
}

/** §6.4.1. */
export interface FunctionDeclaration {
  /** Where the name stands. */
  readonly at: number;
  readonly name: string;
  readonly extern: boolean;
  readonly parameters: number;
  readonly locals: number;
  readonly body: readonly Statement[];
}

/** §6.7.3: property name, content and optional scheme. */
export interface MetaInformation {
  readonly kind: 'name' | 'http equiv' | 'user agent';
  readonly propertyName: string;
  readonly content: string;
  readonly scheme?: string;
}

/** §6.7.2. */
export interface AccessControl {
  readonly domain?: string;
  readonly path?: string;
}

export interface CompilationUnit {
  readonly access: AccessControl | undefined;
  readonly meta: readonly MetaInformation[];
  readonly functions: readonly FunctionDeclaration[];
}
