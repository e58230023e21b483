// Frames of one index on one canvas: beside each other, wiped, mixed, one of them, or where two differ. All sides change in one drawing.
import { differenceShader } from './difference-shader.ts'
import type { CompleteFrame } from './frame-source.ts'
import { contextOf, linked, nearest } from './gl-parts.ts'
import { type FrameLook, type FramePainter, layerOrder, makeFramePainter, paletteWidth } from './mask-texture.ts'
import { type PaneMode, panesOf } from './pair-panes.ts'
import { mostLayers } from './shaders.ts'
import type { Colour } from '#core/view/mask-colours'
import type { Viewport } from './viewport.ts'

/** Two to four complete frames of the same index. */
export type FrameGroup = readonly CompleteFrame[]

export type GroupLook = {
  readonly mode: PaneMode
  /** Which of the frames is shown alone in mode `one`. */
  readonly one: number
  /** The two that are wiped, mixed and held against each other. */
  readonly pair: readonly [number, number]
  /** Wiping: where the first ends, 0..1 of the canvas. Mixing: how much of the second there is, 0..1. */
  readonly share: number
  /** One for each frame. */
  readonly panes: readonly FrameLook[]
  /** Per mask of the pair the number of its object, the same in both answers for the same object, 0 for one that is left out; undefined while nobody knows. */
  readonly objects: { readonly a: Uint32Array; readonly b: Uint32Array } | undefined
  readonly colours: { readonly a: Colour; readonly b: Colour; readonly both: Colour }
}
/** Sides of the canvas in pixels of the screen, and the one viewport that all panes have. */
export type GroupPlacement = { readonly width: number; readonly height: number; readonly ratio: number; readonly view: Viewport }

export type GroupGpu = {
  load(group: FrameGroup): void
  draw(look: GroupLook, placement: GroupPlacement): void
  /** What the last drawing had: picture and masks of the first frame, then of the next. */
  loaded(): readonly number[]
  close(): void
}

/** Undefined where the browser has no WebGL 2. */
export function makeGroupGpu(canvas: HTMLCanvasElement): GroupGpu | undefined {
  const gl = contextOf(canvas)
  if (!gl) return undefined
  const painters: FramePainter[] = []
  const difference = makeDifference(gl)
  let group: FrameGroup = []
  const inBox = (left: number, bottom: number, width: number, height: number, act: () => void) => {
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(left, bottom, Math.max(0, width), Math.max(0, height))
    act()
    gl.disable(gl.SCISSOR_TEST)
  }
  /** The pane's box in pixels of the screen, from the upper left corner. */
  const pane = (index: number, look: GroupLook, at: GroupPlacement, box: Box = { left: 0, top: 0, width: at.width, height: at.height }) => {
    const own = look.panes[index]
    if (!own) return
    const { ratio, view } = at
    const perPixel = view.scale * ratio
    painters[index]?.draw(own, {
      scale: view.scale,
      ratio,
      width: at.width,
      height: at.height,
      originX: view.centreX - (box.left + box.width / 2) / perPixel,
      originY: view.centreY - (box.top + box.height / 2) / perPixel,
    })
  }
  const drawing: Readonly<Record<PaneMode, (look: GroupLook, at: GroupPlacement) => void>> = {
    one: (look, at) => pane(look.one, look, at),
    difference: (look, at) => {
      const [first, second] = look.pair
      const sides = [first, second].map((index) => ({ frame: group[index], painter: painters[index], look: look.panes[index] }))
      const [a, b] = sides
      if (!a?.frame || !a.painter || !a.look || !b?.frame || !b.painter || !b.look) return
      a.painter.choose(a.look.selected)
      b.painter.choose(b.look.selected)
      difference.draw({ a: a.frame, b: b.frame }, a.painter, b.painter, { a: a.look, b: b.look, look }, at)
    },
    wipe: (look, at) => {
      const edge = Math.round(at.width * look.share)
      inBox(0, 0, edge, at.height, () => pane(look.pair[0], look, at))
      inBox(edge, 0, at.width - edge, at.height, () => pane(look.pair[1], look, at))
    },
    onion: (look, at) => {
      pane(look.pair[0], look, at)
      gl.enable(gl.BLEND)
      gl.blendColor(0, 0, 0, look.share)
      gl.blendFuncSeparate(gl.CONSTANT_ALPHA, gl.ONE_MINUS_CONSTANT_ALPHA, gl.ONE, gl.ONE)
      pane(look.pair[1], look, at)
      gl.disable(gl.BLEND)
    },
    side: (look, at) => {
      const { ratio, width, height } = at
      const boxes = panesOf(group.length, { width: width / ratio, height: height / ratio }, group[0]!.picture)
      boxes.forEach((box, index) => {
        const [left, top] = [Math.round(box.left * ratio), Math.round(box.top * ratio)]
        const screen = { left, top, width: Math.floor(box.width * ratio), height: Math.floor(box.height * ratio) }
        inBox(left, height - top - screen.height, screen.width, screen.height, () => pane(index, look, at, screen))
      })
    },
  }
  return {
    load: (next) => {
      if (new Set(next.map(({ picture }) => picture.frameIndex)).size > 1)
        throw new RangeError('frames of different index are not shown together')
      while (painters.length < next.length) painters.push(makeFramePainter(gl))
      for (const one of painters.splice(next.length)) one.close()
      for (const [index, frame] of next.entries()) painters[index]?.load(frame)
      group = next
    },
    draw: (look, at) => {
      if (group.length === 0) return
      gl.viewport(0, 0, at.width, at.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      drawing[look.mode](look, at)
    },
    loaded: () => painters.flatMap((one) => Object.values(one.loaded() ?? {})),
    close: () => {
      for (const one of painters) one.close()
      difference.close()
      group = []
    },
  }
}

type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
type PairOfFrames = { readonly a: CompleteFrame; readonly b: CompleteFrame }
type PairOfLooks = { readonly a: FrameLook; readonly b: FrameLook; readonly look: GroupLook }

function makeDifference(gl: WebGL2RenderingContext) {
  const program = linked(gl, differenceShader)
  const place = (name: string) => gl.getUniformLocation(program, name)
  const [objectsA, objectsB] = [gl.createTexture(), gl.createTexture()]
  let uploaded: GroupLook['objects']
  const upload = (texture: WebGLTexture | null, unit: number, objects: Uint32Array | undefined, isFresh: boolean) => {
    gl.activeTexture(gl.TEXTURE0 + unit)
    gl.bindTexture(gl.TEXTURE_2D, texture)
    if (isFresh) return
    const rows = Math.max(1, Math.ceil((objects?.length ?? 0) / paletteWidth))
    const padded = new Uint32Array(rows * paletteWidth)
    if (objects) padded.set(objects)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32UI, paletteWidth, rows, 0, gl.RED_INTEGER, gl.UNSIGNED_INT, padded)
    nearest(gl)
  }
  let isUploaded = false
  const layersOf = (side: 'A' | 'B', { masks }: CompleteFrame, look: FrameLook) => {
    const order = layerOrder(masks.layers, look.shownLevels)
    const each = (value: (one: (typeof order)[number]) => number) =>
      Int32Array.from({ length: mostLayers }, (_, n) => (order[n] ? value(order[n]) : 0))
    gl.uniform1i(place(`layerCount${side}`), order.length)
    gl.uniform1iv(
      place(`layerAt${side}`),
      each((one) => one.at),
    )
    gl.uniform1iv(
      place(`layerFirst${side}`),
      each((one) => one.first),
    )
  }
  return {
    draw: (
      pair: PairOfFrames,
      a: FramePainter,
      b: FramePainter,
      { a: lookA, b: lookB, look }: PairOfLooks,
      { width, height, ratio, view }: GroupPlacement,
    ) => {
      gl.useProgram(program)
      ;['picture', 'idsA', 'idsB', 'objectsA', 'objectsB', 'chosenA', 'chosenB'].forEach((name, unit) => {
        gl.uniform1i(place(name), unit)
      })
      const bind = (unit: number, target: number, texture: WebGLTexture | null) => {
        gl.activeTexture(gl.TEXTURE0 + unit)
        gl.bindTexture(target, texture)
      }
      bind(0, gl.TEXTURE_2D, a.textures().picture)
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, view.scale >= 3 ? gl.NEAREST : gl.LINEAR)
      bind(1, gl.TEXTURE_2D_ARRAY, a.textures().ids)
      bind(2, gl.TEXTURE_2D_ARRAY, b.textures().ids)
      const isFresh = isUploaded && uploaded === look.objects
      upload(objectsA, 3, look.objects?.a, isFresh)
      upload(objectsB, 4, look.objects?.b, isFresh)
      uploaded = look.objects
      isUploaded = true
      bind(5, gl.TEXTURE_2D, a.textures().chosen)
      bind(6, gl.TEXTURE_2D, b.textures().chosen)
      const { scale, centreX, centreY } = view
      gl.uniform2f(place('size'), pair.a.picture.width, pair.a.picture.height)
      gl.uniform2f(place('origin'), centreX - width / ratio / 2 / scale, centreY - height / ratio / 2 / scale)
      gl.uniform1f(place('canvasHeight'), height)
      gl.uniform1f(place('perPixel'), 1 / (scale * ratio))
      gl.uniform1f(place('ratio'), ratio)
      layersOf('A', pair.a, lookA)
      layersOf('B', pair.b, lookB)
      gl.uniform1i(place('hasObjects'), look.objects ? 1 : 0)
      gl.uniform1i(place('hasChosen'), lookA.selected !== undefined || lookB.selected !== undefined ? 1 : 0)
      gl.uniform1f(place('opacity'), lookA.opacity)
      for (const [name, colour] of Object.entries({ colourA: look.colours.a, colourB: look.colours.b, colourBoth: look.colours.both }))
        gl.uniform3f(place(name), colour[0] / 255, colour[1] / 255, colour[2] / 255)
      gl.drawArrays(gl.TRIANGLES, 0, 3)
    },
    close: () => {
      gl.deleteTexture(objectsA)
      gl.deleteTexture(objectsB)
      gl.deleteProgram(program)
    },
  }
}
