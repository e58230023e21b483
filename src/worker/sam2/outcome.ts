// What becomes of one object on one frame: from a mask, from clicks and a box, or from what is remembered of it.
import { emptyRle, type Rle } from '#core/mask/rle'
import type { FrameFeatures } from './frame-features.ts'
import { chooseMask, type Decoded, isAmbiguous } from './mask-choice.ts'
import { decodeMasks, type DecodingOrder } from './mask-decoding.ts'
import { type Constants, fixedSize, floats, runFloats, type VideoModules } from './modules.ts'
import { maskOfLogits, type Plane, resizePlane, squashedMask, withoutHoles } from './plane.ts'
import { downsampledMask, encodePrompt, type NetworkPoint } from './prompt-encoding.ts'

/** In pixels of the frame; x0, y0 is the upper left corner of a box, x1, y1 the lower right one. */
export type PointPrompt = {
  readonly points: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[]
  readonly box?: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
}
export type ObjectPrompt = { readonly id: number } & ({ readonly mask: Rle } | PointPrompt)

/** `score` is the predicted IoU, 0 to 1; 0 when the object is not seen, and then the mask is empty. */
export type TrackedMask = { readonly id: number; readonly mask: Rle; readonly score: number; readonly objectScore: number }

/** Sizes of the frames, and the side of the square that the network sees. */
export type Scene = {
  readonly modules: VideoModules
  readonly constants: Constants
  readonly width: number
  readonly height: number
  readonly side: number
}

export type Outcome = {
  /** Above 0: the object is there. */
  readonly objectScore: number
  readonly iou: number
  readonly pointer: Float32Array
  /** Logits as the decoder gives them, and at the size of the network's picture, which is what is remembered. */
  readonly low: Plane
  readonly high: Plane
  /** The mask itself where a person or an earlier stage gave it. */
  readonly given?: Rle
}

/** NO_OBJ_SCORE of SAM 2: an object that is not there has no pixel. */
const noObject = -1024
/** fill_hole_area of SAM 2 on video, in places of the low-resolution mask. */
const holeArea = 8
/** A mask prompt as logits and as object score: 20 m - 10. */
const sure = 10
/** Logits given back to the prompt encoder lie within this. */
const hintLimit = 32

/** _use_mask_as_output: the mask is the answer; the decoder gives the pointer only, from the frame without any memory. */
export async function promptedByMask(scene: Scene, frame: FrameFeatures, mask: Rle): Promise<Outcome> {
  const { modules, constants, side } = scene
  const plane = squashedMask(mask, side)
  const prompt = await encodePrompt(modules, [], downsampledMask(plane, constants))
  const [decoded] = await decodeMasks(modules, frame, [{ embedding: frame.coarse.values, prompt }])
  const objectScore = plane.values.some((value) => value > 0) ? sure : -sure
  const high = { ...plane, values: plane.values.map((value) => 2 * sure * value - sure) }
  const pointers = await pointersOf(scene, [{ token: chooseMask(decoded!, false).token, objectScore }])
  return { objectScore, iou: 1, pointer: pointers[0]!, low: resizePlane(high, side / 4, side / 4), high, given: mask }
}

/** `embedding` is the frame with the memory of an object that is known, else without; `before` is its mask so far on this frame. */
export async function promptedByPoints(
  scene: Scene,
  frame: FrameFeatures,
  embedding: Float32Array,
  { points, box }: PointPrompt,
  before: Plane | undefined,
): Promise<Outcome> {
  const [scaleX, scaleY] = [scene.side / scene.width, scene.side / scene.height]
  const corner = (x: number, y: number, label: 2 | 3): NetworkPoint => ({ x: x * scaleX, y: y * scaleY, label })
  const corners = box ? [corner(box.x0, box.y0, 2), corner(box.x1, box.y1, 3)] : []
  const clicks = points.map(({ x, y, positive }): NetworkPoint => ({ x: x * scaleX, y: y * scaleY, label: positive ? 1 : 0 }))
  const given = [...corners, ...clicks]
  const hint = before && { ...before, values: before.values.map((value) => Math.min(hintLimit, Math.max(-hintLimit, value))) }
  const prompt = await encodePrompt(scene.modules, given, hint)
  const decoded = await decodeMasks(scene.modules, frame, [{ embedding, prompt }])
  const [outcome] = await outcomesOf(scene, decoded, isAmbiguous(given.length))
  return outcome!
}

/** Of objects that nobody prompted on this frame; in the order given. */
export async function carriedOutcomes(scene: Scene, frame: FrameFeatures, orders: readonly DecodingOrder[]): Promise<readonly Outcome[]> {
  return outcomesOf(scene, await decodeMasks(scene.modules, frame, orders), true)
}

async function outcomesOf(scene: Scene, all: readonly Decoded[], several: boolean): Promise<readonly Outcome[]> {
  const chosen = all.map((decoded) => ({ ...chooseMask(decoded, several), objectScore: decoded.objectScore }))
  const pointers = await pointersOf(scene, chosen)
  return chosen.map(({ logits, iou, objectScore }, at) => {
    const lowSide = Math.sqrt(logits.length)
    const values = objectScore > 0 ? logits : new Float32Array(logits.length).fill(noObject)
    const low = { width: lowSide, height: lowSide, values }
    return { objectScore, iou, pointer: pointers[at]!, low, high: resizePlane(low, scene.side, scene.side) }
  })
}

export function shownMask(id: number, { objectScore, iou, low, given }: Outcome, { width, height }: Scene): TrackedMask {
  const isSeen = objectScore > 0
  const mask = given ?? (isSeen ? maskOfLogits(withoutHoles(low, holeArea), width, height) : emptyRle(height, width))
  return { id, mask, score: isSeen ? Math.min(1, Math.max(0, iou)) : 0, objectScore }
}

type Token = { readonly token: Float32Array; readonly objectScore: number }

/** obj_ptr_proj of the tokens, all at once where the graph takes a batch; no_obj_ptr for objects that are not there (fixed_no_obj_ptr). */
async function pointersOf({ modules, constants }: Scene, tokens: readonly Token[]): Promise<readonly Float32Array[]> {
  const { pointerProjection } = modules
  const size = tokens[0]?.token.length ?? 0
  const each = fixedSize(pointerProjection.inputs[0], 0) ?? Math.max(1, tokens.length)
  const pointers: Float32Array[] = []
  for (let from = 0; from < tokens.length; from += each) {
    const some = tokens.slice(from, from + each)
    const x = new Float32Array(some.length * size)
    for (const [at, { token }] of some.entries()) x.set(token, at * size)
    const projected = (await runFloats(pointerProjection, 'pointerProjection', { x: floats([some.length, size], x) }))('x_out').values
    for (const [at, { objectScore }] of some.entries())
      pointers.push(objectScore > 0 ? projected.slice(at * size, (at + 1) * size) : constants.noObjectPointer)
  }
  return pointers
}
