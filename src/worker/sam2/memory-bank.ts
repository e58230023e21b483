// What is remembered of one object, and which of it is looked at for a frame: SAM2Base._prepare_memory_conditioned_features of the authors.

/** One frame of one object. */
export type Remembered = {
  /** [places, width] in bfloat16. */
  readonly tokens: Uint16Array
  readonly pointer: Float32Array
}

/** Plain, so that it survives a structured clone. */
export type MemoryBank = {
  /** By frame: those on which the object was prompted; kept for as long as the object is. */
  readonly conditioning: Map<number, Remembered>
  /** By frame: the last ones that were tracked. Memories that are too old for attention have a pointer only. */
  readonly tracked: Map<number, { readonly tokens: Uint16Array | undefined; readonly pointer: Float32Array }>
}

export type BankRules = {
  /** Memories that have an age of their own, the prompted one included (num_maskmem: 7). */
  readonly memories: number
  /** Pointers at most, besides those of further prompted frames (max_obj_ptrs_in_encoder: 16). */
  readonly pointers: number
  /** Prompted frames at most that one frame looks at; undefined: all (max_cond_frames_in_attn: -1). At least 2. */
  readonly conditioning: number | undefined
  readonly reverse: boolean
  /** Frames of the video. */
  readonly frameCount: number
}

export const emptyBank = (): MemoryBank => ({ conditioning: new Map(), tracked: new Map() })

/** A prompted frame is never a tracked one too. */
export function rememberPrompt(bank: MemoryBank, frame: number, memory: Remembered): void {
  bank.tracked.delete(frame)
  bank.conditioning.set(frame, memory)
}

/** Forgets what no later frame in this direction can look at, so that a bank stays as large as it is after 16 frames. */
export function rememberTracked(bank: MemoryBank, frame: number, memory: Remembered, { memories, pointers }: BankRules): void {
  if (bank.conditioning.has(frame)) return
  bank.tracked.set(frame, memory)
  for (const [at, old] of bank.tracked) {
    // The next frame looks back `memories - 1` frames for memories, and `pointers - 1` for pointers.
    const age = Math.abs(frame - at) + 1
    if (age > Math.max(pointers, memories) - 1) bank.tracked.delete(at)
    else if (age > memories - 1 && old.tokens !== undefined) bank.tracked.set(at, { tokens: undefined, pointer: old.pointer })
  }
}

export type Recalled = {
  /** `age` is the row of memoryTimes: the last one for prompted frames, 0 for the frame just before, then 1, 2, …. */
  readonly spatial: readonly { readonly frame: number; readonly tokens: Uint16Array; readonly age: number }[]
  /** `distance` in frames, positive into the past of the direction; SAM 2 itself signs only that of prompted frames. */
  readonly pointers: readonly { readonly frame: number; readonly pointer: Float32Array; readonly distance: number }[]
}

/** In the order in which SAM 2 puts them together: prompted frames as they came, then the oldest tracked frame first; pointers the nearest first. */
export function recall({ conditioning, tracked }: MemoryBank, frame: number, rules: BankRules): Recalled {
  const { memories, reverse, frameCount } = rules
  const pointers = Math.min(frameCount, rules.pointers)
  const step = reverse ? 1 : -1
  const chosen = closest(conditioning, frame, rules.conditioning)
  const before = (distance: number) => {
    const at = frame + step * distance
    const passedOver = chosen.some(([known]) => known === at) ? undefined : conditioning.get(at)
    return { at, memory: tracked.get(at) ?? passedOver }
  }
  const spatial = chosen.map(([at, { tokens }]) => ({ frame: at, tokens, age: memories - 1 }))
  for (let distance = memories - 1; distance >= 1; distance--) {
    const { at, memory } = before(distance)
    if (memory?.tokens !== undefined) spatial.push({ frame: at, tokens: memory.tokens, age: distance - 1 })
  }
  const isPast = (at: number) => (reverse ? at >= frame : at <= frame)
  const known = chosen
    .filter(([at]) => isPast(at))
    .map(([at, { pointer }]) => ({ frame: at, pointer, distance: (frame - at) * (reverse ? -1 : 1) }))
  for (let distance = 1; distance < pointers; distance++) {
    const { at, memory } = before(distance)
    if (at < 0 || at >= frameCount) break
    if (memory !== undefined) known.push({ frame: at, pointer: memory.pointer, distance })
  }
  return { spatial, pointers: known }
}

/** select_closest_cond_frames: the nearest before, the nearest from the frame on, then by distance, the earlier prompted first. */
function closest<T>(all: ReadonlyMap<number, T>, frame: number, most: number | undefined): readonly (readonly [number, T])[] {
  const entries = [...all]
  if (most === undefined || entries.length <= most) return entries
  const nearest = entries.toSorted(([a], [b]) => Math.abs(a - frame) - Math.abs(b - frame))
  const first = [nearest.find(([at]) => at < frame), nearest.find(([at]) => at >= frame)].filter((entry) => entry !== undefined)
  return [...first, ...nearest.filter((entry) => !first.includes(entry))].slice(0, most)
}

/**
 * get_1d_sine_pe of SAM 2: [sin, cos] of the position over 10000^(2 floor(i / 2) / (width / 2)). `position` is the distance over the
 * largest one; `width` even.
 */
export function timeEncoding(position: number, width: number): Float32Array {
  const half = width / 2
  const encoded = new Float32Array(width)
  for (let i = 0; i < half; i++) {
    const angle = position / 10_000 ** ((2 * Math.floor(i / 2)) / half)
    encoded[i] = Math.sin(angle)
    encoded[half + i] = Math.cos(angle)
  }
  return encoded
}
