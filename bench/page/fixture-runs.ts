// Runs for measurements of the pages, written by the real archive writer: pictures, masks of three levels, and tracks that live as told.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { artifactName } from '#core/archive/manifest'
import { rleFromCrop, stringFromRle } from '#core/mask/rle'
import { RunConfig } from '#core/run/run-config'
import { idInLevel, type MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { openRunArchive } from '../../src/engine/archive/run-archive.ts'
import { realDisk } from '../../src/engine/disk/disk.ts'
import { queueRun } from '../../src/engine/runs/live-run.ts'

export type Scene = { readonly path: string; readonly frames: number; readonly width: number; readonly height: number }

/** JPEG frames with a pattern that moves, so that no two are equal. */
export async function makeScene(folder: string, frames: number, width: number, height: number): Promise<Scene> {
  const path = join(folder, `frames-${width}x${height}-${frames}`)
  await mkdir(path, { recursive: true })
  for (let i = 0; i < frames; i += 1) {
    const pixels = new Uint8Array(width * height * 3)
    for (let p = 0; p < pixels.length; p += 1) pixels[p] = ((p * 7 + i * 31) % 97) + 60
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toFile(join(path, frameNameOf(i)))
  }
  return { path, frames, width, height }
}

const frameNameOf = (i: number) => `${String(i).padStart(4, '0')}.jpg`

export const levels = [2, 4, 6] as const

export type RunPlan = {
  readonly name: string
  readonly masksPerFrame: number
  /** 'all': a track is seen on every frame; 'one': each mask is a track of its own; 'thirds': each lives on a third of the frames. */
  readonly lives: 'all' | 'one' | 'thirds'
  /** Moves every mask by so many pixels, so that two runs disagree. */
  readonly shift?: number
}

/** A tenth of the masks on the coarse level, three on the next, six on the fine one: ellipses in a grid of their level, so they nest. */
function masksOf(scene: Scene, plan: RunPlan, frame: number): MaskEntry[][] {
  const shares = [0.1, 0.3, 0.6]
  return levels.map((level, place) => {
    const count = Math.max(1, Math.round(plan.masksPerFrame * shares[place]!))
    const columns = Math.ceil(Math.sqrt((count * scene.width) / scene.height))
    const rows = Math.ceil(count / columns)
    const [w, h] = [Math.floor(scene.width / columns), Math.floor(scene.height / rows)]
    const crop = ellipse(Math.max(2, Math.floor(w * 0.9)), Math.max(2, Math.floor(h * 0.9)))
    const found: MaskEntry[] = []
    for (let number = 0; number < count; number += 1) {
      if (plan.lives === 'thirds' && Math.floor((frame * 3) / scene.frames) !== number % 3) continue
      const drift = ((frame + number) % 5) - 2 + (plan.shift ?? 0)
      const x = Math.min(scene.width - crop.width, Math.max(0, (number % columns) * w + drift))
      const box = { x, y: Math.floor(number / columns) * h, width: crop.width, height: crop.height }
      const own = plan.lives === 'one' ? frame * count + number : number
      const counts = stringFromRle(rleFromCrop(crop.bits, box, scene.width, scene.height))
      const score = 0.5 + (number % 50) / 100
      found.push({ id: idInLevel(level, own + 1), counts, area: crop.area, box: [box.x, box.y, box.width, box.height], score })
    }
    return found
  })
}

function ellipse(width: number, height: number) {
  const bits = new Uint8Array(width * height)
  let area = 0
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [(2 * x + 1) / width - 1, (2 * y + 1) / height - 1]
      if (u * u + v * v > 1) continue
      bits[y * width + x] = 1
      area += 1
    }
  return { width, height, bits, area }
}

/** Writes the run below `folder` and gives its folder. */
export async function makeRun(folder: string, scene: Scene, plan: RunPlan): Promise<string> {
  const frameIndices = Array.from({ length: scene.frames }, (_, i) => i)
  const runFolder = join(folder, plan.name)
  const config = RunConfig.parse({ scene: scene.path, output: folder, levels: [...levels] })
  const { path: framesPath, frames: frameCount, width, height } = scene
  const described = { name: plan.name, kind: 'frames', framesPath, frameCount, width, height }
  const frameNames = frameIndices.map(frameNameOf)
  const facts = { name: plan.name, config, scene: described, frameIndices, frameNames, appVersion: '0', buildId: 'bench' }
  const run = await queueRun(realDisk, runFolder, facts, () => {})
  const archive = await openRunArchive(realDisk, runFolder, ['tracker'])
  const writer = await archive.begin('tracker', 'bench')
  const add = (kind: string, value: unknown, frameIndex?: number, level?: number) =>
    writer.append({
      name: artifactName('tracker', kind, { level, frameIndex }),
      stage: 'tracker',
      kind,
      level,
      frameIndex,
      mediaType: 'application/json',
      bytes: new TextEncoder().encode(JSON.stringify(value)),
    })
  const lives = new Map<number, { readonly mask: MaskEntry; readonly level: number; readonly frames: number[] }>()
  for (const frameIndex of frameIndices) {
    const byLevel = masksOf(scene, plan, frameIndex)
    for (const [place, level] of levels.entries()) {
      const masks = byLevel[place]!
      await add('masks', { frameIndex, frameName: frameNames[frameIndex]!, level, size: [height, width], masks }, frameIndex, level)
      for (const mask of masks) {
        const life = lives.get(mask.id) ?? { mask, level, frames: [] }
        lives.set(mask.id, life)
        life.frames.push(frameIndex)
      }
    }
  }
  await add('tracks', { framesDone: frameCount, tracks: [...lives].map(([id, life]) => trackOf(id, life)) })
  await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 0 })
  await archive.close()
  run.tell({ type: 'runFinished', state: 'succeeded' })
  await run.close()
  return runFolder
}

function trackOf(id: number, { mask, level, frames }: { mask: MaskEntry; level: number; frames: readonly number[] }): Track {
  const [firstFrame, lastFrame] = [frames[0]!, frames.at(-1)!]
  const prompt = { frameIndex: firstFrame, candidateId: id, uniqueId: 'x' }
  const life = { visible: [[firstFrame, lastFrame] as [number, number]], frameCount: frames.length, firstFrame, lastFrame }
  const { area, score } = mask
  return { id, level, orphan: false, prompt, ...life, meanScore: score, meanArea: area, maxArea: area, merged: 0 }
}
