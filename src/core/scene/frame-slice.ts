// Which frames of a scene are selected: a slice start:end:step, and the order of a listing.
import { z } from 'zod'

/** start inclusive, from 0; end exclusive, any negative number = to the end (My3DIS 2.6, not Python's count from the end); step >= 1. */
export const FrameSlice = z.object({
  start: z.number().int().min(0).default(0).meta({ title: 'Start', description: 'First frame, counted from 0' }),
  end: z.number().int().default(-1).meta({ title: 'End', description: 'First frame not taken; -1 = to the end' }),
  step: z.number().int().min(1).default(1).meta({ title: 'Step', description: 'Take every n-th frame' }),
})
export type FrameSlice = z.infer<typeof FrameSlice>

/** Parses `start:end:step`; parts may be empty or missing. Returns undefined when the text is not a slice. */
export function frameSliceFromText(text: string): FrameSlice | undefined {
  const match = /^\s*(-?\d*)(?::(-?\d*))?(?::(\d*))?\s*$/.exec(text)
  if (!match || (match[2] === undefined && match[1] === '')) return undefined
  const number = (part: string | undefined, otherwise: number) =>
    part === undefined || part === '' ? otherwise : Number.parseInt(part, 10)
  const step = number(match[3], 1)
  if (!(step >= 1)) return undefined
  const start = Math.max(0, number(match[1], 0))
  const end = number(match[2], -1)
  // A number that is none, or larger than any index can be.
  if (![start, end, step].every(Number.isSafeInteger)) return undefined
  return { start, end, step }
}

export function textFromFrameSlice(slice: FrameSlice): string {
  return `${slice.start}:${slice.end}:${slice.step}`
}

/** The selected frame indices, ascending. May be empty. */
export function frameIndicesOfSlice(slice: FrameSlice, frameCount: number): number[] {
  const end = slice.end < 0 ? frameCount : Math.min(slice.end, frameCount)
  const indices: number[] = []
  for (let index = Math.max(0, slice.start); index < end; index += slice.step) indices.push(index)
  return indices
}

/** Whether a file name is a frame: .jpg, .jpeg or .png in any case, and not hidden. */
export function isFrameName(name: string): boolean {
  return !name.startsWith('.') && /\.(jpe?g|png)$/i.test(name)
}

/** Frame names in My3DIS's order (1.3.6): by the first run of digits in the stem, then by name; names without digits last. */
export function sortFrameNames(names: readonly string[]): string[] {
  const keyed = names.map((name) => {
    const digits = /\d+/.exec(name.replace(/\.[^.]*$/, ''))
    return { name, key: digits ? Number.parseInt(digits[0], 10) : Number.POSITIVE_INFINITY }
  })
  keyed.sort((a, b) => (a.key === b.key ? (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : a.key - b.key))
  return keyed.map((entry) => entry.name)
}
