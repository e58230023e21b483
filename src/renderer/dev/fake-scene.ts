// A made-up scene for working on the pages without an engine: moving shapes inside shapes, with their masks at each level.
import { areaOfRle, boundsOfRle, type PixelBox, rleFromCrop, stringFromRle } from '#core/mask/rle'
import { type FrameMasks, idInLevel, type MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'

export type Shape = {
  readonly id: number
  readonly level: number
  readonly parent: number | undefined
  readonly kind: 'box' | 'oval'
  readonly colour: string
  at(frame: number): PixelBox
}
export type FakeScene = {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly frameCount: number
  readonly levels: readonly number[]
  readonly shapes: readonly Shape[]
}

/** The same numbers for the same seed, 0..1. */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296
    return state / 4294967296
  }
}

export function makeFakeScene(
  name: string,
  frameCount: number,
  perLevel: readonly (readonly [level: number, count: number])[],
  width = 960,
  height = 540,
): FakeScene {
  const random = makeRandom(name.length * 77 + frameCount)
  const shapes: Shape[] = []
  let coarser: Shape[] = []
  for (const [level, count] of perLevel) {
    const columns = Math.ceil(Math.sqrt((count * width) / height))
    const rows = Math.ceil(count / columns)
    const own: Shape[] = []
    for (let n = 0; n < count; n += 1) {
      const parent = coarser.length > 0 ? coarser[n % coarser.length] : undefined
      const share = 0.35 + 0.45 * random()
      const [dx, dy, phase] = [random(), random(), random() * 6]
      own.push({
        id: idInLevel(level, n + 1),
        level,
        parent: parent && random() > 0.08 ? parent.id : undefined,
        kind: random() > 0.5 ? 'oval' : 'box',
        colour: `hsl(${20 + random() * 60} ${15 + random() * 30}% ${30 + random() * 40}%)`,
        at: (frame) => {
          if (parent) {
            const box = parent.at(frame)
            const w = Math.max(6, box.width * share * 0.6)
            const h = Math.max(6, box.height * share * 0.6)
            return whole({ x: box.x + dx * (box.width - w), y: box.y + dy * (box.height - h), width: w, height: h })
          }
          const w = (width / columns) * share * 1.25
          const h = (height / rows) * share * 1.25
          const sway = 22 * Math.sin(frame / 7 + phase)
          return whole({
            x: (n % columns) * (width / columns) + dx * 20 + sway,
            y: Math.floor(n / columns) * (height / rows) + dy * 16,
            width: w,
            height: h,
          })
        },
      })
    }
    shapes.push(...own)
    coarser = own
  }
  return { name, width, height, frameCount, levels: perLevel.map(([level]) => level), shapes }
}

function whole(box: PixelBox): PixelBox {
  return {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.max(2, Math.round(box.width)),
    height: Math.max(2, Math.round(box.height)),
  }
}

/** Each shape is missing for a while, so that tracks have gaps. */
export const isSeen = (shape: Shape, frame: number): boolean => (frame + (shape.id % 41)) % 43 > (shape.id % 7) - 1

export function fakeMasks(scene: FakeScene, frameIndex: number, level: number, keep: (shape: Shape) => boolean): FrameMasks {
  const masks: MaskEntry[] = []
  for (const shape of scene.shapes) {
    if (shape.level !== level || !isSeen(shape, frameIndex) || !keep(shape)) continue
    const box = shape.at(frameIndex)
    const rle = rleFromCrop(bitsOf(shape.kind, box), box, scene.width, scene.height)
    const bounds = boundsOfRle(rle)
    if (!bounds) continue
    masks.push({
      id: shape.id,
      counts: stringFromRle(rle),
      area: areaOfRle(rle),
      box: [...bounds],
      score: 0.55 + ((shape.id * 37) % 45) / 100,
      stability: 0.6 + ((shape.id * 13) % 40) / 100,
      parent: shape.parent,
      uniqueId: `${String(frameIndex).padStart(4, '0')}_${level}_${String(shape.id % 100000).padStart(4, '0')}`,
    })
  }
  return { frameIndex, frameName: frameName(frameIndex), level, size: [scene.height, scene.width], masks }
}

export const frameName = (frameIndex: number): string => `${String(frameIndex * 2).padStart(5, '0')}.jpg`

function bitsOf(kind: Shape['kind'], box: PixelBox): Uint8Array {
  const bits = new Uint8Array(box.width * box.height)
  if (kind === 'box') return bits.fill(1)
  for (let y = 0; y < box.height; y += 1)
    for (let x = 0; x < box.width; x += 1) {
      const [u, v] = [((x + 0.5) / box.width) * 2 - 1, ((y + 0.5) / box.height) * 2 - 1]
      if (u * u + v * v <= 1) bits[y * box.width + x] = 1
    }
  return bits
}

export async function fakePicture(scene: FakeScene, frameIndex: number, width = scene.width): Promise<Uint8Array> {
  const height = Math.round((width * scene.height) / scene.width)
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('this browser has no canvas to paint the fake scene on')
  pen.scale(width / scene.width, width / scene.width)
  const wall = pen.createLinearGradient(0, 0, 0, scene.height)
  wall.addColorStop(0, '#cfc8bd')
  wall.addColorStop(0.65, '#b8ab9a')
  wall.addColorStop(0.66, '#7d6a58')
  wall.addColorStop(1, '#5c4c3f')
  pen.fillStyle = wall
  pen.fillRect(0, 0, scene.width, scene.height)
  for (const shape of scene.shapes) {
    if (!isSeen(shape, frameIndex)) continue
    const box = shape.at(frameIndex)
    pen.fillStyle = shape.colour
    pen.beginPath()
    if (shape.kind === 'oval') pen.ellipse(box.x + box.width / 2, box.y + box.height / 2, box.width / 2, box.height / 2, 0, 0, 7)
    else pen.rect(box.x, box.y, box.width, box.height)
    pen.fill()
  }
  pen.fillStyle = '#ffffffcc'
  pen.font = '20px monospace'
  pen.fillText(`frame ${frameIndex}`, 12, scene.height - 14)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })
  return new Uint8Array(await blob.arrayBuffer())
}

export function fakeTracks(scene: FakeScene): Track[] {
  return scene.shapes.map((shape): Track => {
    const visible: [number, number][] = []
    for (let frame = 0; frame < scene.frameCount; frame += 1) {
      if (!isSeen(shape, frame)) continue
      const last = visible.at(-1)
      if (last && last[1] === frame - 1) last[1] = frame
      else visible.push([frame, frame])
    }
    const box = shape.at(0)
    return {
      id: shape.id,
      level: shape.level,
      parent: shape.parent,
      orphan: shape.parent === undefined && shape.level !== scene.levels[0],
      prompt: { frameIndex: visible[0]?.[0] ?? 0, candidateId: shape.id, uniqueId: `0000_${shape.level}_${shape.id % 100000}` },
      visible,
      frameCount: visible.reduce((sum, [a, b]) => sum + b - a + 1, 0),
      firstFrame: visible[0]?.[0] ?? 0,
      lastFrame: visible.at(-1)?.[1] ?? 0,
      meanScore: 0.55 + ((shape.id * 37) % 45) / 100,
      meanArea: box.width * box.height * 0.9,
      maxArea: box.width * box.height,
      merged: shape.id % 4,
    }
  })
}
