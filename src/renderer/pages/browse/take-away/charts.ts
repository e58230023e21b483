// The charts that can be taken away, from what the page has read: curves of a track, and what the stages used over time or over frames.
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import type { Chart } from '#core/view/chart-svg'
import { curveOf } from '../dossier/dossier-curve.ts'
import type { Reading } from '../dossier/read-moment.ts'
import { type ResourceKind, resourceKinds, resourceLanes } from '../time-dock/lane-samples.ts'
import type { StageReadings } from '../time-dock/use-readings.ts'
import { framesWorkedIn, timeOfSample } from '../time-dock/work-spans.ts'

// After Okabe and Ito, as the levels are; they read on both grounds.
const tones = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
const toneOf = (index: number) => tones[index % tones.length]!

export const trackCharts = ['area', 'score', 'stability'] as const
export type TrackChart = (typeof trackCharts)[number]

export function chartOfTrack(
  which: TrackChart,
  track: Pick<Track, 'id' | 'visible'>,
  readings: readonly Reading[],
  frameIndices: readonly number[],
  isDark: boolean,
): Chart {
  const { frames, values } = curveOf(readings, track.visible, frameIndices, (one) => one[which])
  return {
    title: `${which[0]!.toUpperCase()}${which.slice(1)} of ${labelOfId(track.id)}`,
    xTitle: 'frame',
    yTitle: which === 'area' ? 'area (pixels)' : which,
    fromZero: true,
    isDark,
    series: [{ name: which, colour: toneOf(1), points: frames.map((x, i) => ({ x, y: values[i] ?? undefined })) }],
  }
}

const mebibyte = 2 ** 20
const unitOf = ({ id }: ResourceKind) =>
  id === 'memory' || id === 'gpu-memory' ? { words: 'MiB', of: mebibyte } : { words: '% of a core', of: 1 }

/** One curve for each stage that has readings of it. Over the frames it is the highest reading while each was worked on, as in the time dock. */
export function chartOfResource(
  which: ResourceKind['id'],
  over: 'time' | 'frames',
  stages: readonly StageReadings[],
  frameIndices: readonly number[],
  isDark: boolean,
): Chart {
  const kind = resourceKinds.find((one) => one.id === which)!
  const unit = which === 'gpu' ? { words: '%', of: 1 } : unitOf(kind)
  const began = stages.reduce((first, { samples }) => Math.min(first, samples[0]?.at ?? first), Number.POSITIVE_INFINITY)
  const pointsOf = ({ samples, spans }: StageReadings) =>
    over === 'time'
      ? samples.map((sample) => ({ x: (sample.at - began) / 1000, y: kind.value(sample) }))
      : (
          resourceLanes(samples, (sample) => framesWorkedIn(spans, timeOfSample(sample))).find((lane) => lane.kind.id === which)?.points ??
          []
        ).map((point) => ({ x: frameIndices[point.position]!, y: point.value }))
  const series = stages.flatMap((stage, i) => {
    const points = pointsOf(stage).map(({ x, y }) => ({ x, y: y === undefined ? undefined : y / unit.of }))
    return points.some(({ y }) => y !== undefined) ? [{ name: stage.stage, colour: toneOf(i), points }] : []
  })
  const title = `${kind.title[0]!.toUpperCase()}${kind.title.slice(1)}, ${series.length === 1 ? series[0]!.name : 'each stage'}`
  return {
    ...{ title, isDark, series, fromZero: true },
    xTitle: over === 'time' ? 'time since the first reading (s)' : 'frame',
    yTitle: `${kind.title} (${unit.words})`,
  }
}
