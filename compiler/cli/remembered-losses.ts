import type { Registry } from "../define/dialect.ts";
import type { Calibration } from "../define/pass.ts";
import type { Module } from "../ir/module.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import { printModule } from "../text/print.ts";
import { sha256 } from "./constant-host.ts";
import type { LossFile } from "./loss-file.ts";
import { VERSION } from "./version.ts";

type MeasureLoss = NonNullable<Calibration["lossIncrease"]>;

/** Takes losses from a file where they are known, and writes those that are measured into it. `data` tells what is fed. */
export function rememberedLosses(
  measure: MeasureLoss,
  file: LossFile,
  { data, registry }: { readonly data: unknown; readonly registry: Registry },
): MeasureLoss {
  const modules = new WeakMap<Module, string>();
  const digestOfModule = (module: Module): string => {
    const known = modules.get(module) ?? textDigest([printModule(module, registry), module.resources]);
    modules.set(module, known);
    return known;
  };
  const digests = new WeakMap<FloatTensor["data"], string>();
  const digestOfNumbers = (numbers: FloatTensor["data"]): string => {
    const known = digests.get(numbers) ?? digest(numbers);
    digests.set(numbers, known);
    return known;
  };
  return async (module, replaced, around = new Map()) => {
    const weights = [...new Map([...around, ...replaced])].map(([symbol, { shape, data: numbers }]) => [
      symbol,
      shape,
      digestOfNumbers(numbers),
    ]);
    const key = textDigest([VERSION, data, digestOfModule(module), weights]);
    const known = file.find(key);
    if (known) return { ok: true, value: known };
    const measured = await measure(module, replaced, around);
    if (!measured.ok) return measured;
    const written = file.add(key, measured.value);
    return written.ok ? measured : written;
  };
}

const digest = ({ buffer, byteOffset, byteLength }: FloatTensor["data"]): string =>
  sha256(new Uint8Array(buffer, byteOffset, byteLength));

const textDigest = (value: unknown): string => sha256(new TextEncoder().encode(JSON.stringify(value)));
