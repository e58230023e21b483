// Measures the built-in candidate generator: best overlap of any candidate with the true object, for each DAVIS sequence.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { type ProposedMask, type Rgb, defaultProposeOptions, proposeMasks } from '../src/worker/segment/propose.ts'

type Line = { readonly overlap: number; readonly candidates: number; readonly seconds: number }

async function readPicture(path: string): Promise<Rgb> {
  const { data, info } = await sharp(await readFile(path))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) }
}

async function readTruth(path: string): Promise<Uint8Array> {
  const { data, info } = await sharp(await readFile(path))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Uint8Array.from({ length: info.width * info.height }, (_, i) => (data[i * info.channels]! > 127 ? 1 : 0))
}

function overlap(proposed: ProposedMask, truth: Uint8Array, truthArea: number, width: number): number {
  const { mask } = proposed
  let shared = 0
  for (let y = 0; y < mask.height; y += 1) {
    for (let x = 0; x < mask.width; x += 1) shared += mask.bits[y * mask.width + x]! & truth[(y + mask.y) * width + x + mask.x]!
  }
  return shared / (proposed.area + truthArea - shared)
}

async function measure(root: string, sequence: string, name: string): Promise<Line | undefined> {
  const picture = await readPicture(join(root, 'JPEGImages', sequence, `${name}.jpg`))
  const truth = await readTruth(join(root, 'Annotations', sequence, `${name}.png`))
  const truthArea = truth.reduce((sum, bit) => sum + bit, 0)
  if (truthArea === 0) return undefined
  const start = performance.now()
  const masks = proposeMasks(picture, defaultProposeOptions)
  const seconds = (performance.now() - start) / 1000
  const best = masks.reduce((most, mask) => Math.max(most, overlap(mask, truth, truthArea, picture.width)), 0)
  return { overlap: best, candidates: masks.length, seconds }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const home = process.env.SCENEWRIGHT_DATA
if (!home) throw new Error('set SCENEWRIGHT_DATA to the folder that holds tracking-davis')
const root = join(home, 'tracking-davis')
const step = process.argv.includes('--all') ? 1 : 5
const means: number[] = []
for (const sequence of (await readdir(join(root, 'JPEGImages'))).sort()) {
  const names = (await readdir(join(root, 'JPEGImages', sequence))).sort().map((file) => file.replace(/\.jpg$/, ''))
  const lines: Line[] = []
  for (let i = 0; i < names.length; i += step) {
    const line = await measure(root, sequence, names[i]!)
    if (line !== undefined) lines.push(line)
  }
  means.push(mean(lines.map((line) => line.overlap)))
  const candidates = lines.map((line) => line.candidates)
  console.log(
    `${sequence}: best overlap ${means.at(-1)!.toFixed(3)}, candidates a frame ${mean(candidates).toFixed(0)} (at most ${Math.max(...candidates)}),`,
    `seconds a frame ${mean(lines.map((line) => line.seconds)).toFixed(2)}, frames ${lines.length}`,
  )
}
console.log(`mean over sequences: ${mean(means).toFixed(3)}`)
