// A frame's colours in CIE Lab at full, half, quarter and eighth size, each made at most once, shared by all objects.
import type { Rgb } from './raster.ts'

/** Interleaved L, a, b a cell; a cell covers step x step frame pixels (fewer at the right and lower edge). */
export type LabLevel = { readonly step: number; readonly width: number; readonly height: number; readonly lab: Float32Array }

export type Colours = { readonly width: number; readonly height: number; level(step: number): LabLevel }

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => (i <= 10 ? i / 255 / 12.92 : ((i / 255 + 0.055) / 1.055) ** 2.4))
const ROOTS = 4096
/** The cube-root part of Lab, tabled: the table's error is below 0.3 units of L at the dark end. */
const ROOT = Float32Array.from({ length: ROOTS + 2 }, (_, i) =>
  i / ROOTS > 0.008856 ? Math.cbrt(i / ROOTS) : 7.787 * (i / ROOTS) + 16 / 116,
)

function root(t: number): number {
  const f = Math.min(1, Math.max(0, t)) * ROOTS
  const i = f | 0
  return ROOT[i]! + (f - i) * (ROOT[i + 1]! - ROOT[i]!)
}

function finest(frame: Rgb): LabLevel {
  const n = frame.width * frame.height
  const lab = new Float32Array(3 * n)
  for (let p = 0; p < 3 * n; p += 3) {
    const r = LINEAR[frame.pixels[p]!]!
    const g = LINEAR[frame.pixels[p + 1]!]!
    const b = LINEAR[frame.pixels[p + 2]!]!
    const x = root(0.4339 * r + 0.3762 * g + 0.1899 * b)
    const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b)
    const z = root(0.0177 * r + 0.1095 * g + 0.8728 * b)
    lab[p] = 116 * y - 16
    lab[p + 1] = 500 * (x - y)
    lab[p + 2] = 200 * (y - z)
  }
  return { step: 1, width: frame.width, height: frame.height, lab }
}

function coarser(from: LabLevel): LabLevel {
  const width = (from.width + 1) >> 1
  const height = (from.height + 1) >> 1
  const lab = new Float32Array(3 * width * height)
  for (let y = 0, o = 0; y < height; y++) {
    const r0 = 2 * y * from.width
    const r1 = Math.min(from.height - 1, 2 * y + 1) * from.width
    for (let x = 0; x < width; x++) {
      const x0 = 2 * x
      const x1 = Math.min(from.width - 1, x0 + 1)
      for (let c = 0; c < 3; c++, o++)
        lab[o] =
          0.25 * (from.lab[3 * (r0 + x0) + c]! + from.lab[3 * (r0 + x1) + c]! + from.lab[3 * (r1 + x0) + c]! + from.lab[3 * (r1 + x1) + c]!)
    }
  }
  return { step: from.step * 2, width, height, lab }
}

/** Colours of a frame; `level(step)` takes a power of two. The pixels are read at the first call of `level`. */
export function createColours(frame: Rgb): Colours {
  const levels: LabLevel[] = []
  return {
    width: frame.width,
    height: frame.height,
    level(step) {
      if (step < 1 || (step & (step - 1)) !== 0) throw new RangeError(`A step of ${step} is no power of two`)
      if (levels.length === 0) levels.push(finest(frame))
      while (levels[levels.length - 1]!.step < step) levels.push(coarser(levels[levels.length - 1]!))
      return levels[Math.log2(step)]!
    },
  }
}
