// Runs each file of a model once or a few times, on zeros or on a picture, and tells inputs, outputs and times.
import { Fault, reasonOfError } from '#core/base/fault'
import type { TrialOrder, TrialReport } from '#core/model/trial-report'
import { withFloatBorder } from './half-border.ts'
import { pictureTensor } from './picture-tensor.ts'
import type { Rgb } from './resample.ts'
import { type ProviderName, providerNames } from './runtime.ts'
import { type ModelSession, openSession, type TensorPort, type TensorValue } from './session.ts'
import { fitsDims, openDims, zeros } from './trial-feeds.ts'
import { readPicture } from './trial-picture.ts'

/** Parts are run in the order given; outputs of one are fed to later ones by name where they fit. Throws the faults of openSession. */
export async function tryModel(order: TrialOrder): Promise<readonly TrialReport[]> {
  const providers = order.providers.map(providerNamed)
  const known = new Map<string, TensorValue>()
  const reports: TrialReport[] = []
  const picture = order.picture === undefined ? undefined : await readPicture(order.picture)
  for (const { path, part } of order.files) {
    const start = performance.now()
    const session = withFloatBorder(await openSession(path, { providers, threads: order.threads, cacheFolder: order.cacheFolder }))
    const loadMs = performance.now() - start
    try {
      const feeds = feedsFor(session, order, picture, known)
      reports.push({ path, part, loadMs, ...(await runs(session, feeds, order.repeats, known)) })
    } finally {
      await session.close()
    }
  }
  return reports
}

function providerNamed(name: string): ProviderName {
  const found = providerNames.find((one) => one === name)
  if (found) return found
  throw new Fault('CONFIG_INVALID', { where: 'providers', reason: `${name} is none of ${providerNames.join(', ')}` })
}

type Feed = { readonly value: TensorValue; readonly fed: string }

function feedsFor(
  session: ModelSession,
  order: TrialOrder,
  picture: Rgb | undefined,
  known: ReadonlyMap<string, TensorValue>,
): ReadonlyMap<string, Feed> {
  const feeds = new Map<string, Feed>()
  for (const port of session.inputs) {
    const earlier = known.get(port.name)
    if (earlier && earlier.type === port.type && fitsDims(port.shape, earlier.dims))
      feeds.set(port.name, { value: earlier, fed: 'output of a part before' })
    else feeds.set(port.name, pictureFeed(port, order, picture) ?? promptFeed(port, order, picture) ?? zeroFeed(port, order))
  }
  return feeds
}

function pictureFeed(port: TensorPort, { preprocessing }: TrialOrder, picture: Rgb | undefined): Feed | undefined {
  if (!picture || !preprocessing || port.type !== 'float32') return undefined
  const { values, dims } = pictureTensor(picture, preprocessing)
  return fitsDims(port.shape, dims) ? { value: { type: 'float32', dims, values }, fed: 'the picture' } : undefined
}

/** A click into the middle, so that a decoder has something to answer. */
function promptFeed(port: TensorPort, { preprocessing }: TrialOrder, picture: Rgb | undefined): Feed | undefined {
  if (port.type !== 'float32') return undefined
  const [width, height] = [preprocessing?.resize.width ?? 1024, preprocessing?.resize.height ?? 1024]
  const size = picture ?? { width, height }
  const scale = Math.min(width / size.width, height / size.height)
  const given: Readonly<Record<string, readonly number[]>> = {
    point_coords: [(size.width * scale) / 2, (size.height * scale) / 2],
    point_labels: [1],
    orig_im_size: [size.height, size.width],
  }
  const values = given[port.name]
  if (!values) return undefined
  const dims = openDims(port.name, port.shape, { width, height })
  if (dims.reduce((product, dim) => product * dim, 1) !== values.length) return undefined
  return {
    value: { type: 'float32', dims, values: Float32Array.from(values) },
    fed: port.name === 'orig_im_size' ? 'the size of the picture' : 'a click in the middle',
  }
}

function zeroFeed(port: TensorPort, { preprocessing }: TrialOrder): Feed {
  const { width = 640, height = 640 } = preprocessing?.resize ?? {}
  return { value: zeros(port, openDims(port.name, port.shape, { width, height })), fed: 'zeros' }
}

async function runs(
  session: ModelSession,
  feeds: ReadonlyMap<string, Feed>,
  repeats: number,
  known: Map<string, TensorValue>,
): Promise<Omit<TrialReport, 'path' | 'part' | 'loadMs'>> {
  const values = Object.fromEntries([...feeds].map(([name, { value }]) => [name, value]))
  const times: number[] = []
  let results: Readonly<Record<string, TensorValue>> = {}
  for (let at = 0; at <= repeats; at++) {
    const start = performance.now()
    results = await session.run(values).catch((error: unknown) => {
      throw new Fault('MODEL_UNREADABLE', { path: session.path, reason: `running it failed: ${reasonOfError(error)}` }, error)
    })
    times.push(performance.now() - start)
  }
  for (const [name, value] of Object.entries(results)) known.set(name, value)
  const [firstMs = 0, ...later] = times
  const { provider, wholeGraph, failed } = session
  // The types of the file: a person compares them with what its author wrote.
  const storedTypes = new Map([...session.inputs, ...session.outputs].map(({ name, type, stored }) => [name, stored ?? type]))
  const typeOf = (name: string, { type }: TensorValue) => storedTypes.get(name) ?? type
  return {
    provider,
    wholeGraph,
    failed: failed.map((one) => ({ ...one })),
    inputs: [...feeds].map(([name, { value, fed }]) => ({ name, type: typeOf(name, value), dims: [...value.dims], fed })),
    outputs: Object.entries(results).map(([name, value]) => ({
      name,
      type: typeOf(name, value),
      dims: [...value.dims],
      ...rangeOf(value),
    })),
    firstMs,
    ...(later.length > 0 && { medianMs: later.toSorted((a, b) => a - b)[Math.floor(later.length / 2)] }),
  }
}

function rangeOf({ values }: TensorValue): { readonly min?: number; readonly max?: number; readonly notFinite: number } {
  let [min, max, notFinite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const one of values) {
    const value = Number(one)
    if (!Number.isFinite(value)) {
      notFinite += 1
      continue
    }
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? { min, max, notFinite } : { notFinite }
}
