// Clicks and boxes on a picture as the tensors that decoders of the SAM family take.
import type { ModelFamily } from '#core/model/model-entry'

/** In pixels of the picture, edges at whole numbers: the centre of the first pixel is (0.5, 0.5). */
export type Click = { readonly x: number; readonly y: number /** False: the object is not here. */; readonly isOn: boolean }
/** Corners [x0, y0, x1, y1] in pixels of the picture. */
export type PromptBox = readonly [number, number, number, number]
/** At least one click or a box. */
export type Prompt = { readonly clicks: readonly Click[]; readonly box?: PromptBox | undefined }

/** Where a picture lies in the input of the network: input x = picture x * scaleX + left. */
export type Placing = { readonly scaleX: number; readonly scaleY: number; readonly left: number; readonly top: number }

export type EncodedPrompts = {
  /** [prompts, points, 2]: x and y in pixels of the network's input. */
  readonly coordinates: Float32Array
  /** [prompts, points]: 1 on, 0 off, 2 and 3 the corners of a box, -1 nothing. */
  readonly labels: Float32Array
  /** Of each prompt. */
  readonly points: number
}

const off = 0
const on = 1
const firstCorner = 2
const secondCorner = 3
const nothing = -1

/**
 * Prompts of one batch get equally many points; what is missing is filled with points that are nothing. SAM wants such a point where there is
 * no box (segment-anything, `onnx_model_example`); exports of SAM 2 add it by themselves.
 */
export function encodePrompts(prompts: readonly Prompt[], { scaleX, scaleY, left, top }: Placing, padsAlways: boolean): EncodedPrompts {
  const rows = prompts.map(({ clicks, box }) => [
    ...clicks.map(({ x, y, isOn }) => [x * scaleX + left, y * scaleY + top, isOn ? on : off]),
    ...(box
      ? [
          [box[0] * scaleX + left, box[1] * scaleY + top, firstCorner],
          [box[2] * scaleX + left, box[3] * scaleY + top, secondCorner],
        ]
      : padsAlways
        ? [[0, 0, nothing]]
        : []),
  ])
  const points = Math.max(...rows.map((row) => row.length))
  const coordinates = new Float32Array(rows.length * points * 2)
  const labels = new Float32Array(rows.length * points).fill(nothing)
  for (const [at, row] of rows.entries())
    for (const [place, [x = 0, y = 0, label = nothing]] of row.entries()) {
      coordinates.set([x, y], (at * points + place) * 2)
      labels[at * points + place] = label
    }
  return { coordinates, labels, points }
}

/** Whether the decoder wants a point that is nothing where there is no box. */
export function padsPrompts(family: ModelFamily): boolean {
  return family !== 'sam2'
}

/** One click in the middle of each of side x side equal parts of the picture, row by row. */
export function pointGrid(side: number, width: number, height: number): Click[] {
  return Array.from({ length: side * side }, (_, at) => ({
    x: (((at % side) + 0.5) * width) / side,
    y: ((Math.floor(at / side) + 0.5) * height) / side,
    isOn: true,
  }))
}
