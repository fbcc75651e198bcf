const I4 = "!lowp.q<i4, block = [1, 4], scale = f16>";
const I8 = "!lowp.q<i8, block = [1, 4], scale = f16>";
const ROW = "!lowp.q<i8<-127:127>, block = [1, *], scale = f32>";
const FLOAT = "!lowp.q<f8E4M3FN, block = [1, *], scale = f32>";
const TENSOR = "!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>";
const CACHE = "!lowp.q<ui4, block = [1, 1, 4], scale = f16, shift = f16, tail = short>";
const WIDE_CACHE = "!lowp.q<ui8, block = [1, 1, 4], scale = f16, shift = f16, tail = short>";

/** What calibration data reach: the linear ops of @main alone. */
const MAIN = 'only=["main.linear.*"]';

/**
 * Pipelines that show each pass on random programs, by its name. A pass may need another one before it; all
 * promises of a pipeline are checked. Every registered pass must be here.
 */
export const passOptions: Readonly<Record<string, readonly string[]>> = {
  canonicalize: ["canonicalize"],
  cse: ["cse"],
  "eliminate-dead-code": ["eliminate-dead-code"],
  "fold-constants": ["fold-constants", "fold-constants{limit=8}"],
  "infer-shapes": ["infer-shapes"],
  "fold-batch-norm": ["fold-batch-norm"],
  "allocate-bits": [
    `allocate-bits{types=[${I4}, ${I8}] bits=10 sensitivity=weight-error ${MAIN}}`,
    `allocate-bits{types=[${I4}, ${I8}] bits=10 ${MAIN}},quantize-weights{type=allocated ${MAIN}}`,
  ],
  "allocate-rows": [
    `allocate-rows{high=${I8} low=${I4} share=0.3 multiple=1 ${MAIN}}`,
    `allocate-rows{high=${I8} low=${I4} share=0.3 multiple=2 sensitivity=hessian ${MAIN}},quantize-weights{type=allocated ${MAIN}},hoist-dequant`,
  ],
  "bisect-bits": [`bisect-bits{types=[${I8}, ${I4}] tolerance=0.5 sensitivity=weight-error ${MAIN}}`],
  "quantize-weights": [
    `quantize-weights{type=${I4}}`,
    `quantize-weights{type=${I4} solver=gptq ${MAIN}}`,
    `quantize-weights{type=!lowp.sparse<nm 2:4, !lowp.q<i4, block = [1, *], scale = f16>> ${MAIN}}`,
  ],
  "quantize-activations": [
    `quantize-activations{type=${ROW}}`,
    `quantize-activations{type=${TENSOR} mode=static scales=absmax ${MAIN}}`,
  ],
  "hoist-dequant": [
    "hoist-dequant",
    `quantize-weights{type=${I4} ${MAIN}},hoist-dequant`,
    `quantize-activations{type=${FLOAT} ${MAIN}},quantize-weights{type=${FLOAT} ${MAIN}},hoist-dequant{mul=lmul}`,
  ],
  "smooth-quant": ["smooth-quant{alpha=0.5}", `cse,smooth-quant{alpha=0.75 ${MAIN}}`],
  "outlier-suppression": [
    `outlier-suppression{input=${TENSOR} weight=${ROW}}`,
    `cse,outlier-suppression{input=${TENSOR} shift=none ${MAIN}}`,
  ],
  "reparameterize-norm": [`reparameterize-norm{type=${TENSOR}}`],
  "preshift-exponent": ["preshift-exponent", `cse,preshift-exponent{exponent_bits=3 ${MAIN}}`],
  "split-outliers": [`split-outliers{threshold=2.0 ${MAIN}}`],
  "awq-scale": [`awq-scale{type=${I4}}`, `cse,awq-scale{type=${I4} ${MAIN}}`],
  "observe-values": [`observe-values{values=["main.v*"]}`],
  "remove-observers": [`observe-values{values=["*.v*"]},remove-observers`],
  "allocate-sparsity": [
    `allocate-sparsity{shares=[0.0, 0.3, 0.5, 0.7] pattern=unstructured sparsity=0.5 ${MAIN}}`,
    `allocate-sparsity{shares=[0.25, 0.5, 0.75] pattern=unstructured score=obs sensitivity=layer-output sparsity=0.5 ties=none ${MAIN}},prune{pattern=unstructured score=obs sparsity=allocated}`,
    `allocate-sparsity{shares=[0.0, 0.5] pattern=group<4> score=wanda bytes=4000 ${MAIN}},prune{pattern=group<4> score=wanda sparsity=allocated},pack-sparsity`,
  ],
  prune: [
    `prune{pattern=2:4 ${MAIN}}`,
    `prune{pattern=unstructured sparsity=0.5 score=wanda ${MAIN}}`,
    `prune{pattern=2:4 score=obs ${MAIN}}`,
    `prune{pattern=group<4> sparsity=0.5 ${MAIN}}`,
    `prune{pattern=group<4, rows = 2> sparsity=0.5 score=obs ${MAIN}}`,
  ],
  "detect-sparsity": ["detect-sparsity", `detect-sparsity{of=inputs ${MAIN}}`],
  "pack-sparsity": [
    `prune{pattern=2:4 ${MAIN}},pack-sparsity{pattern=2:4 ${MAIN}},hoist-dequant`,
    `prune{pattern=1:4 ${MAIN}},quantize-weights{type=${ROW} ${MAIN}},hoist-dequant,pack-sparsity{pattern=1:4 ${MAIN}}`,
    `prune{pattern=unstructured sparsity=0.75 ${MAIN}},pack-sparsity`,
  ],
  "sparsify-activations": [
    `sparsify-activations{sparsity=0.4 ${MAIN}}`,
    `sparsify-activations{sparsity=0.4 score=magnitude ${MAIN}}`,
    `sparsify-activations{sparsity=0.4 shares=greedy ${MAIN}}`,
  ],
  "sparsify-gates": [
    `sparsify-gates{keep=0.3 ${MAIN}}`,
    `cse,sparsify-gates{keep=0.4 threshold=normal ${MAIN}}`,
  ],
  "reorder-channels": ["reorder-channels{objective=natural}"],
  "fold-norms": ["fold-norms{untie=true}"],
  rotate: [
    "rotate{r1=false r2=false r3=true r4=false}",
    "rotate{r4=true kronecker=random norms=true}",
    `rotate{r4=true kronecker=klt whitening=0.5 norms=true ${MAIN}}`,
  ],
  "fuse-rotations": ["fold-norms{untie=true},rotate{seed=3},fuse-rotations"],
  "slice-channels": [
    "slice-channels{keep=1.0}",
    "fold-norms{untie=true},slice-channels{keep=0.5 multiple=1}",
  ],
  "fold-cache-scales": [`quantize-kv{keys=${CACHE} values=${CACHE}},fold-cache-scales`],
  "allocate-kv": [
    `allocate-kv{keys=[${CACHE}] values=[${CACHE}, ${WIDE_CACHE}] bits=12 rounds=3}`,
    `allocate-kv{keys=[${CACHE}, ${WIDE_CACHE}] values=[${CACHE}] bits=20 tokens=6 window=2},quantize-kv{keys=allocated values=allocated}`,
  ],
  "quantize-kv": [
    `quantize-kv{keys=${CACHE} values=${CACHE} window=2 tail=f16}`,
    `quantize-kv{values=${CACHE} storage=float}`,
  ],
  "lower-to-js": [
    "lower-to-js",
    `quantize-activations{type=${ROW}},quantize-weights{type=${I4}},hoist-dequant,lower-to-js`,
  ],
};

/** Passes that need structure no random program has yet, such as a whole residual stream: they only give errors here. */
export const unsuited: readonly string[] = ["reorder-channels", "fuse-rotations", "slice-channels"];
