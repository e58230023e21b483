// A picture brought down to working size, in CIE Lab planes.

/** Row-major, 3 bytes a pixel (red, green, blue; sRGB). */
export type Rgb = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** Row-major planes of equal size. `l`, `a`, `b` are CIE Lab divided by 100, so 1 is the way from black to white. */
export type LabPicture = {
  readonly width: number
  readonly height: number
  readonly l: Float32Array
  readonly a: Float32Array
  readonly b: Float32Array
}

/** Size of the working picture: the short side is at most `shortSide`, never enlarged, no side below 1. */
export function workingSize(width: number, height: number, shortSide: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, shortSide / Math.min(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Averages whole source pixels into each target pixel (every source pixel is used once), then converts to Lab. */
export function shrinkToLab(picture: Rgb, width: number, height: number): LabPicture {
  const count = width * height
  const sums = [new Float32Array(count), new Float32Array(count), new Float32Array(count)] as const
  const hits = new Float32Array(count)
  for (let y = 0; y < picture.height; y += 1) {
    const row = Math.floor((y * height) / picture.height) * width
    for (let x = 0; x < picture.width; x += 1) {
      const target = row + Math.floor((x * width) / picture.width)
      const source = (y * picture.width + x) * 3
      sums[0][target] = sums[0][target]! + picture.pixels[source]!
      sums[1][target] = sums[1][target]! + picture.pixels[source + 1]!
      sums[2][target] = sums[2][target]! + picture.pixels[source + 2]!
      hits[target] = hits[target]! + 1
    }
  }
  return toLab(sums, hits, width, height)
}

// sRGB to CIE Lab with the D65 white point (IEC 61966-2-1 and CIE 15).
function toLab(sums: readonly [Float32Array, Float32Array, Float32Array], hits: Float32Array, width: number, height: number): LabPicture {
  const linear = new Float32Array(4096)
  const root = new Float32Array(4097)
  for (let i = 0; i < linear.length; i += 1) {
    const v = i / (linear.length - 1)
    linear[i] = v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  for (let i = 0; i < root.length; i += 1) {
    const v = i / 4096
    root[i] = v > 216 / 24389 ? Math.cbrt(v) : ((24389 / 27) * v + 16) / 116
  }
  const count = width * height
  const l = new Float32Array(count)
  const a = new Float32Array(count)
  const b = new Float32Array(count)
  const [reds, greens, blues] = sums
  for (let i = 0; i < count; i += 1) {
    const step = 4095 / 255 / hits[i]!
    const red = linear[Math.round(reds[i]! * step)]!
    const green = linear[Math.round(greens[i]! * step)]!
    const blue = linear[Math.round(blues[i]! * step)]!
    const x = root[Math.min(4096, Math.round(((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505) * 4096))]!
    const y = root[Math.min(4096, Math.round((0.2126 * red + 0.7152 * green + 0.0722 * blue) * 4096))]!
    const z = root[Math.min(4096, Math.round(((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089) * 4096))]!
    l[i] = (116 * y - 16) / 100
    a[i] = (500 * (x - y)) / 100
    b[i] = (200 * (y - z)) / 100
  }
  return { width, height, l, a, b }
}
