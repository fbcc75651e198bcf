import { error, type Span } from "../diagnostics/diagnostic.ts";
import { DYNAMIC, type TensorType, type Type } from "../ir/types.ts";
import type { AttributeResolver } from "./resolve-attributes.ts";

/** The type between the brackets of `tensor<…>`; `start` is where the body begins in the file. */
export function resolveTensor(
  body: string,
  start: number,
  span: Span,
  resolver: AttributeResolver,
): Type | undefined {
  if (body.startsWith("*x")) {
    const element = resolver.piece((grammar) => grammar.typeRule, body.slice(2), start + 2);
    return element && { kind: "unranked", element: resolver.type(element) };
  }
  const { shape, end } = readExtents(body);
  const tail = resolver.piece((grammar) => grammar.tensorTail, body.slice(end), start + end);
  if (!tail) return undefined;
  if (shape.some((size) => !Number.isSafeInteger(size)))
    return resolver.report(error("tensor-shape", "an extent is too large", { span }));
  const element = resolver.type(tail.element);
  const encoding = tail.encoding && resolver.attribute(tail.encoding);
  const tensor: TensorType = { kind: "tensor", shape, element, ...(encoding && { encoding }) };
  reportLaws(tensor, span, resolver);
  return tensor;
}

/** `4x?x8x`: extents up to the element type. */
function readExtents(body: string): { readonly shape: readonly number[]; readonly end: number } {
  const extent = /\s*(\?|\d+)\s*x/y;
  const shape: number[] = [];
  let end = 0;
  for (let match = extent.exec(body); match; match = extent.exec(body)) {
    shape.push(match[1] === "?" ? DYNAMIC : Number(match[1]));
    end = extent.lastIndex;
  }
  return { shape, end };
}

/** What the element type and the encoding demand of a tensor they are in. */
function reportLaws(tensor: TensorType, span: Span, resolver: AttributeResolver): void {
  const { element, encoding } = tensor;
  const { registry } = resolver;
  const problems = [
    ...((element.kind === "dialect" &&
      registry.type(element.name)?.verifyInTensor?.(element.parameters, tensor)) ||
      []),
    ...((encoding?.kind === "dialect" &&
      registry.attribute(encoding.name)?.verifyInTensor?.(encoding.parameters, tensor)) ||
      []),
  ];
  for (const problem of problems) resolver.reportMismatch(problem, span);
}
