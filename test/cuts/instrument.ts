import ts from 'typescript';

// Makes of a source file one that can be cut off wherever JavaScript can be: `cuts.enter()` is called
// where a function is entered, `cuts.resumed()` where a generator goes on, and `cuts.turn()` at the end of
// each turn of a loop. While `cuts.terminating`, as where a time limit strikes, what they throw is caught by
// nobody: not by `catch`, not by `async` functions, and not by promises that are being made.
//
// Left out, since nothing comes of them: what runs while a class is made (static blocks and fields);
// initializers of fields, which run where the constructor has just been entered; what comes behind an
// `await`, since cuts are made while the program calls, and nobody calls what comes behind it.

const { factory } = ts;

const member = (name: string): ts.PropertyAccessExpression =>
  factory.createPropertyAccessExpression(factory.createIdentifier('cuts'), name);

const call = (name: string, ...args: ts.Expression[]): ts.CallExpression =>
  factory.createCallExpression(member(name), undefined, args);

const statement = factory.createExpressionStatement.bind(factory);

/** The body of a function, or a statement, as a block. */
function blockOf(node: ts.Node): ts.Statement[] {
  if (ts.isBlock(node)) return [...node.statements];
  return [ts.isStatement(node) ? node : factory.createReturnStatement(node as ts.Expression)];
}

type WithBody = ts.FunctionLikeDeclaration & { readonly body: ts.Node };

const hasBody = (node: ts.Node): node is WithBody =>
  ts.isFunctionLike(node) && (node as Partial<WithBody>).body !== undefined;

/** Whether what it throws rejects a promise, but for what is thrown where it is entered. */
const isAsync = (node: WithBody): boolean =>
  node.asteriskToken === undefined &&
  ts.getModifiers(node as ts.MethodDeclaration)?.some(isAsyncKeyword) === true;

const isAsyncKeyword = ({ kind }: ts.Node): boolean => kind === ts.SyntaxKind.AsyncKeyword;

const isPromise = (node: ts.Node): node is ts.NewExpression =>
  ts.isNewExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'Promise';

/** What an asynchronous function does once it was entered, as a statement. */
function apart({ body }: WithBody): ts.Statement {
  const asynchronous = factory.createModifier(ts.SyntaxKind.AsyncKeyword);
  const begin = factory.createArrowFunction(
    [asynchronous],
    undefined,
    [],
    undefined,
    undefined,
    factory.createBlock(blockOf(body), true),
  );
  const begun = factory.createCallExpression(
    factory.createParenthesizedExpression(begin),
    undefined,
    [],
  );
  return factory.createReturnStatement(call('left', begun));
}

/** @param file - what places are named by */
export const instrument =
  (file: string): ts.TransformerFactory<ts.SourceFile> =>
  (context) =>
  (source) => {
    const place = (node: ts.Node): ts.Expression => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      return factory.createStringLiteral(`${file}:${line + 1}`);
    };

    const entered = (node: WithBody, at: ts.Expression): ts.Node => {
      const asynchronous = isAsync(node);
      const rest = asynchronous ? [apart(node)] : blockOf(node.body);
      const body = factory.createBlock([statement(call('enter', at)), ...rest], true);
      const visitChild = (child: ts.Node): ts.Node | undefined => {
        if (child === node.body) return body;
        return asynchronous && isAsyncKeyword(child) ? undefined : child;
      };
      return ts.visitEachChild(node, visitChild, context);
    };

    const turned = (node: ts.IterationStatement, at: ts.Expression): ts.Node => {
      const body = factory.createBlock(
        [...blockOf(node.statement), statement(call('turn', at))],
        true,
      );
      return ts.visitEachChild(node, (child) => (child === node.statement ? body : child), context);
    };

    /** Neither its handler nor its last block runs where a time limit strikes. */
    const tried = (node: ts.TryStatement): ts.TryStatement => {
      const { tryBlock, catchClause, finallyBlock } = node;
      return factory.updateTryStatement(
        node,
        tryBlock,
        catchClause && handled(catchClause),
        finallyBlock &&
          factory.createBlock(
            [
              factory.createIfStatement(
                factory.createLogicalNot(member('terminating')),
                finallyBlock,
              ),
            ],
            true,
          ),
      );
    };

    const handled = (node: ts.CatchClause): ts.CatchClause => {
      const caught =
        node.variableDeclaration ??
        factory.createVariableDeclaration(factory.createUniqueName('caught'));
      const again = factory.createIfStatement(
        member('terminating'),
        factory.createThrowStatement(caught.name as ts.Identifier),
      );
      const block = factory.createBlock([again, ...node.block.statements], true);
      return factory.updateCatchClause(node, caught, block);
    };

    const visit = (original: ts.Node): ts.Node => {
      const node = ts.visitEachChild(original, visit, context);
      if (hasBody(node)) return entered(node, place(original));
      if (ts.isIterationStatement(node, false)) return turned(node, place(original));
      if (ts.isTryStatement(node)) return tried(node);
      if (ts.isYieldExpression(node)) return call('resumed', place(original), node);
      if (isPromise(node)) return call('left', node);
      return node;
    };
    return ts.visitEachChild(source, visit, context);
  };
