// The colour of a mask: the same (level, id) has the same colour in every view, run and export.
import { idsPerLevel, levelOfId } from './frame-masks.ts'

export type Colour = readonly [red: number, green: number, blue: number]

/** Golden angle: neighbouring numbers land far apart on the hue circle, however many there are. */
const goldenAngle = 137.508

/** Made in OKLCH (Ottosson 2020), whose steps look equal, then clipped to sRGB. */
export function colourOfId(id: number): Colour {
  const number = id % idsPerLevel
  // Three steps of lightness tell apart what the hue circle brings near each other again.
  const lightness = 0.7 + ((number * 7) % 3) * 0.06
  return srgbFromOklch(lightness, 0.15, (number * goldenAngle + levelOfId(id) * 47) % 360)
}

export function srgbFromOklch(lightness: number, chroma: number, hueDegrees: number): Colour {
  const angle = (hueDegrees * Math.PI) / 180
  const a = chroma * Math.cos(angle)
  const b = chroma * Math.sin(angle)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** Linear light 0..1 to an sRGB byte (IEC 61966-2-1). */
function channel(linear: number): number {
  const clipped = Math.min(1, Math.max(0, linear))
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
}
