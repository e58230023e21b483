// For tests: the tiny modules of SAM 2 for video, and scenes of coloured squares whose masks are known.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Rle, rleFromCrop } from '#core/mask/rle'
import type { Preprocessing } from '#core/model/model-entry'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { tinyPromptEncoder, tinyVideoEncoder } from '#core/model/tiny-video/encoders'
import { tinyMaskDecoder } from '#core/model/tiny-video/mask-decoder'
import {
  tinyMemoryAttention,
  tinyMemoryEncoder,
  tinyPointerProjection,
  tinyPointerTimeProjection,
  tinyVideoConstants,
} from '#core/model/tiny-video/memory'
import type { Picture } from '../frame-pixels.ts'
import { type ModelSession, openSession } from '../inference/session.ts'
import { createFeatureStore } from './frame-features.ts'
import { type Constants, type Network, readConstants, type VideoModules } from './modules.ts'
import { createVideoTracker, type VideoTracker } from './video-tracker.ts'

export const side = 128
export const preprocessing: Preprocessing = {
  resize: { rule: 'squash', width: 1024, height: 1024, multiple: 1, interpolation: 'bilinear' },
  pad: { where: 'none', value: 0, when: 'afterNormalising' },
  colour: 'rgb',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  layout: 'nchw',
}

/** Each part with what makes its graph. */
export const tinyModules = [
  ['encoder', tinyVideoEncoder],
  ['promptEncoder', tinyPromptEncoder],
  ['maskDecoder', tinyMaskDecoder],
  ['memoryAttention', tinyMemoryAttention],
  ['memoryEncoder', tinyMemoryEncoder],
  ['pointerProjection', tinyPointerProjection],
  ['pointerTimeProjection', tinyPointerTimeProjection],
  ['constants', tinyVideoConstants],
] as const

/** What a network was fed, in order. */
export type Runs = { readonly part: keyof VideoModules; readonly feeds: Parameters<Network['run']>[0] }[]

export type Fixture = {
  readonly modules: VideoModules
  readonly constants: Constants
  /** Emptied by whoever counts. */
  readonly runs: Runs
  close(): Promise<void>
}

/** The tiny modules opened in this process, each run noted down. */
export async function openFixture(replaced: Partial<Record<keyof VideoModules, Graph>> = {}): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'tiny-video-'))
  const sessions: ModelSession[] = []
  const runs: Runs = []
  const open = async (name: string, graph: Graph) => {
    const path = join(folder, `${name}.onnx`)
    await writeFile(path, encodeGraph(graph))
    const session = await openSession(path, { providers: ['cpu'], threads: 1 })
    sessions.push(session)
    return session
  }
  const module = async (part: keyof VideoModules, graph: Graph): Promise<Network> => {
    const { inputs, outputs, run } = await open(part, replaced[part] ?? graph)
    return {
      inputs,
      outputs,
      run: (feeds) => {
        runs.push({ part, feeds })
        return run(feeds)
      },
    }
  }
  return {
    modules: {
      encoder: await module('encoder', tinyVideoEncoder()),
      promptEncoder: await module('promptEncoder', tinyPromptEncoder()),
      maskDecoder: await module('maskDecoder', tinyMaskDecoder()),
      memoryAttention: await module('memoryAttention', tinyMemoryAttention()),
      memoryEncoder: await module('memoryEncoder', tinyMemoryEncoder()),
      pointerProjection: await module('pointerProjection', tinyPointerProjection()),
      pointerTimeProjection: await module('pointerTimeProjection', tinyPointerTimeProjection()),
    },
    constants: await readConstants(await open('constants', tinyVideoConstants())),
    runs,
    close: async () => {
      for (const session of sessions) await session.close()
      await rm(folder, { recursive: true })
    },
  }
}

export type Square = { readonly x: number; readonly y: number; readonly side: number; readonly colour: readonly [number, number, number] }

/** Squares on black; later ones cover earlier ones. */
export function pictureOf(squares: readonly Square[]): Picture {
  const pixels = new Uint8Array(side * side * 3)
  for (const square of squares)
    for (let y = square.y; y < square.y + square.side; y++)
      for (let x = square.x; x < square.x + square.side; x++) pixels.set(square.colour, (y * side + x) * 3)
  return { width: side, height: side, pixels }
}

export function maskOf({ x, y, side: length }: Square): Rle {
  return rleFromCrop(new Uint8Array(length * length).fill(1), { x, y, width: length, height: length }, side, side)
}

export type Track = { readonly tracker: VideoTracker; readonly pictures: number[] }

/** A tracker over a scene; `pictures` notes which frames were read. */
export function trackerOn(fixture: Fixture, scene: readonly (readonly Square[])[], reverse = false): Track {
  const pictures: number[] = []
  const features = createFeatureStore(fixture.modules, preprocessing, async (position) => {
    pictures.push(position)
    return pictureOf(scene[position]!)
  })
  const { modules, constants } = fixture
  const tracker = createVideoTracker({ modules, constants, features, width: side, height: side, frameCount: scene.length, reverse })
  return { tracker, pictures }
}
