// Prints how well the built-in tracker carries one mask through each tracking-davis sequence: J, seconds a frame, and a peer beside it.
// Run: SCENEWRIGHT_DATA=<folder> [SCENEWRIGHT_PEERS=<folder>] node bench/carry-davis.ts [best,fast] [sequence,...] [backward|forward] [prompted frame, 0]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { createCarrier } from '../src/worker/carry/carry.ts'
import { cropFromMask, maskFromCrop } from '../src/worker/carry/crop.ts'
import type { Rgb } from '../src/worker/carry/raster.ts'

const root = process.env.SCENEWRIGHT_DATA
if (root === undefined) throw new Error('Set SCENEWRIGHT_DATA to the folder that holds tracking-davis')
const images = join(root, 'tracking-davis', 'JPEGImages')
const truths = join(root, 'tracking-davis', 'Annotations')
const qualities = (process.argv[2] ?? 'best,fast').split(',').filter((q) => q === 'best' || q === 'fast')
const sequences = process.argv[3]?.split(',').filter((s) => s !== '') ?? readdirSync(images).sort()
const backward = process.argv[4] === 'backward'
/** Prompted later than on the first frame, objects meet a scene that is known. */
const prompted = Number(process.argv[5] ?? 0)

async function rgb(path: string): Promise<Rgb> {
  const { data, info } = await sharp(path).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) }
}

async function truth(path: string): Promise<Uint8Array> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  return Uint8Array.from({ length: info.width * info.height }, (_, i) => {
    for (let c = 0; c < Math.min(3, info.channels); c++) if (data[i * info.channels + c]! > 0) return 1
    return 0
  })
}

/** Overlap over union; two empty masks agree. */
function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0
  let either = 0
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > 0 && b[i]! > 0) both++
    if (a[i]! > 0 || b[i]! > 0) either++
  }
  return either === 0 ? 1 : both / either
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Mean J without the first and the last frame, and seconds a carried frame without decoding. */
async function carry(sequence: string, quality: 'best' | 'fast'): Promise<{ readonly j: number; readonly seconds: number }> {
  const names = readdirSync(join(images, sequence)).sort()
  if (backward) names.reverse()
  const maskOf = (name: string) => truth(join(truths, sequence, name.replace(/\.\w+$/, '.png')))
  const first = await rgb(join(images, sequence, names[0]!))
  const carrier = createCarrier({ quality })
  carrier.start(first, 0)
  const prompt = async () => carrier.add([{ id: 1, mask: cropFromMask(await maskOf(names[prompted]!), first.width, first.height) }])
  if (prompted === 0) await prompt()
  const scores: number[] = []
  let elapsedMs = 0
  for (let k = 1; k < names.length; k++) {
    const frame = await rgb(join(images, sequence, names[k]!))
    const begun = performance.now()
    const [seen] = carrier.advance(frame, k)
    elapsedMs += performance.now() - begun
    if (k === prompted) await prompt()
    if (seen !== undefined && k < names.length - 1)
      scores.push(overlap(maskFromCrop(seen.mask, frame.width, frame.height), await maskOf(names[k]!)))
  }
  return { j: mean(scores), seconds: elapsedMs / 1000 / (names.length - 1) }
}

/** J of the peer's masks, scored by the peer folder's own script; undefined where it cannot run. */
function peer(sequence: string): number | undefined {
  const folder = process.env.SCENEWRIGHT_PEERS
  if (folder === undefined || backward || prompted > 0) return undefined
  const python = process.env.SCENEWRIGHT_PYTHON ?? '/usr/bin/python3'
  try {
    execFileSync(python, ['-c', 'import cv2'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const out = mkdtempSync(join(tmpdir(), 'carry-peer-'))
  try {
    const first = join(truths, sequence, readdirSync(join(truths, sequence)).sort()[0]!)
    execFileSync(python, [join(folder, 'flow_track.py'), join(images, sequence), first, out], { stdio: 'ignore' })
    const scored = JSON.parse(execFileSync(python, [join(folder, 'score_masks.py'), join(truths, sequence), out], { encoding: 'utf8' }))
    return scored.J
  } finally {
    rmSync(out, { recursive: true })
  }
}

const columns: Record<string, number[]> = {}
const note = (column: string, value: number | undefined) => {
  if (value !== undefined) {
    columns[column] ??= []
    columns[column].push(value)
  }
  return value === undefined ? 'not run' : value.toFixed(4)
}
for (const sequence of sequences) {
  const cells: string[] = []
  for (const quality of qualities) {
    const { j, seconds } = await carry(sequence, quality)
    cells.push(`${quality} J ${note(quality, j)} (${seconds.toFixed(2)} s a frame)`)
  }
  console.log(`${sequence.padEnd(12)} ${cells.join('  ')}  peer J ${note('peer', peer(sequence))}`)
}
console.log(
  `${'mean'.padEnd(12)} ${Object.entries(columns)
    .map(([name, values]) => `${name} J ${mean(values).toFixed(4)}`)
    .join('  ')}`,
)
