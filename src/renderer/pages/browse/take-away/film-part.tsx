// The film strip of the selected track as one picture.
import { useId, useState } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import { fileNameOf } from '../../../frame/export/save-file.ts'
import { useHost } from '../../../host/host.tsx'
import { useRun } from '../../../state/services.tsx'
import { Button } from '../../../ui/button.tsx'
import { TextInput } from '../../../ui/field.tsx'
import type { Browse } from '../use-browse.ts'
import { filmPicture, filmSize, mostShots } from './film-picture.ts'
import { Part } from '../../parts/take-away-part.tsx'
import { TaskState } from '../../parts/task-state.tsx'
import { useTask } from '../../parts/use-task.ts'

export function FilmPart({ browse }: { readonly browse: Browse }) {
  const id = useId()
  const { link } = useHost()
  const task = useTask()
  const [text, setText] = useState('8')
  const { runId, run, stage, tracks, view } = browse
  const runName = useRun(runId, (one) => one?.record?.name ?? runId)
  const track = stage === 'tracker' ? tracks.find((one) => one.id === view.selected) : undefined
  const count = /^\d+$/.test(text) ? Number(text) : 0
  const isCount = count >= 1 && count <= mostShots
  const shots = Math.min(count, track?.frameCount ?? 0)
  const size = isCount && track ? filmSize(Math.max(1, shots)) : undefined
  const start = () =>
    track &&
    task.start(
      (onProgress, signal) => filmPicture(link, { runId, runName, frameIndices: run.frameIndices, track, count }, onProgress, signal),
      `${fileNameOf(`${runId}_track_${track.id}`)}_film.png`,
      shots,
    )
  return (
    <Part
      title="Film strip"
      hint={
        track
          ? `The life of ${labelOfId(track.id)} as cut-outs with their frame numbers, as one PNG.`
          : 'Select a track of the tracker first; its life becomes one picture.'
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor={id}>Cut-outs at most</label>
        <TextInput
          id={id}
          className="w-16"
          inputMode="numeric"
          value={text}
          aria-invalid={!isCount}
          aria-describedby={`${id}words`}
          disabled={!track}
          onChange={(event) => setText(event.target.value)}
        />
        {task.step ? (
          <Button onClick={task.stop}>Stop</Button>
        ) : (
          <Button data-testid="save-film" disabled={!track || !isCount} onClick={start}>
            Save the film strip
          </Button>
        )}
      </div>
      {track && (
        <p id={`${id}words`} className="mt-1.5 text-sm text-mut">
          {size
            ? `${formatCount(shots)} of the ${formatCount(track.frameCount)} frames it is on; ${formatCount(size.width)} × ${formatCount(size.height)} pixels.`
            : `A whole number from 1 to ${mostShots}.`}
        </p>
      )}
      <TaskState task={task} unit="cut-outs" testId="film-written" />
    </Part>
  )
}
