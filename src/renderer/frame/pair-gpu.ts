// Two frames of one index on one canvas: side by side, wiped, one of both, or where they differ. Both sides change in one drawing.
import { differenceShader } from './difference-shader.ts'
import type { CompleteFrame } from './frame-source.ts'
import { contextOf, linked, nearest } from './gl-parts.ts'
import { type FrameLook, type FramePainter, makeFramePainter, paletteWidth } from './mask-texture.ts'
import type { Colour } from '../ui/palette.ts'
import type { Viewport } from './viewport.ts'

/** Two complete frames of the same index. */
export type FramePair = { readonly a: CompleteFrame; readonly b: CompleteFrame }

export type PairLook = {
  readonly mode: 'side' | 'wipe' | 'a' | 'b' | 'difference'
  /** Where A ends and B begins when wiping, 0..1 of the canvas. */
  readonly wipeAt: number
  readonly a: FrameLook
  readonly b: FrameLook
  /** Per mask the number of its object, the same in both answers for the same object; undefined while nobody knows. */
  readonly objects: { readonly a: Uint32Array; readonly b: Uint32Array } | undefined
  readonly colours: { readonly a: Colour; readonly b: Colour; readonly both: Colour }
}
/** Sides of the canvas in pixels of the screen, and the one viewport that both panes have. */
export type PairPlacement = { readonly width: number; readonly height: number; readonly ratio: number; readonly view: Viewport }

export type PairGpu = {
  load(pair: FramePair): void
  draw(look: PairLook, placement: PairPlacement): void
  /** What the last drawing showed: picture and masks of A, then of B. */
  loaded(): readonly number[]
  close(): void
}

/** CSS pixels between the panes. */
export const paneGap = 2

/** Width of one pane in CSS pixels, of a canvas that wide. */
export function paneWidth(canvasWidth: number, mode: PairLook['mode']): number {
  return mode === 'side' ? (canvasWidth - paneGap) / 2 : canvasWidth
}

/** Undefined where the browser has no WebGL 2. */
export function makePairGpu(canvas: HTMLCanvasElement): PairGpu | undefined {
  const gl = contextOf(canvas)
  if (!gl) return undefined
  const [a, b] = [makeFramePainter(gl), makeFramePainter(gl)]
  const difference = makeDifference(gl)
  let pair: FramePair | undefined
  const pane = (
    painter: FramePainter,
    look: FrameLook,
    { width, height, ratio, view }: PairPlacement,
    left: number,
    paneIsWide: number,
  ) => {
    const { scale, centreX, centreY } = view
    painter.draw(look, {
      scale,
      ratio,
      width,
      height,
      left,
      originX: centreX - paneIsWide / ratio / 2 / scale,
      originY: centreY - height / ratio / 2 / scale,
    })
  }
  const scissored = (left: number, width: number, height: number, act: () => void) => {
    gl.enable(gl.SCISSOR_TEST)
    gl.scissor(left, 0, Math.max(0, width), height)
    act()
    gl.disable(gl.SCISSOR_TEST)
  }
  return {
    load: (next) => {
      if (next.a.picture.frameIndex !== next.b.picture.frameIndex) throw new RangeError('two frames of different index are no pair')
      a.load(next.a)
      b.load(next.b)
      pair = next
    },
    draw: (look, at) => {
      if (!pair) return
      gl.viewport(0, 0, at.width, at.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (look.mode === 'a') return pane(a, look.a, at, 0, at.width)
      if (look.mode === 'b') return pane(b, look.b, at, 0, at.width)
      if (look.mode === 'difference') {
        a.choose(look.a.selected)
        b.choose(look.b.selected)
        return difference.draw(pair, a, b, look, at)
      }
      if (look.mode === 'wipe') {
        const edge = Math.round(at.width * look.wipeAt)
        scissored(0, edge, at.height, () => pane(a, look.a, at, 0, at.width))
        scissored(edge, at.width - edge, at.height, () => pane(b, look.b, at, 0, at.width))
        return
      }
      const width = Math.floor(paneWidth(at.width / at.ratio, 'side') * at.ratio)
      scissored(0, width, at.height, () => pane(a, look.a, at, 0, width))
      scissored(at.width - width, width, at.height, () => pane(b, look.b, at, at.width - width, width))
    },
    loaded: () => [a, b].flatMap((one) => Object.values(one.loaded() ?? {})),
    close: () => {
      a.close()
      b.close()
      difference.close()
      pair = undefined
    },
  }
}

function makeDifference(gl: WebGL2RenderingContext) {
  const program = linked(gl, differenceShader)
  const place = (name: string) => gl.getUniformLocation(program, name)
  const [objectsA, objectsB] = [gl.createTexture(), gl.createTexture()]
  let uploaded: PairLook['objects']
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
    const { levels, firsts } = masks.layers
    const six = (value: (layer: number) => number) => Int32Array.from({ length: 6 }, (_, layer) => value(layer))
    gl.uniform1i(place(`layerCount${side}`), levels.length)
    gl.uniform1iv(
      place(`layerOn${side}`),
      six((layer) => (look.shownLevels.includes(levels[layer] ?? -1) ? 1 : 0)),
    )
    gl.uniform1iv(
      place(`layerFirst${side}`),
      six((layer) => firsts[layer] ?? 0),
    )
  }
  return {
    draw: (pair: FramePair, a: FramePainter, b: FramePainter, look: PairLook, { width, height, ratio, view }: PairPlacement) => {
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
      layersOf('A', pair.a, look.a)
      layersOf('B', pair.b, look.b)
      gl.uniform1i(place('hasObjects'), look.objects ? 1 : 0)
      gl.uniform1i(place('hasChosen'), look.a.selected !== undefined || look.b.selected !== undefined ? 1 : 0)
      gl.uniform1f(place('opacity'), look.a.opacity)
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
