// Words and plates drawn into pixels with a font of 5 x 7 dots: the same picture in a browser, on a server without fonts, and in a test.

/** RGBA, row-major, not premultiplied. */
export type Surface = { readonly width: number; readonly height: number; readonly pixels: Uint8ClampedArray }
export type Tone = readonly [red: number, green: number, blue: number]

/** Of one letter in dots, the column between two letters included; the last row is for what hangs below the line. */
export const glyph = { advance: 6, height: 8 } as const

/** Five columns of each letter in hexadecimal, the topmost dot in the lowest bit. */
const letters: Readonly<Record<string, string>> = {
  ' ': '0000000000',
  '.': '0000606000',
  ',': '0080703000',
  ':': '0000140000',
  '-': '0808080808',
  '·': '0000080000',
  '%': '2313086462',
  '(': '001C224100',
  ')': '0041221C00',
  '/': '2010080402',
  '0': '3E5149453E',
  '1': '00427F4000',
  '2': '7249494946',
  '3': '2141494D33',
  '4': '1814127F10',
  '5': '2745454539',
  '6': '3C4A494931',
  '7': '4121110907',
  '8': '3649494936',
  '9': '464949291E',
  A: '7C1211127C',
  B: '7F49494936',
  C: '3E41414122',
  D: '7F4141413E',
  E: '7F49494941',
  F: '7F09090901',
  G: '3E41415173',
  H: '7F0808087F',
  I: '00417F4100',
  J: '2040413F01',
  K: '7F08142241',
  L: '7F40404040',
  M: '7F021C027F',
  N: '7F0408107F',
  O: '3E4141413E',
  P: '7F09090906',
  Q: '3E4151215E',
  R: '7F09192946',
  S: '2649494932',
  T: '03017F0103',
  U: '3F4040403F',
  V: '1F2040201F',
  W: '3F4038403F',
  X: '6314081463',
  Y: '0304780403',
  Z: '6159494D43',
  a: '2054547840',
  b: '7F28444438',
  c: '3844444428',
  d: '384444287F',
  e: '3854545418',
  f: '00087E0902',
  g: '18A4A49C78',
  h: '7F08040478',
  i: '00447D4000',
  j: '2040403D00',
  k: '7F10284400',
  l: '00417F4000',
  m: '7C04780478',
  n: '7C08040478',
  o: '3844444438',
  p: 'FC18242418',
  q: '18242418FC',
  r: '7C08040408',
  s: '4854545424',
  t: '04043F4424',
  u: '3C4040207C',
  v: '1C2040201C',
  w: '3C4030403C',
  x: '4428102844',
  y: '4C9090907C',
  z: '4464544C44',
}
/** What has no letter here stands as a box, so that nobody takes it for a space. */
const unknown = '7F4141417F'

/** Width in pixels, where one dot is a square of `dot` pixels. */
export function widthOfText(text: string, dot: number): number {
  return Math.max(0, [...text].length * glyph.advance - 1) * dot
}

/** (x, y) is the upper left dot, in whole pixels; what lies outside of the surface is left out. */
export function drawText(surface: Surface, text: string, x: number, y: number, dot: number, tone: Tone): void {
  for (const [nth, letter] of [...text].entries()) {
    const columns = letters[letter] ?? unknown
    for (let column = 0; column < 5; column += 1) {
      const bits = Number.parseInt(columns.slice(column * 2, column * 2 + 2), 16)
      for (let row = 0; row < glyph.height; row += 1)
        if ((bits >> row) & 1) fillBox(surface, x + (nth * glyph.advance + column) * dot, y + row * dot, dot, dot, tone, 1)
    }
  }
}

/** A rectangle laid over what is there, `share` 0 to 1; cut at the edges of the surface. */
export function fillBox(surface: Surface, x: number, y: number, width: number, height: number, tone: Tone, share: number): void {
  const [right, bottom] = [Math.min(surface.width, x + width), Math.min(surface.height, y + height)]
  for (let j = Math.max(0, y); j < bottom; j += 1)
    for (let i = Math.max(0, x); i < right; i += 1) {
      const at = (j * surface.width + i) * 4
      for (let c = 0; c < 3; c += 1) surface.pixels[at + c] = surface.pixels[at + c]! + (tone[c]! - surface.pixels[at + c]!) * share
      surface.pixels[at + 3] = 255
    }
}
