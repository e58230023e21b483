// What memory attention is fed, in small numbers by hand: order, times, pieces of pointers, and room that a graph fixes.
import { describe, expect, it } from 'vitest'
import type { TensorPort } from '../inference/session.ts'
import { packBfloat16 } from './bfloat16.ts'
import type { FrameFeatures } from './frame-features.ts'
import { boundedRules, withMemory, withoutMemory } from './memory-attention.ts'
import { type BankRules, emptyBank, rememberPrompt, rememberTracked } from './memory-bank.ts'
import { type Constants, floats, type Network, type VideoModules } from './modules.ts'

// Four places of 4 channels; a memory has 2 numbers for each place, so a pointer is two tokens.
const constants: Constants = {
  memoryTimes: [Float32Array.of(10, 20), Float32Array.of(30, 40)],
  noMemory: Float32Array.of(1, 2, 3, 4),
  noObjectPointer: new Float32Array(4),
  noObjectSpatial: undefined,
  maskDownsample: { weight: new Float32Array(16), bias: 0 },
}
const coarse = { dims: [1, 4, 2, 2], values: Float32Array.from({ length: 16 }, (_, i) => i) }
const features: FrameFeatures = { coarse, fine: coarse, middle: coarse, position: new Float32Array(16).fill(7) }
const memoryPosition = Float32Array.from({ length: 8 }, (_, i) => i)
const rules: BankRules = { memories: 2, pointers: 16, conditioning: undefined, reverse: false, frameCount: 50 }

type Fed = Readonly<Record<string, { readonly dims: readonly number[]; readonly values: readonly number[] }>>

/** Attention with these inputs, which gives the frame back as it came, and what it was fed last. */
function attention(inputs: readonly TensorPort[]) {
  let fed: Fed = {}
  const idle: Network = { inputs: [], outputs: [], run: () => Promise.reject(new Error('not to be run')) }
  const memoryAttention: Network = {
    inputs,
    outputs: [],
    run: async (feeds) => {
      fed = Object.fromEntries(
        Object.entries(feeds).map(([name, { dims, values }]) => [name, { dims, values: Array.from(values as ArrayLike<number>) }]),
      )
      return { pix_feat: floats([4, 1, 4], Float32Array.from(fed.curr!.values)) }
    },
  }
  const modules: VideoModules = {
    encoder: idle,
    promptEncoder: idle,
    maskDecoder: idle,
    memoryAttention,
    memoryEncoder: idle,
    pointerProjection: idle,
  }
  return { modules, fed: () => fed }
}
const port = (name: string, shape: readonly (number | string)[], type = 'float32'): TensorPort => ({ name, type, shape })
const openPorts = [port('curr', [4, 1, 4]), port('memory_1', ['n', 1, 2]), port('memory_2', ['m', 1, 2])]
const fixedPorts = [
  port('curr', [4, 1, 4]),
  port('memory_1', [12, 1, 2]),
  port('memory_2', [10, 1, 2]),
  port('attention_mask_1', [12, 1], 'bool'),
  port('attention_mask_2', [10, 1], 'bool'),
]

function bank() {
  const of = (first: number) => ({
    tokens: packBfloat16(Float32Array.from({ length: 8 }, (_, i) => first + i)),
    pointer: Float32Array.of(first, first + 1, first + 2, first + 3),
  })
  const known = emptyBank()
  rememberPrompt(known, 0, of(100))
  rememberTracked(known, 1, of(64), rules)
  return known
}

describe('memory attention', () => {
  it('is fed places first, memories in order with the time of each, pointers in two pieces without times where nothing projects them', async () => {
    const { modules, fed } = attention(openPorts)
    const seen = await withMemory(modules, constants, features, bank(), 2, rules, memoryPosition)
    // Back in the layout it came in.
    expect([...seen]).toEqual([...coarse.values])
    expect(fed().curr).toEqual({ dims: [4, 1, 4], values: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15] })
    expect(fed().memory_1).toEqual({ dims: [8, 1, 2], values: [100, 101, 102, 103, 104, 105, 106, 107, 64, 65, 66, 67, 68, 69, 70, 71] })
    // The prompted one has the last row of times, that of the frame before the first.
    expect(fed().memory_pos_1!.values).toEqual([30, 41, 32, 43, 34, 45, 36, 47, 10, 21, 12, 23, 14, 25, 16, 27])
    expect(fed().memory_2).toEqual({ dims: [4, 1, 2], values: [100, 101, 102, 103, 64, 65, 66, 67] })
    expect(fed().memory_pos_2!.values).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  it('fills room that the graph fixes, and says by its masks what takes part', async () => {
    const { modules, fed } = attention(fixedPorts)
    const bounded = boundedRules(modules, constants, rules, 4)
    // Three memories fit: two prompted frames beside the one before; five pointers, one of them of the second prompted frame.
    expect(bounded).toMatchObject({ conditioning: 2, pointers: 4 })
    await withMemory(modules, constants, features, bank(), 2, bounded, memoryPosition)
    expect(fed().memory_1!.dims).toEqual([12, 1, 2])
    expect(fed().memory_1!.values.slice(16)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(fed().attention_mask_1).toEqual({ dims: [12, 1], values: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0] })
    expect(fed().attention_mask_2).toEqual({ dims: [10, 1], values: [1, 1, 1, 1, 0, 0, 0, 0, 0, 0] })
  })

  it('refuses a graph with fixed room and no masks, or with too little room', () => {
    const unmasked = attention(fixedPorts.slice(0, 3)).modules
    const narrow = attention(fixedPorts.map((one) => (one.name === 'memory_1' ? port('memory_1', [4, 1, 2]) : one))).modules
    for (const modules of [unmasked, narrow])
      expect(() => boundedRules(modules, constants, rules, 4)).toThrow(expect.objectContaining({ code: 'MODEL_UNEXPECTED' }))
  })

  it('a frame without memory has no_mem_embed added, channel by channel', () => {
    expect([...withoutMemory(features, constants)].slice(0, 8)).toEqual([1, 2, 3, 4, 6, 7, 8, 9])
  })
})
