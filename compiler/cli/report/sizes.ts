import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { type ComponentRole, componentRoles, roleOf } from "../../../dialects/lowp/component-role.ts";
import { type ParamOp, resourceKeys } from "../../../dialects/lowp/params.ts";
import { byteLengthOf as storedBytes } from "../../../dialects/lowp/storage.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { openFile } from "../../import/open-file.ts";
import { openSafetensors } from "../../import/safetensors/read.ts";
import { byteLengthOf, type ResourceOrigin } from "../../ir/constants.ts";
import type { TensorType } from "../../ir/types.ts";
import { elementCount } from "../../numeric/tensor.ts";
import { paramsOf } from "../layers.ts";
import type { Loaded } from "../load.ts";

/** Bytes by what they are for. */
export type RoleBytes = Readonly<Record<ComponentRole, number>>;

/** What one parameter takes. */
export interface ParamBytes {
  readonly name: string;
  readonly elements: number;
  readonly isQuantized: boolean;
  /** A tensor that two parameters share counts for the first of them. */
  readonly roles: RoleBytes;
  readonly total: number;
}

/** One weights file, byte by byte. */
export interface FileBytes {
  /** As the module names it. */
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  /** The header, and whatever else lies between tensors. */
  readonly overhead: number;
  /** Tensors that the module does not name. */
  readonly unused: number;
}

/** Where the bytes of a model are. */
export interface Sizes {
  readonly params: readonly ParamBytes[];
  /** Constants that belong to no parameter. */
  readonly others: number;
  /** Of params and others, what is written in the module itself. */
  readonly inline: number;
  readonly files: readonly FileBytes[];
}

/**
 * Counts every byte of the weights files a module names, so that Σ params + others + Σ (overhead + unused) of the files
 * is Σ size + inline. Codes: those of reading safetensors files.
 */
export function sizesOf({ module, folder }: Loaded): Result<Sizes> {
  const used = new Map<string, { readonly file: string; readonly tensors: Set<string> }>();
  let inline = 0;
  /** Bytes of a resource, or 0 if they are counted already. */
  const take = (origin: ResourceOrigin | undefined): number => {
    if (origin === undefined) return 0;
    const bytes = byteLengthOf(origin);
    if (origin.kind === "inline") inline += bytes;
    if (origin.kind !== "file") return bytes;
    const path = resolve(folder, origin.file);
    const known = used.get(path) ?? { file: origin.file, tensors: new Set<string>() };
    used.set(path, known);
    if (known.tensors.has(origin.tensor)) return 0;
    known.tensors.add(origin.tensor);
    return bytes;
  };
  const counted = new Set<string>();
  const params = [...paramsOf(module).values()].map((op): ParamBytes => {
    const roles: Record<ComponentRole, number> = { ...noBytes };
    for (const [path, key] of resourceKeys(op.attributes.value)) {
      const role = roleOf(path);
      roles[role] += counted.has(key) ? 0 : take(module.resources[key]);
      counted.add(key);
    }
    const written = denseBytes(op);
    roles.values += written;
    inline += written;
    return describeParam(op, roles);
  });
  const rest = Object.entries(module.resources).filter(([key]) => !counted.has(key));
  const others = rest.reduce((sum, [, origin]) => sum + take(origin), 0);
  const files: FileBytes[] = [];
  for (const [path, { file, tensors }] of used) {
    const bytes = fileBytes(path, file, tensors);
    if (!bytes.ok) return bytes;
    files.push(bytes.value);
  }
  return ok({ params, others, inline, files });
}

const noBytes = Object.fromEntries(componentRoles.map((role) => [role, 0])) as Record<ComponentRole, number>;

export const totalOf = (roles: RoleBytes): number =>
  Object.values(roles).reduce((sum, bytes) => sum + bytes, 0);

function describeParam({ attributes: { sym_name: name, type } }: ParamOp, roles: RoleBytes): ParamBytes {
  const { element, shape } = type as TensorType;
  const isQuantized = element.kind === "dialect";
  return { name, elements: elementCount(shape), isQuantized, roles, total: totalOf(roles) };
}

/** Bytes of a value that is spelled out in the text, as they would be stored. */
function denseBytes({ attributes: { type, value } }: ParamOp): number {
  const { element, shape } = type as TensorType;
  return value?.kind === "dense" ? (storedBytes(element, shape) ?? 0) : 0;
}

function fileBytes(path: string, file: string, used: ReadonlySet<string>): Result<FileBytes> {
  const opened = openSafetensors(path);
  if (!opened.ok) return opened;
  const entries = [...opened.value.tensors.values()];
  opened.value.close();
  const hashed = hashFile(path);
  if (!hashed.ok) return hashed;
  const bytesOf = (some: typeof entries) => some.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { size, sha256 } = hashed.value;
  const unused = bytesOf(entries.filter(({ name }) => !used.has(name)));
  return ok({ file, sha256, size, overhead: size - bytesOf(entries), unused });
}

/** Read at a time, so that a file may be larger than memory. */
const CHUNK_BYTES = 2 ** 24;

/** Length and SHA-256 of a file. */
export function hashFile(path: string): Result<{ readonly size: number; readonly sha256: string }> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const { byteLength: size } = opened.value;
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += CHUNK_BYTES)
    hash.update(opened.value.readAt(at, Math.min(CHUNK_BYTES, size - at)));
  opened.value.close();
  return ok({ size, sha256: hash.digest("hex") });
}
