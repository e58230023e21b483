// Patterns of masks as a second channel beside colour, as the program of the GPU draws them (renderer/frame/shaders.ts, patternAt).

const fract = (value: number) => value - Math.floor(value)

/** How much of the fill pattern `kind` (0 = plain .. 6) leaves at a place, in pixels of the screen from the picture's corner. */
export function patternStrength(kind: number, x: number, y: number): number {
  if (kind === 0) return 1
  return isOn(kind, x, y) ? 1.25 : 0.35
}

function isOn(kind: number, x: number, y: number): boolean {
  const rising = fract((x + y) / 8) < 0.42
  const falling = fract((x - y) / 8) < 0.42
  if (kind === 1) return rising
  if (kind === 2) return falling
  if (kind === 3) return fract(y / 6) < 0.42
  if (kind === 4) return fract(x / 6) < 0.42
  if (kind === 5) return Math.hypot(Math.abs(fract(x / 7) - 0.5), Math.abs(fract(y / 7) - 0.5)) < 0.3
  return rising || falling
}
