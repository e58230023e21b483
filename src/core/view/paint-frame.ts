// Draws a frame with its masks into pixels, as the page's GPU does (renderer/frame/shaders.ts): for exports and the command line.
import { paintLabelRaster } from '../mask/label-raster.ts'
import { areaOfRle, type Rle } from '../mask/rle.ts'
import { colourOfFacts, type MaskFacts, type MaskStyle, patternOfMask } from './mask-style.ts'
import { type Ground, groundSampler } from './ground-sampler.ts'
import { legendOf } from './legend.ts'
import { patternStrength } from './pattern.ts'
import type { Colour } from './mask-colours.ts'
import { drawLabels, drawLegend } from './picture-words.ts'
import { cropOfView, isMaskShown, type PictureSize, sizeOfView, type View } from './view.ts'

/** `mask` has the size of the frame. */
export type DrawnMask = MaskFacts & { readonly mask: Rle }
/** RGBA, row-major, not premultiplied; alpha is 0 outside of the frame and 255 inside. */
export type Painted = { readonly width: number; readonly height: number; readonly pixels: Uint8ClampedArray<ArrayBuffer> }

/** Pixels of the picture between a point and where its outline is looked for, at a `lineScale` of 1. */
const reaches = { outline: 1.25, chosenInside: 2, chosenOutside: 1.2 } as const
/** Strength of the others while something is selected. */
const dimmed = 0.38

/**
 * Levels lie coarse to fine, in a level the smallest mask is on top, over all of it what is selected. Throws RangeError for a mask that has not
 * the size of the frame, more than 65535 masks, or a picture that is too large.
 */
export function paintFrame(ground: Ground, masks: readonly DrawnMask[], view: View, stageOf?: MaskStyle['stageOf']): Painted {
  const size = sizeOfView(view, ground)
  const grid = gridOf(view, ground, size)
  const layers = layersOf(ground, masks, view, stageOf)
  const paintPixel = pixelPainter(layers, grid, view)
  const sample = groundSampler(ground, grid.perPixel)
  const pixels = new Uint8ClampedArray(size.width * size.height * 4)
  const colour: Pixel = [0, 0, 0]
  for (let j = 0; j < size.height; j += 1) {
    const y = grid.crop.y + (j + 0.5) * grid.perPixel
    for (let i = 0; i < size.width; i += 1) {
      if (grid.at.x[i]! < 0 || grid.at.y[j]! < 0) continue
      const x = grid.crop.x + (i + 0.5) * grid.perPixel
      sample(x, y, colour)
      paintPixel(i, j, x, y, colour)
      pixels.set(colour, (j * size.width + i) * 4)
      pixels[(j * size.width + i) * 4 + 3] = 255
    }
  }
  const painted = { ...size, pixels }
  writeLabels(painted, layers, grid, view)
  const legend = view.legend ? legendOf(layers.style, layers.levels, masks) : undefined
  if (legend) drawLegend(painted, legend)
  return painted
}

type Pixel = [red: number, green: number, blue: number]

function writeLabels(painted: Painted, { ids, width, top, chosen }: Layers, { at }: Grid, view: View): void {
  if (view.labels === 'none') return
  const isOnlyChosen = view.labels === 'selected' || (view.isIsolated && view.selected.length > 0)
  const valueAt = (i: number, j: number) => {
    const [x, y] = [at.x[i]!, at.y[j]!]
    if (x < 0 || y < 0) return 0
    // What is selected lies over all others.
    const own = chosen?.[y * width + x] ?? 0
    return own !== 0 || isOnlyChosen ? own : top[y * width + x]!
  }
  drawLabels(
    painted,
    ids.map((id) => ({ id, isSelected: view.selected.includes(id) })),
    valueAt,
  )
}

/** What lies where: masks as rasters of 1 + their index, and how each looks. */
type Layers = {
  /** Of the rasters. */
  readonly width: number
  readonly ids: readonly number[]
  /** Of the masks that are drawn, ascending. */
  readonly levels: readonly number[]
  readonly style: MaskStyle
  readonly colours: readonly Colour[]
  /** Patterns, 0 = plain. */
  readonly kinds: readonly number[]
  /** Whether it is drawn when it is not selected. */
  readonly isShown: readonly boolean[]
  readonly top: Uint16Array
  readonly chosen: Uint16Array | undefined
}

function layersOf(ground: Ground, masks: readonly DrawnMask[], view: View, stageOf: MaskStyle['stageOf']): Layers {
  const ordered = masks.map((mask, index) => ({ mask, index })).sort((a, b) => a.mask.level - b.mask.level || a.index - b.index)
  const drawn = ordered.map((one) => one.mask)
  const { width, height } = ground
  const style: MaskStyle = { by: view.colourBy, palette: view.palette, ramp: view.ramp, frameArea: width * height, stageOf }
  return {
    width,
    ids: drawn.map((one) => one.id),
    levels: [...new Set(drawn.filter((one) => isMaskShown(one, view)).map((one) => one.level))],
    style,
    colours: drawn.map((one) => colourOfFacts(one, style)),
    kinds: drawn.map((one) => (view.patterns ? patternOfMask(one.id) : 0)),
    isShown: drawn.map((one) => isMaskShown(one, view)),
    top: topRaster(drawn, view, width, height),
    chosen: chosenRaster(drawn, view, width, height),
  }
}

type Grid = ReturnType<typeof gridOf>
type Around = ReturnType<Grid['around']>

/** Which pixel of the frame lies under each pixel of the picture, and under those around it. */
function gridOf(view: View, ground: Ground, size: PictureSize) {
  const crop = cropOfView(view, ground)
  const perPixel = crop.width / size.width
  const line = view.lineScale * perPixel
  const columns = (shift: number) => sampleAxis(crop.x + shift, perPixel, size.width, ground.width)
  const rows = (shift: number) => sampleAxis(crop.y + shift, perPixel, size.height, ground.height)
  const around = (reach: number) => ({
    left: columns(-reach * line),
    right: columns(reach * line),
    above: rows(-reach * line),
    below: rows(reach * line),
  })
  return { crop, perPixel, line, at: { x: columns(0), y: rows(0) }, around }
}

/** Paints over the ground's colour of pixel (i, j), which lies at (x, y) in the frame. */
function pixelPainter({ width, colours, kinds, isShown, top, chosen }: Layers, { at, line, around }: Grid, view: View) {
  const isIsolated = view.isIsolated && view.selected.length > 0
  const fade = chosen && view.dimOthers ? dimmed : 1
  const [outline, inside, outside] = [around(reaches.outline), around(reaches.chosenInside), around(reaches.chosenOutside)]
  const bare: Pixel = [0, 0, 0]
  const valueAt = (raster: Uint16Array, x: number, y: number) => (x < 0 || y < 0 ? 0 : raster[y * width + x]!)
  const borders = (raster: Uint16Array, value: number, near: Around, i: number, j: number) =>
    valueAt(raster, near.right[i]!, at.y[j]!) !== value ||
    valueAt(raster, near.left[i]!, at.y[j]!) !== value ||
    valueAt(raster, at.x[i]!, near.below[j]!) !== value ||
    valueAt(raster, at.x[i]!, near.above[j]!) !== value
  const strength = (mask: number, x: number, y: number) => patternStrength(kinds[mask]!, x / line, y / line)
  const paintTop = (i: number, j: number, x: number, y: number, colour: Pixel) => {
    const mask = isIsolated ? 0 : valueAt(top, at.x[i]!, at.y[j]!)
    if (mask === 0) return
    const own = colours[mask - 1]!
    if (view.draw !== 'outline') blend(colour, bare, own, Math.min(1, view.opacity * fade * strength(mask - 1, x, y)))
    if (view.draw !== 'fill' && borders(top, mask, outline, i, j)) blend(colour, colour, own, 0.95 * (fade * 0.7 + 0.3))
  }
  const paintChosen = (raster: Uint16Array, i: number, j: number, x: number, y: number, colour: Pixel) => {
    const own = valueAt(raster, at.x[i]!, at.y[j]!)
    if (own === 0) {
      if (isIsolated) blend(colour, black, colour, 0.45)
      if (borders(raster, 0, outside, i, j)) blend(colour, nearBlack, nearBlack, 0)
      return
    }
    // A selection that is hidden otherwise has no pattern to read.
    const share = view.selectedOpacity * (isShown[own - 1] ? strength(own - 1, x, y) : 1)
    if (view.draw !== 'outline') blend(colour, bare, colours[own - 1]!, Math.min(1, share))
    if (borders(raster, own, inside, i, j)) blend(colour, white, white, 0)
  }
  return (i: number, j: number, x: number, y: number, colour: Pixel) => {
    blend(bare, colour, colour, 0)
    paintTop(i, j, x, y, colour)
    if (chosen) paintChosen(chosen, i, j, x, y, colour)
  }
}

/** `out` may be one of the two. */
function blend(out: Pixel, from: readonly number[], to: readonly number[], share: number): void {
  for (let c = 0; c < 3; c += 1) out[c] = from[c]! + (to[c]! - from[c]!) * share
}

const white = [255, 255, 255]
const black = [0, 0, 0]
const nearBlack = [0.05 * 255, 0.05 * 255, 0.05 * 255]

/** Index of the frame's pixel under the middle of each pixel of the picture, -1 outside of the frame. */
function sampleAxis(start: number, perPixel: number, count: number, length: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    const at = Math.floor(start + (i + 0.5) * perPixel)
    return at < 0 || at >= length ? -1 : at
  })
}

/** 1 + the index of the mask on top, among those that are shown. */
function topRaster(masks: readonly DrawnMask[], view: View, width: number, height: number): Uint16Array {
  if (masks.length > 0xffff) throw new RangeError(`a frame with ${masks.length} masks is not drawn; 65535 are the most`)
  const raster = new Uint16Array(width * height)
  const shown = masks.map((one, index) => ({ one, index })).filter(({ one }) => isMaskShown(one, view))
  for (const level of new Set(shown.map(({ one }) => one.level))) {
    const own = shown.filter(({ one }) => one.level === level)
    const labels = paintLabelRaster(
      own.map(({ one }) => one.mask),
      width,
      height,
    )
    for (let at = 0; at < raster.length; at += 1) if (labels[at] !== 0) raster[at] = own[labels[at]! - 1]!.index + 1
  }
  return raster
}

/** The same of what is selected, hidden or not: the smallest on top, levels aside. Undefined when nothing selected is on the frame. */
function chosenRaster(masks: readonly DrawnMask[], view: View, width: number, height: number): Uint16Array | undefined {
  const own = masks.map((one, index) => ({ one, index })).filter(({ one }) => view.selected.includes(one.id))
  if (own.length === 0) return undefined
  const areas = new Map(own.map(({ one, index }) => [index, one.area ?? areaOfRle(one.mask)]))
  const ordered = own.sort((a, b) => areas.get(b.index)! - areas.get(a.index)! || a.index - b.index)
  const labels = paintLabelRaster(
    ordered.map(({ one }) => one.mask),
    width,
    height,
  )
  return labels.map((label) => (label === 0 ? 0 : ordered[label - 1]!.index + 1))
}
