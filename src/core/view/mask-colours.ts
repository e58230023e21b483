// Colours of masks: the same (level, id) has the same colour in every view and run; sequential ramps for numbers.
import { idsPerLevel, levelOfId } from '../segment/frame-masks.ts'

export type Colour = readonly [red: number, green: number, blue: number]
export type PaletteName = 'vivid' | 'safe'

// Golden angle: neighbouring numbers land far apart on the hue circle, however many there are.
const goldenAngle = 137.508
// After Okabe and Ito (2008), "Color Universal Design": told apart with every common colour vision deficiency; black left out.
const safeHues: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
]
const levelColours: readonly Colour[] = [
  [86, 180, 233],
  [230, 159, 0],
  [0, 168, 125],
  [204, 121, 167],
  [240, 228, 66],
  [213, 94, 0],
]
export type RampName = 'viridis' | 'cividis' | 'magma' | 'grey'

// Nine stops each, evenly spaced in lightness; the dark ends are left out so that low values stay visible on dark pictures.
const ramps: Readonly<Record<RampName, readonly Colour[]>> = {
  // Smith and van der Walt, "mpl colormaps" (CC0).
  viridis: [
    [72, 40, 120],
    [62, 74, 137],
    [49, 104, 142],
    [38, 130, 142],
    [31, 158, 137],
    [53, 183, 121],
    [109, 205, 89],
    [180, 222, 44],
    [253, 231, 37],
  ],
  // Nunez, Anderton and Renslow (2018), made to read the same with and without red-green deficiency (CC0).
  cividis: [
    [0, 50, 110],
    [53, 69, 108],
    [79, 87, 108],
    [102, 105, 112],
    [125, 124, 120],
    [149, 143, 120],
    [174, 163, 113],
    [206, 188, 96],
    [253, 231, 55],
  ],
  // Smith and van der Walt, "mpl colormaps" (CC0).
  magma: [
    [81, 18, 124],
    [114, 31, 129],
    [147, 43, 128],
    [183, 55, 121],
    [216, 70, 107],
    [241, 96, 93],
    [252, 138, 98],
    [254, 191, 132],
    [252, 253, 191],
  ],
  grey: [56, 80, 105, 130, 155, 180, 205, 230, 255].map((value) => [value, value, value] as const),
}

export function stopsOfRamp(ramp: RampName): readonly Colour[] {
  return ramps[ramp]
}

/** Colour of a mask by its id alone; ids carry their level. */
export function colourOfMask(id: number, palette: PaletteName): Colour {
  const number = id % idsPerLevel
  const level = levelOfId(id)
  if (palette === 'safe') return lighter(safeHues[(number + level) % safeHues.length]!, (Math.floor(number / safeHues.length) % 3) * 0.22)
  // Three steps of lightness tell apart what the hue circle brings near each other again.
  const lightness = 0.7 + ((number * 7) % 3) * 0.06
  return rgbFromOklch(lightness, 0.15, (number * goldenAngle + level * 47) % 360)
}

/** Colour of a level, 1..6. */
export function colourOfLevel(level: number): Colour {
  return levelColours[(Math.max(1, level) - 1) % levelColours.length]!
}

/** Colour of a share, 0..1; outside it is cut off. */
export function colourOfShare(share: number, name: RampName = 'viridis'): Colour {
  const ramp = ramps[name]
  const at = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (ramp.length - 1)
  const low = Math.min(ramp.length - 2, Math.floor(at))
  const part = at - low
  const mix = (channel: 0 | 1 | 2) => Math.round(ramp[low]![channel] * (1 - part) + ramp[low + 1]![channel] * part)
  return [mix(0), mix(1), mix(2)]
}

export function hexFromColour(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

function lighter([red, green, blue]: Colour, share: number): Colour {
  const mix = (channel: number) => Math.round(channel + (255 - channel) * share)
  return [mix(red), mix(green), mix(blue)]
}

/** OKLCH to sRGB; lightness 0..1, hue in degrees. Source: Ottosson, "A perceptual color space for image processing" (2020). */
function rgbFromOklch(lightness: number, chroma: number, hue: number): Colour {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    byteFromLinear(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
    byteFromLinear(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
    byteFromLinear(-0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short),
  ]
}

function byteFromLinear(linear: number): number {
  const share = Math.min(1, Math.max(0, linear))
  return Math.round(255 * (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055))
}
