// Smoothing and sampling of single-channel planes.

/** Gaussian smoothing, sigma in pixels, borders repeated. Returns a new row-major plane of the same size. */
export function blur(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.5 * sigma))
  const kernel = new Float32Array(radius + 1)
  let sum = 0
  for (let i = 0; i <= radius; i += 1) {
    kernel[i] = Math.exp((-i * i) / (2 * sigma * sigma))
    sum += i === 0 ? kernel[i]! : 2 * kernel[i]!
  }
  for (let i = 0; i <= radius; i += 1) kernel[i] = kernel[i]! / sum
  return blurColumns(blurRows(plane, width, height, kernel), width, height, kernel)
}

function blurRows(plane: Float32Array, width: number, height: number, kernel: Float32Array): Float32Array {
  const radius = kernel.length - 1
  const out = new Float32Array(plane.length)
  const padded = new Float32Array(width + 2 * radius)
  for (let y = 0; y < height; y += 1) {
    const row = y * width
    padded.fill(plane[row]!, 0, radius)
    padded.set(plane.subarray(row, row + width), radius)
    padded.fill(plane[row + width - 1]!, radius + width)
    for (let x = 0; x < width; x += 1) {
      let value = kernel[0]! * padded[x + radius]!
      for (let k = 1; k <= radius; k += 1) value += kernel[k]! * (padded[x + radius - k]! + padded[x + radius + k]!)
      out[row + x] = value
    }
  }
  return out
}

function blurColumns(plane: Float32Array, width: number, height: number, kernel: Float32Array): Float32Array {
  const radius = kernel.length - 1
  const out = new Float32Array(plane.length)
  for (let y = 0; y < height; y += 1) {
    const row = y * width
    for (let k = -radius; k <= radius; k += 1) {
      const source = Math.min(height - 1, Math.max(0, y + k)) * width
      const weight = kernel[Math.abs(k)]!
      for (let x = 0; x < width; x += 1) out[row + x] = out[row + x]! + weight * plane[source + x]!
    }
  }
  return out
}

/** The value below which the share `q` (0..1) of the plane lies; 0 for an empty plane. */
export function quantile(plane: Float32Array, q: number): number {
  if (plane.length === 0) return 0
  const sorted = Float32Array.from(plane).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}
