/** From functions to instructions: WAP-193_101-WMLScript §6.3, §6.5, §8.4, §10.5. */

import { Code, type Label } from './assembler.js';
import type {
  Assignment,
  Binary,
  BinaryOperator,
  Constant,
  Expression,
  FunctionDeclaration,
  Logical,
  Statement,
  UnaryOperator,
  VariableDeclaration,
} from './ast.js';
import type { ConstantPool } from './constant-pool.js';
import { truth } from './fold.js';
import { type InstructionName, opcodes } from './opcodes.js';

/** What is known of a value before it is there. Each may be invalid instead. */
type ValueType = 'number' | 'boolean' | 'string' | 'any';

const op = Object.fromEntries(Object.entries(opcodes).map(([name, { first }]) => [name, first])) as Readonly<
  Record<InstructionName, number>
>;

const binaryInstructions: Readonly<Record<BinaryOperator, number>> = {
  '*': op.MUL,
  '/': op.DIV,
  div: op.IDIV,
  '%': op.REM,
  '+': op.ADD,
  '-': op.SUB,
  '<<': op.B_LSHIFT,
  '>>': op.B_RSSHIFT,
  '>>>': op.B_RSZSHIFT,
  '<': op.LT,
  '>': op.GT,
  '<=': op.LE,
  '>=': op.GE,
  '==': op.EQ,
  '!=': op.NE,
  '&': op.B_AND,
  '^': op.B_XOR,
  '|': op.B_OR,
};

/** The code of every function of a unit, in order; constants go to `pool`. */
export function generate(functions: readonly FunctionDeclaration[], pool: ConstantPool): Code[] {
  const findexes = new Map(functions.map(({ name }, findex) => [name, findex]));
  return functions.map(({ body }) => {
    const code = new Code(pool);
    const generator = new Generator(code, findexes);
    for (const statement of body) generator.statement(statement);
    return code;
  });
}

interface Loop {
  readonly next: Label;
  readonly end: Label;
}

class Generator {
  readonly #code: Code;
  readonly #findexes: ReadonlyMap<string, number>;
  #loop: Loop | undefined;

  constructor(code: Code, findexes: ReadonlyMap<string, number>) {
    this.#code = code;
    this.#findexes = findexes;
  }

  statement(statement: Statement): void {
    switch (statement.kind) {
      case 'expression':
        this.#effect(statement.expression);
        break;
      case 'var':
        for (const declaration of statement.declarations) this.#declaration(declaration);
        break;
      case 'if':
        this.#if(statement.branches, statement.otherwise);
        break;
      case 'block':
        for (const each of statement.body) this.statement(each);
        break;
      case 'return':
        this.#return(statement.value);
        break;
      case 'while': {
        const next = this.#code.label();
        this.#code.bind(next);
        this.#repeat(next, next, statement.test, statement.body, undefined);
        break;
      }
      case 'for': {
        this.statement(statement.init);
        const start = this.#code.label();
        this.#code.bind(start);
        const next = statement.update === undefined ? start : this.#code.label();
        this.#repeat(start, next, statement.test, statement.body, statement.update);
        break;
      }
      case 'break':
        if (this.#loop !== undefined) this.#code.jump(this.#loop.end);
        break;
      case 'continue':
        if (this.#loop !== undefined) this.#code.jump(this.#loop.next);
        break;
      case 'empty':
        break;
    }
  }

  /** §6.5.4, §8.4.4: variables are empty strings until something is stored. */
  #declaration({ vindex, value, repeated }: VariableDeclaration): void {
    const isDefault =
      value === undefined ||
      (value.kind === 'constant' && value.constant.kind === 'string' && value.constant.value === '');
    if (isDefault && !repeated) return;
    if (isDefault) this.#code.emit(op.CONST_ES);
    else this.#value(value);
    this.#code.store(vindex);
  }

  #if(
    branches: readonly { readonly test: Expression; readonly body: Statement }[],
    otherwise: Statement | undefined,
  ): void {
    const end = this.#code.label();
    branches.forEach(({ test, body }, i) => {
      const next = this.#code.label();
      this.#test(test, next);
      this.statement(body);
      if (i + 1 < branches.length || otherwise !== undefined) this.#code.jump(end);
      this.#code.bind(next);
    });
    if (otherwise !== undefined) this.statement(otherwise);
    this.#code.bind(end);
  }

  #repeat(
    start: Label,
    next: Label,
    test: Expression | undefined,
    body: Statement,
    update: Expression | undefined,
  ): void {
    const outer = this.#loop;
    const end = this.#code.label();
    this.#loop = { next, end };
    if (test !== undefined) this.#test(test, end);
    this.statement(body);
    if (update !== undefined) {
      this.#code.bind(next);
      this.#effect(update);
    }
    this.#code.jump(start);
    this.#code.bind(end);
    this.#loop = outer;
  }

  #return(value: Expression | undefined): void {
    const code = this.#code;
    if (value === undefined) {
      code.emit(op.RETURN_ES);
      return;
    }
    if (value.kind === 'constant' && value.constant.kind === 'string' && value.constant.value === '') {
      code.emit(op.RETURN_ES);
      return;
    }
    this.#value(value);
    code.emit(op.RETURN);
  }

  /** Goes on if the value is true, and to `otherwise` if it is false or invalid: §6.5.5. */
  #test(expression: Expression, otherwise: Label): void {
    switch (expression.kind) {
      case 'constant': {
        const value = truth(expression.constant);
        if (value === undefined) break;
        if (value !== true) this.#code.jump(otherwise);
        return;
      }
      case 'logical':
        if (expression.operator === '||') break;
        this.#testAll(expression, otherwise);
        return;
      case 'comma':
        for (const each of expression.first) this.#effect(each);
        this.#test(expression.last, otherwise);
        return;
    }
    this.#value(expression, true);
    this.#code.jumpUnless(otherwise);
  }

  /** a && b && c as a condition: each false or invalid one decides. */
  #testAll(expression: Logical, otherwise: Label): void {
    const operands: Expression[] = [];
    let left: Expression = expression;
    for (; left.kind === 'logical' && left.operator === '&&'; left = left.left) operands.push(left.right);
    this.#test(left, otherwise);
    for (const operand of operands.reverse()) this.#test(operand, otherwise);
  }

  /**
   * Pushes the value. With `asBoolean` whatever takes it converts it to a boolean, so that this is not needed here.
   * Operators that bind to the left may nest without bound: their left operands are a loop, not a recursion.
   */
  #value(expression: Expression, asBoolean = false): ValueType {
    const code = this.#code;
    switch (expression.kind) {
      case 'constant':
        code.constant(expression.constant);
        return typeOf(expression.constant);
      case 'variable':
        this.#code.load(expression.vindex);
        return 'any';
      case 'binary':
      case 'logical':
        return this.#chain(expression, asBoolean);
      case 'local call':
        this.#arguments(expression.args);
        code.callLocal(this.#findexes.get(expression.name) ?? 0);
        return 'any';
      case 'library call':
        this.#arguments(expression.args);
        code.callLibrary(expression.lindex, expression.findex);
        return 'any';
      case 'external call':
        this.#arguments(expression.args);
        code.callUrl(expression.url, expression.name, expression.args.length);
        return 'any';
      case 'unary':
        return this.#unary(expression.operator, expression.operand);
      case 'assignment': {
        const type = this.#assign(expression);
        this.#code.load(expression.vindex);
        return type;
      }
      case 'step':
        return this.#step(expression.operator, expression.prefix, expression.vindex);
      case 'conditional': {
        const otherwise = code.label();
        const end = code.label();
        this.#test(expression.test, otherwise);
        const consequent = this.#value(expression.consequent, asBoolean);
        code.jump(end);
        code.bind(otherwise);
        const alternate = this.#value(expression.alternate, asBoolean);
        code.bind(end);
        return consequent === alternate ? consequent : 'any';
      }
      case 'comma':
        for (const each of expression.first) this.#effect(each);
        return this.#value(expression.last, asBoolean);
    }
  }

  /** Evaluates for what it does, and leaves nothing on the stack. */
  #effect(expression: Expression): void {
    const code = this.#code;
    switch (expression.kind) {
      case 'constant':
      case 'variable':
        break;
      case 'assignment':
        this.#assign(expression);
        break;
      case 'step':
        this.#code.increment(expression.operator, expression.vindex);
        break;
      case 'unary':
        this.#effect(expression.operand);
        break;
      case 'binary': {
        // No operator fails: only what is in the operands can be noticed.
        const rights: Expression[] = [];
        let left: Expression = expression;
        for (; left.kind === 'binary'; left = left.left) rights.push(left.right);
        this.#effect(left);
        for (const right of rights.reverse()) this.#effect(right);
        break;
      }
      case 'logical':
        this.#logicalEffect(expression);
        break;
      case 'conditional': {
        const otherwise = code.label();
        const end = code.label();
        this.#test(expression.test, otherwise);
        this.#effect(expression.consequent);
        code.jump(end);
        code.bind(otherwise);
        this.#effect(expression.alternate);
        code.bind(end);
        break;
      }
      case 'comma':
        for (const each of expression.first) this.#effect(each);
        this.#effect(expression.last);
        break;
      case 'local call':
      case 'library call':
      case 'external call':
        this.#value(expression);
        code.emit(op.POP);
        break;
    }
  }

  #logicalEffect({ operator, left, right }: Logical): void {
    const end = this.#code.label();
    if (operator === '&&') {
      this.#test(left, end);
      this.#effect(right);
    } else {
      // An invalid left operand must keep the right one from being evaluated, so that the value is needed.
      this.#value(left, true);
      this.#code.emit(op.SCOR);
      this.#code.jumpUnless(end);
      this.#value(right, true);
    }
    this.#code.bind(end);
    if (operator === '||') this.#code.emit(op.POP);
  }

  /** Operators from the innermost left operand outwards. */
  #chain(expression: Binary | Logical, asBoolean: boolean): ValueType {
    const operations: (Binary | Logical)[] = [];
    let left: Expression = expression;
    for (; left.kind === 'binary' || left.kind === 'logical'; left = left.left) operations.push(left);
    operations.reverse();
    let type = this.#value(left, operations[0]?.kind === 'logical');
    operations.forEach((operation, i) => {
      const consumer = operations[i + 1];
      const converted = consumer === undefined ? asBoolean : consumer.kind === 'logical';
      type =
        operation.kind === 'binary'
          ? this.#binary(operation.operator, type, operation.right)
          : this.#logical(operation, converted);
    });
    return type;
  }

  /** The left operand is on the stack. */
  #logical({ operator, right }: Logical, asBoolean: boolean): ValueType {
    const code = this.#code;
    const end = code.label();
    code.emit(operator === '&&' ? op.SCAND : op.SCOR);
    code.jumpUnless(end);
    const type = this.#value(right, true);
    if (!asBoolean && type !== 'boolean') code.emit(op.TOBOOL);
    code.bind(end);
    return asBoolean ? 'any' : 'boolean';
  }

  /** The left operand, of type `left`, is on the stack. */
  #binary(operator: BinaryOperator, left: ValueType, right: Expression): ValueType {
    const by = right.kind === 'constant' && right.constant.kind === 'integer' ? right.constant.value : 0;
    const one = Math.abs(by) === 1;
    switch (operator) {
      case '-':
        // Rules 5 and 6 of §10.1 convert the same if one operand is an integer.
        if (one) this.#code.emit(by === 1 ? op.DECR : op.INCR);
        else this.#operation(operator, right);
        return 'number';
      case '+': {
        const numeric = left === 'number' || left === 'boolean';
        if (one && numeric) {
          this.#code.emit(by === 1 ? op.INCR : op.DECR);
          return 'number';
        }
        const type = this.#operation(operator, right);
        if (left === 'string' || type === 'string') return 'string';
        return numeric && type !== 'any' ? 'number' : 'any';
      }
      case '<':
      case '>':
      case '<=':
      case '>=':
      case '==':
      case '!=':
        this.#operation(operator, right);
        return 'boolean';
      default:
        this.#operation(operator, right);
        return 'number';
    }
  }

  /** Returns the type of the right operand. */
  #operation(operator: BinaryOperator, right: Expression): ValueType {
    const type = this.#value(right);
    this.#code.emit(binaryInstructions[operator]);
    return type;
  }

  #unary(operator: UnaryOperator, operand: Expression): ValueType {
    const code = this.#code;
    switch (operator) {
      case '!':
        if (operand.kind === 'unary' && operand.operator === '!') {
          const type = this.#value(operand.operand, true);
          if (type !== 'boolean') code.emit(op.TOBOOL);
          return 'boolean';
        }
        this.#value(operand, true);
        code.emit(op.NOT);
        return 'boolean';
      case '-':
        this.#value(operand);
        code.emit(op.UMINUS);
        return 'number';
      case '+':
        if (this.#value(operand) !== 'number') this.#toNumber();
        return 'number';
      case '~':
        this.#value(operand);
        code.emit(op.B_NOT);
        return 'number';
      case 'typeof':
        this.#value(operand);
        code.emit(op.TYPEOF);
        return 'number';
      case 'isvalid':
        this.#value(operand);
        code.emit(op.ISVALID);
        return 'boolean';
    }
  }

  /** No instruction only converts to a number (rule 5 of §10.1): subtracting zero does. */
  #toNumber(): void {
    this.#code.emit(op.CONST_0);
    this.#code.emit(op.SUB);
  }

  /** Stores, and leaves nothing on the stack; returns the type of what is stored. */
  #assign({ operator, vindex, value, quiet }: Assignment): ValueType {
    // v = v + x is v += x, if x leaves v alone.
    if (operator === '=' && quiet && value.kind === 'binary' && isVariable(value.left, vindex)) {
      if (value.operator === '+' || value.operator === '-') {
        return this.#update(value.operator, vindex, value.right, quiet);
      }
    }
    if (operator !== '=') return this.#update(operator, vindex, value, quiet);
    const type = this.#value(value);
    this.#code.store(vindex);
    return type;
  }

  #update(operator: BinaryOperator, vindex: number, value: Expression, quiet: boolean): ValueType {
    if (operator === '-' && value.kind === 'constant' && value.constant.kind === 'integer') {
      const by = value.constant.value;
      if (Math.abs(by) === 1) {
        this.#code.increment(by === 1 ? '--' : '++', vindex);
        return 'number';
      }
    }
    if (quiet && (operator === '+' || operator === '-')) {
      const type = this.#value(value);
      this.#code.emit(operator === '+' ? op.ADD_ASG : op.SUB_ASG, vindex);
      return operator === '-' ? 'number' : type === 'string' ? 'string' : 'any';
    }
    this.#code.load(vindex);
    const type = this.#binary(operator, 'any', value);
    this.#code.store(vindex);
    return type;
  }

  /** §6.3.12: the value of ++ and -- is a number, also that before the step. */
  #step(operator: '++' | '--', prefix: boolean, vindex: number): ValueType {
    if (!prefix) {
      this.#code.load(vindex);
      this.#toNumber();
    }
    this.#code.increment(operator, vindex);
    if (prefix) this.#code.load(vindex);
    return 'number';
  }

  #arguments(args: readonly Expression[]): void {
    for (const arg of args) this.#value(arg);
  }
}

function isVariable(expression: Expression, vindex: number): boolean {
  return expression.kind === 'variable' && expression.vindex === vindex;
}

/** Invalid is a value of every type. */
function typeOf({ kind }: Constant): ValueType {
  switch (kind) {
    case 'integer':
    case 'float':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
    case 'invalid':
      return 'boolean';
  }
}
