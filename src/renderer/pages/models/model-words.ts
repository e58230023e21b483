// Models in words a person would say: their state, role, what is done to a picture, and how a fetch goes.
import type { ModelFetch, ModelRow } from '#api/models-api'
import { formatBytes, formatDuration } from '#core/base/format'
import type { ModelPort, ModelRole, Preprocessing } from '#core/model/model-entry'
import type { MarkedState } from '../../ui/state-mark.tsx'

export const roleWords: Readonly<Record<ModelRole, string>> = {
  promptableSegmenter: 'promptable segmenter',
  videoTracker: 'video tracker',
  instanceSegmenter: 'instance segmenter',
  detector: 'detector',
  featureBackbone: 'feature backbone',
}

const states: Readonly<Record<ModelRow['state'], { readonly mark: MarkedState; readonly words: string }>> = {
  ready: { mark: 'ok', words: 'ready' },
  unrecorded: { mark: 'ok', words: 'ready; put there by hand, its hash is not recorded' },
  incomplete: { mark: 'incomplete', words: 'incomplete' },
  broken: { mark: 'broken', words: 'cannot be used' },
}

export function stateOfRow({ state, missing }: Pick<ModelRow, 'state' | 'missing'>): {
  readonly mark: MarkedState
  readonly words: string
} {
  return state === 'incomplete' ? { ...states.incomplete, words: `needs ${missing.join(', ')} too` } : states[state]
}

/** float32 [1, 3, height, ?]. */
export function portWords({ type, shape }: Pick<ModelPort, 'type' | 'shape'>): string {
  return `${type} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`
}

export function preprocessingWords({ resize, pad, colour, scale, mean, std, layout }: Preprocessing): string {
  const { width, height, multiple, interpolation } = resize
  const size = width !== undefined && height !== undefined ? ` to ${width} x ${height}` : multiple > 1 ? ` to multiples of ${multiple}` : ''
  const rules: Readonly<Record<typeof resize.rule, string>> = {
    none: 'size as it is',
    squash: `squashed${size}`,
    longestSide: `scaled by the longest side${size}`,
    letterbox: `letterboxed${size}`,
    shortestSide: `scaled by the shortest side${size}`,
  }
  const where = { none: '', rightBottom: 'right and below', centre: 'on both sides' }[pad.where]
  const order = pad.when === 'beforeNormalising' ? 'before' : 'after'
  const padding = where === '' ? [] : [`padded ${where} with ${pad.value} ${order} normalising`]
  const plain = mean.every((value) => value === 0) && std.every((value) => value === 1)
  const scaled = scale === 1 ? 'value' : `value x ${Number(scale.toPrecision(4))}`
  const values = plain ? (scale === 1 ? 'values 0 to 255' : `${scaled}`) : `(${scaled} - [${mean.join(', ')}]) / [${std.join(', ')}]`
  return [
    `${rules[resize.rule]}, ${interpolation}`,
    ...padding,
    colour.toUpperCase(),
    values,
    layout === 'nchw' ? 'channels first' : 'channels last',
  ].join('; ')
}

/** 12 of 40 MiB (30 %), 3 MiB/s, 9 s to go. */
export function fetchWords({ state, doneBytes, totalBytes, resumedBytes, bytesPerSecond }: ModelFetch): string {
  const of = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)} (${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))} %)`
  const rate = bytesPerSecond === undefined ? [] : [`${formatBytes(bytesPerSecond)}/s`]
  const left =
    totalBytes === undefined || !bytesPerSecond ? [] : [`${formatDuration((1000 * (totalBytes - doneBytes)) / bytesPerSecond)} to go`]
  const kept = state === 'going' && resumedBytes > 0 ? [`gone on with from ${formatBytes(resumedBytes)}`] : []
  const begun = state === 'going' && doneBytes === 0 ? 'asking the server' : `${formatBytes(doneBytes)}${of}`
  return [begun, ...rate, ...left, ...kept].join(' · ')
}

/** Settings that run it, as the address of a new run takes them; undefined for what no stage runs. */
export function settingsFor(role: ModelRole, id: string): string | undefined {
  if (role === 'featureBackbone') return undefined
  const stage = role === 'videoTracker' ? 'tracker' : 'ssam'
  return `stages.${stage}.backend=onnx;stages.${stage}.model=${id}`
}

export const millis = (ms: number) => (ms < 10 ? `${ms.toFixed(2)} ms` : ms < 1000 ? `${ms.toFixed(1)} ms` : formatDuration(ms))
