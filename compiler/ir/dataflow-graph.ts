import { alg, Graph } from "@dagrejs/graphlib";

/** Names that depend on names: who calls whom, which dialect builds on which. */
export interface DependencyGraph {
  readonly nodes: readonly string[];
  /** `[from, to]`: `from` needs `to`. */
  readonly edges: readonly (readonly [string, string])[];
}

/** Cycles, each as the sorted names on it. A node that needs itself is a cycle of one. */
export function cyclesOf(graph: DependencyGraph): readonly (readonly string[])[] {
  return alg.findCycles(build(graph)).map((cycle: readonly string[]) => cycle.toSorted());
}

/** What is needed comes before what needs it; names that do not depend on each other keep their order. Needs an acyclic graph. */
export function dependenciesFirst(graph: DependencyGraph): readonly string[] {
  const built = build(graph);
  return alg.postorder(built, [...graph.nodes]);
}

function build({ nodes, edges }: DependencyGraph): Graph {
  const graph = new Graph({ directed: true });
  for (const node of nodes) graph.setNode(node);
  for (const [from, to] of edges) if (graph.hasNode(to)) graph.setEdge(from, to);
  return graph;
}
