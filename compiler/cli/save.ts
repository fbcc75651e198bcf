import { basename, dirname, relative, resolve } from "node:path";
import type { Registry } from "../define/dialect.ts";
import { type Diagnostic, error, fail, ok, type Result, unreachable } from "../diagnostics/diagnostic.ts";
import { type TensorToWrite, writeSafetensors } from "../export/safetensors/write.ts";
import { isStream, writeAll, writeAside } from "../export/write-aside.ts";
import { bitsOfDtype, type SafetensorsDtype } from "../import/safetensors/dtype.ts";
import type { ConstantStore, ResourceOrigin } from "../ir/constants.ts";
import { attributesOf, type Module, walk } from "../ir/module.ts";
import { DYNAMIC, type Type } from "../ir/types.ts";
import { printModule } from "../text/print.ts";
import type { PrintForm } from "../text/print-attributes.ts";

/** What to write, and where the module's relative paths start from now. */
export interface Saving {
  readonly module: Module;
  readonly constants: ConstantStore;
  readonly folder: string;
  readonly registry: Registry;
  readonly form?: PrintForm;
  /** Comments that stand before the module. */
  readonly header?: string;
}

/** The file that the weights of a module are written to. */
export const weightsPath = (path: string): string => path.replace(/(\.mlir)?$/, ".safetensors");

/** The answer to an output beside which no weights can be written, such as /dev/null. Code: `weights-nowhere`. */
export const weightsNowhere = (path: string): Diagnostic =>
  error("weights-nowhere", `${path} is no file, so the weights of the module have no place beside it`, {
    hint: "give the name of a file with -o",
  });

/** Bytes up to this size are written into the text itself. */
const INLINE_BYTES = 64;

/**
 * Writes a module as text, and the bytes that are in no file yet into a safetensors file beside it,
 * named after it. Both are written aside and renamed. Codes: `weights-in-use`, `weights-nowhere` and those of writing.
 */
export function saveModule(path: string, saving: Saving): Result<readonly string[]> {
  const { module, constants, registry, form, header = "" } = saving;
  const weights = weightsPath(path);
  const types = resourceTypes(module);
  const tensors: TensorToWrite[] = [];
  const resources: Record<string, ResourceOrigin> = {};
  for (const [key, origin] of Object.entries(module.resources)) {
    if (origin.kind === "file")
      resources[key] = {
        ...origin,
        file: relative(dirname(path), resolve(saving.folder, origin.file)).replaceAll("\\", "/"),
      };
    else if (origin.kind === "digest") {
      const found = constants.read(key, origin);
      if (!found.ok) return found;
      // Read again when it is its turn, so that no more than one tensor is in memory.
      const bytes = () => {
        const read = constants.read(key, origin);
        return read.ok ? read.value : unreachable(`${key} was there before`);
      };
      tensors.push({ name: key, ...layoutOf(types.get(key), origin.byteLength), bytes });
      resources[key] = { ...origin, kind: "file", file: basename(weights), tensor: key };
    } else resources[key] = origin;
  }
  if (tensors.length > 0) {
    if (isStream(path)) return fail(weightsNowhere(path));
    const replaced = Object.values(module.resources).find(
      (origin) => origin.kind === "file" && resolve(saving.folder, origin.file) === weights,
    );
    if (replaced)
      return fail(
        error(
          "weights-in-use",
          `writing ${basename(weights)} would replace weights that the module still reads from it`,
          {
            hint: "choose another name with -o",
          },
        ),
      );
    const written = writeSafetensors(weights, tensors);
    if (!written.ok) return written;
  }
  const text = header + printModule({ ...module, resources }, registry, form);
  const written = writeAside(path, (file) => writeAll(file, new TextEncoder().encode(text)));
  return written.ok ? ok(tensors.length > 0 ? [path, weights] : [path]) : written;
}

/** The type beside each resource key. */
function resourceTypes(module: Module): ReadonlyMap<string, Type> {
  const types = new Map<string, Type>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { kind, key, type } = value as {
      readonly kind?: string;
      readonly key?: string;
      readonly type?: Type;
    };
    if (kind === "resource" && key !== undefined && type) types.set(key, type);
    else if (kind === "dictionary" || kind === "array" || Array.isArray(value))
      Object.values(value).forEach(visit);
    else if (kind === undefined) Object.values(value).forEach(visit);
  };
  for (const op of walk(module)) for (const value of Object.values(attributesOf(op))) visit(value);
  return types;
}

const dtypes: Readonly<Record<string, SafetensorsDtype>> = {
  f64: "F64",
  f32: "F32",
  f16: "F16",
  bf16: "BF16",
  f8E4M3FN: "F8_E4M3",
  f8E5M2: "F8_E5M2",
  f8E8M0FNU: "F8_E8M0",
};

/** The file's own type where it has one that fits, so that other tools can read the tensor; raw bytes otherwise. */
function layoutOf(type: Type | undefined, byteLength: number): Pick<TensorToWrite, "dtype" | "shape"> {
  const raw = { dtype: "U8" as const, shape: [byteLength] };
  if (type?.kind !== "tensor") return raw;
  const { element, shape } = type;
  const dtype =
    element.kind === "float"
      ? dtypes[element.name]
      : element.kind === "integer" && [8, 16, 32, 64].includes(element.width)
        ? (`${element.signedness === "unsigned" ? "U" : "I"}${element.width}` as SafetensorsDtype)
        : undefined;
  if (dtype === undefined) return raw;
  const bytesOf = (extents: readonly number[]): number =>
    extents.reduce((product, size) => product * size, bitsOfDtype[dtype]) / 8;
  // Where the data decide on an extent, as with the values of csr, the bytes tell it.
  const open = shape.indexOf(DYNAMIC);
  if (open !== -1) {
    const extent = byteLength / bytesOf(shape.with(open, 1));
    return Number.isInteger(extent) && extent >= 0 ? { dtype, shape: shape.with(open, extent) } : raw;
  }
  const bytes = bytesOf(shape);
  return bytes === byteLength
    ? { dtype, shape }
    : unreachable(`a resource of ${byteLength} bytes has a type of ${bytes}`);
}

/** Small blobs go into the text, so that `opt` without -o gives something complete for toy programs. */
export function inlineSmall(
  module: Module,
  constants: ConstantStore,
  encode: (bytes: Uint8Array) => string,
): Module {
  const resources = Object.fromEntries(
    Object.entries(module.resources).map(([key, origin]): [string, ResourceOrigin] => {
      if (origin.kind !== "digest" || origin.byteLength > INLINE_BYTES) return [key, origin];
      const bytes = constants.read(key, origin);
      return [key, bytes.ok ? { kind: "inline", hex: encode(bytes.value) } : origin];
    }),
  );
  return { ...module, resources };
}
