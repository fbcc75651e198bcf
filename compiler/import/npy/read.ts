import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import { elementCount, type Tensor } from "../../numeric/tensor.ts";
import { type OpenFile, openFile } from "../open-file.ts";
import { npyDtypes } from "./dtype.ts";

/**
 * Reads a numpy array (.npy 1.0 and 2.0, C order). Integers of 32 bits and fewer and booleans become i32,
 * 64-bit ones BigInt. Codes: `file-not-found`, `file-unreadable`, `npy-header`, `npy-dtype`,
 * `npy-truncated`, `npy-length`.
 */
export function readNpy(path: string): Result<Tensor> {
  const opened = openFile(path);
  if (!opened.ok) return opened;
  const tensor = decodeFile(opened.value);
  opened.value.close();
  return tensor;
}

function decodeFile(file: OpenFile): Result<Tensor> {
  const place = locateHeader(file);
  if (!place.ok) return place;
  const { headerStart, dataStart } = place.value;
  const header = decodeHeader(
    file.path,
    new TextDecoder("latin1").decode(file.readAt(headerStart, dataStart - headerStart)),
  );
  if (!header.ok) return header;
  const { descr, shape } = header.value;
  const dtype = npyDtypes.get(descr);
  if (dtype === undefined) return fail(unknownDtype(file.path, descr));
  const expected = dtype.size * elementCount(shape);
  const found = file.byteLength - dataStart;
  if (found !== expected) return fail(wrongLength(`${file.path}: ${descr}(${shape})`, expected, found));
  return ok({ shape, data: dtype.decode(file.readAt(dataStart, expected).buffer) });
}

const magic = "\u0093NUMPY";

/** Whether a file that starts like this is a numpy array. */
export const isNpy = (start: Uint8Array): boolean => String.fromCharCode(...start.subarray(0, 6)) === magic;

const shortest = 10;

interface HeaderPlace {
  readonly headerStart: number;
  readonly dataStart: number;
}

/** Finds the header's dictionary (numpy.lib.format, "Format Version 1.0" and "2.0"). */
function locateHeader(file: OpenFile): Result<HeaderPlace> {
  const start = file.readAt(0, Math.min(file.byteLength, shortest + 2));
  if (!isNpy(start)) {
    return fail(
      headerError(`${file.path}: the file does not start with \\x93NUMPY`, "save the array with numpy.save"),
    );
  }
  const [major, minor] = [start[6], start[7]];
  if (major !== 1 && major !== 2) {
    return fail(
      headerError(
        `${file.path}: the format is ${major}.${minor}, expected 1.0 or 2.0`,
        "save it with numpy.save",
      ),
    );
  }
  const headerStart = major === 1 ? shortest : shortest + 2;
  if (file.byteLength < headerStart)
    return fail(wrongLength(`${file.path}: the header`, headerStart, file.byteLength));
  const view = new DataView(start.buffer);
  const dataStart = headerStart + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (file.byteLength < dataStart)
    return fail(wrongLength(`${file.path}: the header`, dataStart, file.byteLength));
  return ok({ headerStart, dataStart });
}

interface Header {
  readonly descr: string;
  readonly shape: readonly number[];
}

function decodeHeader(path: string, text: string): Result<Header> {
  const descr = /'descr': *(?:'([^']*)'|(\[.*\]))/.exec(text);
  const order = /'fortran_order': *(True|False)/.exec(text);
  const shape = /'shape': *\(([\d, ]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) {
    const message = `${path}: the header is ${text.trim()}, expected descr, fortran_order and shape`;
    return fail(headerError(message, "save the array with numpy.save"));
  }
  if (order[1] === "True") {
    const message = `${path}: the array is in Fortran order, expected C order`;
    return fail(headerError(message, "save numpy.ascontiguousarray(array)"));
  }
  const sizes = shape[1]!.split(",").filter((size) => size.trim() !== "");
  return ok({ descr: descr[1] ?? descr[2]!, shape: sizes.map(Number) });
}

const headerError = (message: string, hint: string) => error("npy-header", message, { hint });

function unknownDtype(path: string, descr: string) {
  const known = [...npyDtypes.keys()];
  const message = `${path}: elements are ${descr}, expected one of ${known.join(" ")}`;
  const hint = descr.startsWith(">")
    ? `save array.astype("${descr.replace(">", "<")}")`
    : `save array.astype("<f4"); ${didYouMean(descr, known)}`;
  return error("npy-dtype", message, { hint });
}

const wrongLength = (what: string, expected: number, found: number) =>
  error(
    found < expected ? "npy-truncated" : "npy-length",
    `${what} takes ${expected} bytes, the file holds ${found}`,
    { hint: found < expected ? "copy or download the file again" : "save one array per file" },
  );
