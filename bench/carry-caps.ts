// Prints how well the built-in tracker keeps the two caps of tracking-caps apart, one of which leaves the picture and comes back.
// Run: SCENEWRIGHT_DATA=<folder> node bench/carry-caps.ts [best,fast]
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { createCarrier } from '../src/worker/carry/carry.ts'
import { cropFromMask, maskFromCrop } from '../src/worker/carry/crop.ts'
import type { Rgb } from '../src/worker/carry/raster.ts'

const root = process.env.SCENEWRIGHT_DATA
if (root === undefined) throw new Error('Set SCENEWRIGHT_DATA to the folder that holds tracking-caps')
const images = join(root, 'tracking-caps', 'JPEGImages')
const truths = join(root, 'tracking-caps', 'Annotations')
const qualities = (process.argv[2] ?? 'best').split(',').filter((q) => q === 'best' || q === 'fast')

/** As the source of the sequence says: the red cap is told on frame 0, both on frame 33; the other labelled frames are judged. */
const caps = [
  { id: 1, name: 'red', channel: 0 },
  { id: 2, name: 'green', channel: 1 },
]
const prompts = new Map([
  [0, [1]],
  [33, [1, 2]],
])

async function rgb(path: string): Promise<Rgb> {
  const { data, info } = await sharp(path).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) }
}

async function truthOf(position: number, channel: number): Promise<Uint8Array> {
  const { pixels } = await rgb(join(truths, `frame_${String(position).padStart(6, '0')}.png`))
  return Uint8Array.from({ length: pixels.length / 3 }, (_, i) => Number(pixels[3 * i + channel]! > 0))
}

/** Overlap over union. */
function overlap(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    if (a[i] === 1 && b[i] === 1) both++
    if (a[i] === 1 || b[i] === 1) either++
  }
  return either === 0 ? 1 : both / either
}

for (const quality of qualities) {
  const names = readdirSync(images).sort()
  const labelled = readdirSync(truths).map((name) => Number(/\d+/.exec(name)![0]))
  const carrier = createCarrier({ quality })
  const scores: number[] = []
  let wrong = 0
  let green = ''
  for (const [position, name] of names.entries()) {
    const frame = await rgb(join(images, name))
    if (position === 0) carrier.start(frame, 0)
    const carried = position === 0 ? [] : carrier.advance(frame, position)
    green += carried.some(({ id, lost }) => id === 2 && !lost) ? 'o' : '.'
    const prompted = prompts.get(position) ?? []
    if (labelled.includes(position) && prompted.length === 0)
      for (const cap of caps) {
        const truth = await truthOf(position, cap.channel)
        if (!truth.includes(1) || !carried.some(({ id }) => id === cap.id)) continue
        const masks = new Map(carried.map(({ id, mask }) => [id, maskFromCrop(mask, frame.width, frame.height)]))
        const j = overlap(masks.get(cap.id)!, truth)
        scores.push(j)
        for (const [id, mask] of masks) if (id !== cap.id && overlap(mask, truth) > j) wrong++
        console.log(`${quality.padEnd(5)} frame ${String(position).padStart(3)}  ${cap.name.padEnd(5)} J ${j.toFixed(4)}`)
      }
    const masks = await Promise.all(
      caps
        .filter(({ id }) => prompted.includes(id))
        .map(async ({ id, channel }) => ({ id, mask: cropFromMask(await truthOf(position, channel), frame.width, frame.height) })),
    )
    if (masks.length > 0) carrier.add(masks)
  }
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length
  console.log(
    `${quality.padEnd(5)} mean J ${mean.toFixed(4)} of ${scores.length}; taken for the other cap: ${wrong}; green cap seen, frame by frame: ${green}`,
  )
}
