// Measures the instance-segmentation backend on real video: best instance against the truth on every 5th frame, and its time.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createInstanceSegmenter, type InstanceMask, type InstanceSegmenter } from '../src/worker/inference/yolo-seg.ts'

const modelFile = 'yolov8n-seg_int8_320.onnx'
const frameStep = 5
const scoreThreshold = 0.05

/** Figures recorded with another implementation on the same network and frames. */
const recorded: Readonly<Record<string, number>> = { blackswan: 0.77, dog: 0.86, 'car-shadow': 0.92, soapbox: 0.43 }

type SequenceResult = { readonly ious: readonly number[]; readonly elapsedMs: readonly number[]; readonly counts: readonly number[] }

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function readTruth(path: string): Promise<Uint8Array> {
  const grey = await sharp(path).toColourspace('b-w').extractChannel(0).raw().toBuffer()
  return grey.map((value) => Number(value > 127))
}

function iouOf({ mask }: InstanceMask, truth: Uint8Array): number {
  let both = 0
  let either = 0
  for (let at = 0; at < mask.length; at++) {
    both += mask[at]! & truth[at]!
    either += mask[at]! | truth[at]!
  }
  return either === 0 ? 0 : both / either
}

async function measure(segmenter: InstanceSegmenter, folder: string, sequence: string): Promise<SequenceResult> {
  const files = (await readdir(join(folder, 'JPEGImages', sequence))).filter((name) => name.endsWith('.jpg')).toSorted()
  const ious: number[] = []
  const elapsedMs: number[] = []
  const counts: number[] = []
  for (const file of files.filter((_, index) => index % frameStep === 0)) {
    const picture = await sharp(join(folder, 'JPEGImages', sequence, file))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const truth = await readTruth(join(folder, 'Annotations', sequence, file.replace('.jpg', '.png')))
    const start = performance.now()
    const instances = await segmenter.propose({ width: picture.info.width, height: picture.info.height, pixels: picture.data })
    elapsedMs.push(performance.now() - start)
    counts.push(instances.length)
    ious.push(Math.max(0, ...instances.map((instance) => iouOf(instance, truth))))
  }
  return { ious, elapsedMs, counts }
}

async function main(folder: string): Promise<void> {
  const names: readonly string[] = JSON.parse(await readFile(join(folder, 'models', 'models.json'), 'utf8')).classes
  const threads = Number(process.env.THREADS ?? 1)
  const segmenter = await createInstanceSegmenter(join(folder, 'models', modelFile), { classNames: names, scoreThreshold, threads })
  const { provider, inputWidth, inputHeight } = segmenter.description
  console.log(
    `${modelFile}, ${inputWidth} x ${inputHeight}, ${provider}, ${threads} thread(s), score >= ${scoreThreshold}, every ${frameStep}th frame`,
  )
  console.log('sequence     frames  best IoU  recorded  instances  ms (median)')
  for (const [sequence, figure] of Object.entries(recorded)) {
    const { ious, elapsedMs, counts } = await measure(segmenter, join(folder, 'tracking-davis'), sequence)
    const cells = [String(ious.length).padStart(6), mean(ious).toFixed(3).padStart(8), figure.toFixed(2).padStart(8)]
    console.log(
      `${sequence.padEnd(12)} ${[...cells, mean(counts).toFixed(1).padStart(9), median(elapsedMs).toFixed(0).padStart(11)].join('  ')}`,
    )
  }
  await segmenter.close()
}

const dataFolder = process.env.SCENEWRIGHT_DATA
if (dataFolder) await main(dataFolder)
else console.log('skipped: SCENEWRIGHT_DATA does not name the folder of real inputs')
