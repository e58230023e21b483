// Frames on the GPU: the picture, one layer of integer ids per level, a palette, and the mask that is chosen.
import type { CompleteFrame } from './frame-source.ts'
import type { FrameMetrics } from './frame-metrics.ts'
import { contextOf, linked, nearest } from './gl-parts.ts'
import { makeSceneRasterTexture, type SceneRasterLook } from './layers/scene-raster.ts'
import { boxAround, type MaskLayers, type PixelBox, rasterOfMasks } from './mask-columns.ts'
import { fragmentShader, mostLayers } from './shaders.ts'

/** What one drawing needs besides the frame. Colours come as RGBA per mask; alpha 0 hides a mask. */
export type FrameLook = {
  readonly palette: Uint8Array
  readonly shownLevels: readonly number[]
  readonly opacity: number
  readonly draw: 'fill' | 'outline' | 'both'
  readonly dimOthers: boolean
  /** Indices of masks in this frame. */
  readonly hovered: number | undefined
  readonly selected: number | undefined
  /** More of them that are selected beside that one. */
  readonly alsoSelected?: readonly number[] | undefined
  /** Of what is selected, 0..1; without it a little over the others. */
  readonly selectedOpacity?: number | undefined
  /** Lines between pixels once these are large enough to be told apart. */
  readonly hasPixelGrid?: boolean | undefined
  /** Depth or labels of the scene, under the masks. */
  readonly sceneRaster?: SceneRasterLook | undefined
  /** Only the selection is shown; nothing, where it is not on this frame. */
  readonly isIsolated: boolean
}
export type Placement = {
  readonly scale: number
  /** Left edge of the pane on the canvas, in pixels of the screen; a canvas with one pane has it at 0. */
  readonly left?: number
  readonly originX: number
  readonly originY: number
  readonly width: number
  readonly height: number
  readonly ratio: number
}

export type FrameGpu = {
  /** Uploads picture and masks of one frame; both are the GPU's from the next drawing on, never one without the other. */
  load(frame: CompleteFrame): void
  draw(look: FrameLook, placement: Placement): void
  /** Frame of the picture and of the masks that the last drawing showed. */
  loaded(): { readonly pictureOf: number; readonly masksOf: number } | undefined
  close(): void
}

export const paletteWidth = 256

/** CSS pixels per picture pixel from which on the grid is drawn. */
export const gridFromScale = 12

/** A frame that fills its canvas. Undefined where the browser has no WebGL 2. */
export function makeFrameGpu(canvas: HTMLCanvasElement, metrics?: FrameMetrics): FrameGpu | undefined {
  const gl = contextOf(canvas)
  if (!gl) return undefined
  const painter = makeFramePainter(gl, metrics)
  return {
    ...painter,
    draw: (look, at) => {
      gl.viewport(0, 0, at.width, at.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      painter.draw(look, at)
    },
  }
}

export type FrameTextures = {
  readonly picture: WebGLTexture | null
  readonly ids: WebGLTexture | null
  readonly chosen: WebGLTexture | null
}
/** Draws over what is there; several may share a context, and the caller sets viewport and scissor. */
export type FramePainter = FrameGpu & {
  /** Brings the selection to the GPU without a drawing. */
  choose(selected: number | undefined, alsoSelected?: readonly number[]): void
  textures(): FrameTextures
}

export function makeFramePainter(gl: WebGL2RenderingContext, metrics?: FrameMetrics): FramePainter {
  const program = linked(gl, fragmentShader)
  const places = new Map<string, WebGLUniformLocation | null>()
  const place = (name: string) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name))
    return places.get(name) ?? null
  }
  // biome-ignore lint/correctness/useHookAtTopLevel: a call of WebGL, which only sounds like a hook
  gl.useProgram(program)
  ;['picture', 'ids', 'palette', 'chosen', 'sceneRaster'].forEach((name, unit) => {
    gl.uniform1i(place(name), unit)
  })
  const picture = gl.createTexture()
  const palette = gl.createTexture()
  let chosen = gl.createTexture()
  let chosenShape = ''
  let chosenBox: PixelBox | undefined
  const sceneRaster = makeSceneRasterTexture(gl, 4, metrics)
  const count = (what: 'maskBytes' | 'selectionBytes' | 'paletteBytes' | 'pictureBytes' | 'drawings' | 'mismatches', by: number) => {
    if (metrics) metrics[what] += by
  }
  let ids: WebGLTexture | undefined
  let idsShape = ''
  let frame: CompleteFrame | undefined
  let chosenIs: string | undefined
  let uploadedPalette: Uint8Array | undefined

  const uploadIds = ({ masks, picture: { width, height } }: CompleteFrame) => {
    const rasters = [...masks.layers.rasters, ...masks.layers.beneath.map((one) => one.raster)]
    const layers = Math.max(1, rasters.length)
    const shape = `${width} ${height} ${layers}`
    gl.activeTexture(gl.TEXTURE1)
    if (shape !== idsShape) {
      gl.deleteTexture(ids ?? null)
      ids = gl.createTexture()
      idsShape = shape
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, ids)
      gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, gl.R16UI, width, height, layers)
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
      gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
    }
    gl.bindTexture(gl.TEXTURE_2D_ARRAY, ids ?? null)
    rasters.forEach((raster, layer) => {
      count('maskBytes', raster.byteLength)
      gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, layer, width, height, 1, gl.RED_INTEGER, gl.UNSIGNED_SHORT, raster)
    })
  }
  const uploadPalette = (colours: Uint8Array) => {
    if (colours === uploadedPalette) return
    uploadedPalette = colours
    const rows = Math.max(1, Math.ceil(colours.length / 4 / paletteWidth))
    const padded = new Uint8Array(rows * paletteWidth * 4)
    padded.set(colours)
    count('paletteBytes', padded.byteLength)
    gl.activeTexture(gl.TEXTURE2)
    gl.bindTexture(gl.TEXTURE_2D, palette)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, paletteWidth, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, padded)
    nearest(gl)
  }
  /** One raster of the frame's size is kept; only the boxes of what was and of what is chosen are given to the GPU. */
  const uploadChosen = (selected: number | undefined, alsoSelected: readonly number[] = []) => {
    const all = selected === undefined ? alsoSelected : [selected, ...alsoSelected]
    const key = all.join(' ')
    if (!frame || key === chosenIs) return
    chosenIs = key
    const { width, height } = frame.picture
    gl.activeTexture(gl.TEXTURE3)
    if (chosenShape !== `${width} ${height}`) {
      gl.deleteTexture(chosen)
      chosen = gl.createTexture()
      chosenShape = `${width} ${height}`
      chosenBox = undefined
      gl.bindTexture(gl.TEXTURE_2D, chosen)
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R16UI, width, height)
      nearest(gl)
    }
    gl.bindTexture(gl.TEXTURE_2D, chosen)
    const put = ([x, y, w, h]: PixelBox, raster: Uint16Array) => {
      count('selectionBytes', raster.byteLength)
      gl.texSubImage2D(gl.TEXTURE_2D, 0, x, y, w, h, gl.RED_INTEGER, gl.UNSIGNED_SHORT, raster)
    }
    if (chosenBox) put(chosenBox, new Uint16Array(chosenBox[2] * chosenBox[3]))
    chosenBox = boxAround(frame.masks.columns, all)
    if (chosenBox) put(chosenBox, rasterOfMasks(frame.masks.columns, all, height, chosenBox))
  }
  const uploadPicture = ({ picture: { bitmap } }: CompleteFrame) => {
    count('pictureBytes', bitmap.width * bitmap.height * 4)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, picture)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, bitmap)
    gl.generateMipmap(gl.TEXTURE_2D)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  }
  return {
    load: (next) => {
      // A picture that was closed cannot be uploaded any more: the older whole frame stays.
      if (next.picture !== frame?.picture && next.picture.bitmap.width === 0) return
      if (next.picture !== frame?.picture) uploadPicture(next)
      if (next.masks !== frame?.masks) uploadIds(next)
      if (next !== frame) chosenIs = undefined
      frame = next
    },
    draw: (look, at) => {
      if (!frame) return
      const { width, height } = frame.picture
      // biome-ignore lint/correctness/useHookAtTopLevel: a call of WebGL, which only sounds like a hook
      gl.useProgram(program)
      gl.activeTexture(gl.TEXTURE1)
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, ids ?? null)
      gl.activeTexture(gl.TEXTURE0)
      gl.bindTexture(gl.TEXTURE_2D, picture)
      // From three screen pixels per pixel on, a person looks at pixels; before, at a picture.
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, at.scale >= 3 ? gl.NEAREST : gl.LINEAR)
      uploadPalette(look.palette)
      uploadChosen(look.selected, look.alsoSelected)
      gl.activeTexture(gl.TEXTURE2)
      gl.bindTexture(gl.TEXTURE_2D, palette)
      gl.activeTexture(gl.TEXTURE3)
      gl.bindTexture(gl.TEXTURE_2D, chosen)
      sceneRaster.bind(place, look.sceneRaster)
      const order = layerOrder(frame.masks.layers, look.shownLevels)
      const each = (value: (one: (typeof order)[number]) => number) =>
        Int32Array.from({ length: mostLayers }, (_, n) => (order[n] ? value(order[n]) : 0))
      gl.uniform2f(place('size'), width, height)
      gl.uniform2f(place('origin'), at.originX - (at.left ?? 0) / (at.scale * at.ratio), at.originY)
      gl.uniform1f(place('canvasHeight'), at.height)
      gl.uniform1f(place('perPixel'), 1 / (at.scale * at.ratio))
      gl.uniform1f(place('ratio'), at.ratio)
      gl.uniform1i(place('layerCount'), order.length)
      gl.uniform1iv(
        place('layerAt'),
        each((one) => one.at),
      )
      gl.uniform1iv(
        place('layerFirst'),
        each((one) => one.first),
      )
      gl.uniform1iv(
        place('layerIsBeneath'),
        each((one) => (one.isBeneath ? 1 : 0)),
      )
      gl.uniform1f(place('opacity'), look.opacity)
      gl.uniform1f(place('chosenOpacity'), look.selectedOpacity ?? Math.min(0.85, look.opacity + 0.08))
      gl.uniform1i(place('drawing'), { fill: 0, outline: 1, both: 2 }[look.draw])
      gl.uniform1i(place('hovered'), look.hovered === undefined ? 0 : look.hovered + 1)
      gl.uniform1i(place('hasChosen'), look.selected === undefined && !look.alsoSelected?.length ? 0 : 1)
      gl.uniform1i(place('isIsolated'), look.isIsolated ? 1 : 0)
      gl.uniform1f(place('othersOpacity'), look.dimOthers ? 0.38 : 1)
      gl.uniform1f(place('gridStrength'), look.hasPixelGrid && at.scale >= gridFromScale ? 0.22 : 0)
      count('drawings', 1)
      count('mismatches', frame.picture.frameIndex === frame.masks.frameIndex ? 0 : 1)
      gl.drawArrays(gl.TRIANGLES, 0, 3)
    },
    choose: uploadChosen,
    textures: () => ({ picture, ids: ids ?? null, chosen }),
    loaded: () => frame && { pictureOf: frame.picture.frameIndex, masksOf: frame.masks.frameIndex },
    close: () => {
      for (const texture of [picture, palette, chosen, ids ?? null]) gl.deleteTexture(texture)
      sceneRaster.close()
      gl.deleteProgram(program)
      frame = undefined
    },
  }
}

/** The shown layers, the one on top first: finer levels over coarser ones, and within a level what was peeled off beneath it. */
export function layerOrder({ levels, firsts, rasters, beneath }: MaskLayers, shownLevels: readonly number[]) {
  return [...levels.keys()].reverse().flatMap((layer) => {
    if (!shownLevels.includes(levels[layer] ?? -1)) return []
    const first = firsts[layer] ?? 0
    const below = beneath.flatMap((one, n) => (one.layer === layer ? [{ at: rasters.length + n, first, isBeneath: true }] : []))
    return [{ at: layer, first, isBeneath: false }, ...below]
  })
}
