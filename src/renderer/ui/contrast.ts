// Contrast of two colours after WCAG 2.2, and colours laid over one another.

export type Rgb = readonly [red: number, green: number, blue: number]

/** `#rgb`, `#rrggbb`; alpha in a fourth pair is left out. Throws on anything else. */
export function rgbFromHex(hex: string): Rgb {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(hex.trim())?.[1]
  if (!digits) throw new RangeError(`${hex} is no colour`)
  const wide = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  const channel = (at: number) => Number.parseInt(wide.slice(at, at + 2), 16)
  return [channel(0), channel(2), channel(4)]
}

/** `over` with a share 0..1 laid on `under`. */
export function laidOver(over: Rgb, share: number, under: Rgb): Rgb {
  const mix = (channel: 0 | 1 | 2) => over[channel] * share + under[channel] * (1 - share)
  return [mix(0), mix(1), mix(2)]
}

/** 1..21. Source: WCAG 2.2, "contrast ratio" and "relative luminance". */
export function contrastOf(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminanceOf([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
