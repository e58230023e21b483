// A chart of the selected track or of what the stages used, as SVG or PNG.
import { useId, useState } from 'react'
import { Fault } from '#core/base/fault'
import { labelOfId } from '#core/segment/frame-masks'
import { type Chart, chartSvg } from '#core/view/chart-svg'
import { makeDecoder } from '../../../frame/decoder-client.ts'
import { fileNameOf } from '../../../frame/export/save-file.ts'
import { pngOfSvg } from '../../../frame/export/svg-picture.ts'
import { useHost } from '../../../host/host.tsx'
import { Button } from '../../../ui/button.tsx'
import { Select } from '../../../ui/field.tsx'
import { momentsOf } from '../dossier/dossier-moments.ts'
import { type Reading, readMoment } from '../dossier/read-moment.ts'
import { resourceKinds } from '../time-dock/lane-samples.ts'
import { useReadings } from '../time-dock/use-readings.ts'
import type { Browse } from '../use-browse.ts'
import { chartOfResource, chartOfTrack, trackCharts } from './charts.ts'
import { Part } from '../../parts/take-away-part.tsx'
import { TaskState } from '../../parts/task-state.tsx'
import { useTask } from '../../parts/use-task.ts'

/** Frames whose numbers are read for a curve, at most; each costs one question to the engine. */
const mostReadings = 400
const [width, height] = [1200, 480]

export function ChartPart({ browse }: { readonly browse: Browse }) {
  const id = useId()
  const task = useTask()
  const curve = useTrackCurve(browse)
  const stages = useReadings(browse, true)
  const [paper, setPaper] = useState<'dark' | 'light'>('light')
  const { track } = curve
  const used = resourceKinds.filter((kind) => stages.some(({ samples }) => samples.some((sample) => kind.value(sample) !== undefined)))
  const choices = [
    ...(track ? trackCharts.map((which) => ({ key: `track-${which}`, words: `${which} of ${labelOfId(track.id)} over frames` })) : []),
    ...used.flatMap((kind) =>
      (['time', 'frames'] as const).map((over) => ({ key: `${over}-${kind.id}`, words: `${kind.title} of the stages over ${over}` })),
    ),
  ]
  const [picked, setPicked] = useState<string>()
  const chosen = choices.find(({ key }) => key === picked) ?? choices[0]
  const isDark = paper === 'dark'
  const save = (ending: 'svg' | 'png') => {
    if (!chosen) return
    const [over, ...rest] = chosen.key.split('-')
    const kind = used.find((one) => one.id === rest.join('-'))
    const chartFor = async (tell: (done: number, of: number) => void, signal: AbortSignal): Promise<Chart> =>
      kind && (over === 'time' || over === 'frames')
        ? chartOfResource(kind.id, over, stages, browse.run.frameIndices, isDark)
        : curve.read(trackCharts.find((which) => which === rest[0]) ?? 'area', isDark, tell, signal)
    task.start(
      async (tell, signal) => {
        const svg = chartSvg(await chartFor(tell, signal), width, height)
        return ending === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : pngOfSvg(svg, width, height)
      },
      `${fileNameOf(`${browse.runId}_${kind || !track ? '' : `${track.id}_`}${chosen.key}`)}.${ending}`,
      1,
    )
  }
  return (
    <Part
      title="Chart"
      hint={
        chosen
          ? 'With axes, units and title: SVG for papers and drawing programs, PNG of the same.'
          : 'There are no readings of the stages here; select a track, and its curves can be taken.'
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor={id}>Curve</label>
        <Select id={id} className="w-64" value={chosen?.key ?? ''} disabled={!chosen} onChange={(event) => setPicked(event.target.value)}>
          {choices.map(({ key, words }) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </Select>
        <label htmlFor={`${id}paper`}>Ground</label>
        <Select
          id={`${id}paper`}
          className="w-24 min-w-24"
          value={paper}
          onChange={(event) => setPaper(event.target.value === 'dark' ? 'dark' : 'light')}
        >
          <option value="light">light</option>
          <option value="dark">dark</option>
        </Select>
        {task.step ? (
          <Button onClick={task.stop}>Stop</Button>
        ) : (
          <>
            <Button data-testid="save-chart-svg" disabled={!chosen} onClick={() => save('svg')}>
              Save SVG
            </Button>
            <Button data-testid="save-chart-png" disabled={!chosen} onClick={() => save('png')}>
              Save PNG
            </Button>
          </>
        )}
      </div>
      <TaskState task={task} unit="frames read" testId="chart-written" />
    </Part>
  )
}

/** The selected track, and a way to read its numbers: at most `mostReadings` frames, spread evenly over its life. */
function useTrackCurve({ runId, run, stage, tracks, view }: Browse) {
  const { link } = useHost()
  const track = stage === 'tracker' ? tracks.find((one) => one.id === view.selected) : undefined
  const read = async (
    which: (typeof trackCharts)[number],
    isDark: boolean,
    tell: (done: number, of: number) => void,
    signal: AbortSignal,
  ): Promise<Chart> => {
    if (!track) throw new Fault('UNEXPECTED', { reason: 'no track is selected whose curve could be drawn' })
    const positions = momentsOf(track.visible, mostReadings)
    const decoder = makeDecoder()
    const readings: Reading[] = []
    try {
      for (const position of positions) {
        const moment = await readMoment(link, decoder, { runId, frameIndices: run.frameIndices, track }, position, signal)
        if (signal.aborted) throw new Fault('CANCELLED')
        if (moment) readings.push(moment.reading)
        tell(readings.length, positions.length)
      }
    } finally {
      decoder.close()
    }
    return chartOfTrack(which, track, readings, run.frameIndices, isDark)
  }
  return { track, read }
}
