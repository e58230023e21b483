// Measures the instance-segmentation backend on real video: best instance against the truth on every 5th frame, and its time. `--json`: one line.
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

type Row = { readonly frames: number; readonly bestIou: number; readonly instances: number; readonly medianMs: number }

async function main(folder: string, asJson: boolean): Promise<void> {
  const names: readonly string[] = JSON.parse(await readFile(join(folder, 'models', 'models.json'), 'utf8')).classes
  const threads = Number(process.env.THREADS ?? 1)
  const segmenter = await createInstanceSegmenter(join(folder, 'models', modelFile), { classNames: names, scoreThreshold, threads })
  const rows: Record<string, Row> = {}
  for (const sequence of Object.keys(recorded)) {
    const { ious, elapsedMs, counts } = await measure(segmenter, join(folder, 'tracking-davis'), sequence)
    rows[sequence] = { frames: ious.length, bestIou: mean(ious), instances: mean(counts), medianMs: median(elapsedMs) }
  }
  await segmenter.close()
  if (asJson) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else {
    const { provider, inputWidth, inputHeight } = segmenter.description
    console.log(
      `${modelFile}, ${inputWidth} x ${inputHeight}, ${provider}, ${threads} thread(s), score >= ${scoreThreshold}, every ${frameStep}th frame`,
    )
    for (const line of table(rows)) console.log(line)
  }
}

function table(rows: Readonly<Record<string, Row>>): readonly string[] {
  return [
    'sequence     frames  best IoU  recorded  instances  ms (median)',
    ...Object.entries(rows).map(([sequence, { frames, bestIou, instances, medianMs }]) => {
      const cells = [String(frames).padStart(6), bestIou.toFixed(3).padStart(8), recorded[sequence]!.toFixed(2).padStart(8)]
      return `${sequence.padEnd(12)} ${[...cells, instances.toFixed(1).padStart(9), medianMs.toFixed(0).padStart(11)].join('  ')}`
    }),
  ]
}

const dataFolder = process.env.SCENEWRIGHT_DATA
if (dataFolder) await main(dataFolder, process.argv.includes('--json'))
else console.log('skipped: SCENEWRIGHT_DATA does not name the folder of real inputs')
