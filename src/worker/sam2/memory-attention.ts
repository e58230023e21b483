// A frame seen in the light of what is remembered of one object: memories and pointers with their times, through memory attention.
import { unpackBfloat16 } from './bfloat16.ts'
import type { FrameFeatures } from './frame-features.ts'
import { type BankRules, type MemoryBank, type Recalled, recall, timeEncoding } from './memory-bank.ts'
import { type Constants, fixedSize, floats, portNamed, runFloats, unexpected, type VideoModules } from './modules.ts'
import { transposed } from './plane.ts'
import type { TensorValue } from '../inference/session.ts'

/** The frame without any memory: vision_features + no_mem_embed (directly_add_no_mem_embed). [channels, places] */
export function withoutMemory({ coarse }: FrameFeatures, { noMemory }: Constants): Float32Array {
  const places = coarse.dims[2]! * coarse.dims[3]!
  return coarse.values.map((value, i) => value + noMemory[Math.floor(i / places)]!)
}

/** Sizes that a graph fixes bound what may be looked at; open ones leave the rules of SAM 2 as they are. `tokens`: places of one memory. */
export function boundedRules(
  modules: VideoModules,
  { memoryTimes, noObjectPointer }: Constants,
  rules: BankRules,
  tokens: number,
): BankRules {
  const { memoryAttention } = modules
  const [places, pointers] = ['memory_1', 'memory_2'].map((name) => fixedSize(portNamed(memoryAttention, name), axisOfTokens(modules)))
  if (places === undefined && pointers === undefined) return rules
  if (portNamed(memoryAttention, 'attention_mask_1') === undefined || portNamed(memoryAttention, 'attention_mask_2') === undefined)
    throw unexpected(memoryAttention, 'memoryAttention', 'open numbers of memories, or attention_mask_1 and attention_mask_2')
  const conditioning = places === undefined ? rules.conditioning : Math.floor(places / tokens) - (rules.memories - 1)
  if (conditioning !== undefined && conditioning < 1)
    throw unexpected(memoryAttention, 'memoryAttention', `room for ${rules.memories} memories of ${tokens} places each`)
  const pieces = noObjectPointer.length / memoryTimes[0]!.length
  // The pointers of further prompted frames come on top of `rules.pointers`.
  const room = pointers === undefined ? rules.pointers : Math.floor(pointers / pieces) - Math.max(0, (conditioning ?? 1) - 1)
  return { ...rules, conditioning, pointers: Math.max(1, Math.min(rules.pointers, room)) }
}

/** Tokens come first in the authors' layout [tokens, batch, width]; an export with them second is told by its fixed size. */
function axisOfTokens({ memoryAttention }: VideoModules): 0 | 1 {
  const curr = portNamed(memoryAttention, 'curr')
  const [first, second] = [fixedSize(curr, 0) ?? 0, fixedSize(curr, 1) ?? 0]
  return second > first ? 1 : 0
}

/** [channels, places]. `memoryPosition` is the memory encoder's vision_pos_enc as [tokens, width]. */
export async function withMemory(
  modules: VideoModules,
  constants: Constants,
  features: FrameFeatures,
  bank: MemoryBank,
  frame: number,
  rules: BankRules,
  memoryPosition: Float32Array,
): Promise<Float32Array> {
  const [, channels, height, width] = features.coarse.dims
  const places = height! * width!
  const recalled = recall(bank, frame, rules)
  const dims = (count: number, size: number) => (axisOfTokens(modules) === 0 ? [count, 1, size] : [1, count, size])
  const spatial = spatialTokens(recalled, constants, memoryPosition)
  const pointers = await pointerTokens(modules, recalled, constants, rules)
  const size = constants.memoryTimes[0]!.length
  const feeds: Record<string, TensorValue> = {
    curr: floats(dims(places, channels!), transposed(features.coarse.values, channels!, places)),
    curr_pos: floats(dims(places, channels!), features.position),
  }
  for (const [order, { values, position }] of [spatial, pointers].entries()) {
    const count = values.length / size
    const room = fixedSize(portNamed(modules.memoryAttention, `memory_${order + 1}`), axisOfTokens(modules)) ?? count
    feeds[`memory_${order + 1}`] = floats(dims(room, size), padded(values, room * size))
    feeds[`memory_pos_${order + 1}`] = floats(dims(room, size), padded(position, room * size))
    const mask = portNamed(modules.memoryAttention, `attention_mask_${order + 1}`)
    // True takes part, as in scaled_dot_product_attention of the authors' framework.
    if (mask)
      feeds[mask.name] = {
        type: 'bool',
        dims: dims(room, 1).slice(0, 2),
        values: Uint8Array.from({ length: room }, (_, i) => Number(i < count)),
      }
  }
  const of = await runFloats(modules.memoryAttention, 'memoryAttention', feeds)
  return transposed(of('pix_feat').values, places, channels!)
}

type Tokens = { readonly values: Float32Array; readonly position: Float32Array }

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values
  const result = new Float32Array(length)
  result.set(values)
  return result
}

/** Memories one after the other; to the position of each the row of its age is added (maskmem_tpos_enc). */
export function spatialTokens({ spatial }: Recalled, { memoryTimes }: Constants, memoryPosition: Float32Array): Tokens {
  const each = memoryPosition.length
  const [values, position] = [new Float32Array(each * spatial.length), new Float32Array(each * spatial.length)]
  for (const [order, { tokens, age }] of spatial.entries()) {
    const time = memoryTimes[age]!
    unpackBfloat16(tokens, values, order * each)
    for (let i = 0; i < each; i++) position[order * each + i] = memoryPosition[i]! + time[i % time.length]!
  }
  return { values, position }
}

/** Each pointer in pieces of the width of a memory, all with the time of their pointer; without a projection of times that is 0 (SAM 2.0). */
async function pointerTokens(modules: VideoModules, { pointers }: Recalled, { memoryTimes }: Constants, rules: BankRules): Promise<Tokens> {
  const width = memoryTimes[0]!.length
  const full = pointers[0]?.pointer.length ?? 0
  const values = new Float32Array(full * pointers.length)
  for (const [order, { pointer }] of pointers.entries()) values.set(pointer, order * full)
  const position = new Float32Array(values.length)
  const projection = modules.pointerTimeProjection
  if (projection === undefined || pointers.length === 0) return { values, position }
  const longest = Math.max(1, Math.min(rules.frameCount, rules.pointers) - 1)
  const times = new Float32Array(values.length)
  for (const [order, { distance }] of pointers.entries()) times.set(timeEncoding(distance / longest, full), order * full)
  const of = await runFloats(projection, 'pointerTimeProjection', { x: floats([pointers.length, full], times) })
  const projected = of('x_out').values
  for (let i = 0; i < position.length; i++) position[i] = projected[Math.floor(i / full) * width + (i % width)]!
  return { values, position }
}
