import {
  type Classifier,
  type ClassifierEvaluation,
  evaluateClassifier,
} from "../../runtime/classification/evaluate.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { readNpy } from "../import/npy/read.ts";
import { type Backend, executableOf } from "./backend.ts";
import type { Session } from "./command.ts";
import { resolvePath } from "./io.ts";
import { loadModule } from "./load.ts";
import { progressOn } from "./progress.ts";

/** What `narrow eval --inputs … --labels …` was told. */
export interface ClassificationChoice {
  /** Paths of .npy files: examples [N, …] and integers [N]. */
  readonly inputs: string;
  readonly labels: string;
  readonly batch: number;
  readonly limit?: number | undefined;
  /** Path of a module to compare with. */
  readonly reference?: string | undefined;
  readonly backend: Backend;
}

/** Accuracy and cross-entropy of @main on labelled examples. */
export async function classify(
  session: Session,
  path: string,
  { inputs, labels, batch, limit, reference: other, backend }: ClassificationChoice,
  sources: Map<string, string>,
): Promise<Result<ClassifierEvaluation>> {
  const { io } = session;
  const classifier = await loadClassifier(session, path, backend, sources);
  if (!classifier.ok) return classifier;
  const reference =
    other === undefined ? ok(undefined) : await loadClassifier(session, other, "interpreter", sources);
  if (!reference.ok) return reference;
  const examples = readNpy(resolvePath(io, inputs));
  if (!examples.ok) return examples;
  const classes = readNpy(resolvePath(io, labels));
  if (!classes.ok) return classes;
  const { data, shape } = classes.value;
  if (!(data instanceof Int32Array || data instanceof BigInt64Array) || shape.length !== 1)
    return fail(
      error("label-type", `${labels} holds no list of integers`, {
        hint: "labels are a one-dimensional array of class numbers",
      }),
    );
  const progress = progressOn(io, "eval");
  const result = await evaluateClassifier(
    classifier.value,
    { inputs: examples.value, labels: Int32Array.from(data, Number) },
    {
      batch,
      limit,
      reference: reference.value,
      progress: (done, total) => progress.show(done, total, "examples"),
    },
  );
  progress.end();
  return result;
}

async function loadClassifier(
  session: Session,
  path: string,
  backend: Backend,
  sources: Map<string, string>,
): Promise<Result<Classifier>> {
  const loaded = loadModule(session.io, path, session.registry, sources);
  if (!loaded.ok) return loaded;
  const made = await executableOf(session, loaded.value, backend);
  if (!made.ok) return made;
  const executable = made.value;
  const type = executable.entries.get("main");
  return type?.inputs.length === 1 && type.results.length === 1
    ? ok({ executable, entry: "main" })
    : fail(
        error("no-classifier", "the module has no function @main from one tensor of examples to logits", {
          hint: `functions: ${[...executable.entries.keys()].map((name) => `@${name}`).join(", ") || "none"}`,
        }),
      );
}
