// A raster that came with the scene (depth or labels) as the GPU reads it, and what it says at one pixel.
import { nearest } from '../gl-parts.ts'
import type { FrameMetrics } from '../frame-metrics.ts'
import type { Colour } from '#core/view/mask-colours'

export type SceneRaster = {
  readonly frameIndex: number
  readonly kind: 'depth' | 'label'
  /** Its own size; it lies over the whole picture even where that is larger. */
  readonly width: number
  readonly height: number
  /** Row-major; 0 = nothing known there. */
  readonly values: Uint16Array
}

export type SceneRasterLook = {
  readonly raster: SceneRaster
  /** 0..1 */
  readonly opacity: number
  /** Values that the first and last colour stand for. */
  readonly low: number
  readonly high: number
  /** Nine stops of a sequential palette. */
  readonly stops: readonly Colour[]
}

/** The value under a pixel of the picture; undefined outside, and where nothing is known. */
export function valueAt(
  raster: SceneRaster,
  picture: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): number | undefined {
  const column = Math.floor(((x + 0.5) / picture.width) * raster.width)
  const row = Math.floor(((y + 0.5) / picture.height) * raster.height)
  if (column < 0 || row < 0 || column >= raster.width || row >= raster.height) return undefined
  return raster.values[row * raster.width + column] || undefined
}

/** Uploads once per raster; a change of opacity, range or colours is a few numbers. */
export function makeSceneRasterTexture(gl: WebGL2RenderingContext, unit: number, metrics: FrameMetrics | undefined) {
  const texture = gl.createTexture()
  let uploaded: SceneRaster | undefined
  return {
    bind: (place: (name: string) => WebGLUniformLocation | null, look: SceneRasterLook | undefined) => {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, texture)
      if (look?.raster !== uploaded || !look) {
        const { width, height, values } = look?.raster ?? { width: 1, height: 1, values: new Uint16Array(1) }
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, values)
        nearest(gl)
        if (metrics && look) metrics.sceneRasterBytes += values.byteLength
        uploaded = look?.raster
      }
      gl.uniform1i(place('rasterKind'), look ? (look.raster.kind === 'depth' ? 1 : 2) : 0)
      if (!look) return
      gl.uniform1f(place('rasterOpacity'), look.opacity)
      gl.uniform2f(place('rasterRange'), look.low, Math.max(look.high, look.low + 1))
      gl.uniform3fv(
        place('rasterStops'),
        look.stops.flatMap((colour) => colour.map((channel) => channel / 255)),
      )
    },
    close: () => gl.deleteTexture(texture),
  }
}
