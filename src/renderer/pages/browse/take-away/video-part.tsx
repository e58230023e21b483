// A range of frames as a video, with its progress and a way to stop it.
import { useId, useState } from 'react'
import { formatCount } from '#core/base/format'
import type { View } from '#core/view/view'
import { fileNameOf } from '../../../frame/export/save-file.ts'
import { Button } from '../../../ui/button.tsx'
import { TextInput } from '../../../ui/field.tsx'
import type { Browse } from '../use-browse.ts'
import { Part } from '../../parts/take-away-part.tsx'
import { TaskState } from '../../parts/task-state.tsx'
import { useTask } from '../../parts/use-task.ts'
import { CommandLine, useRunWord } from './command-line.tsx'
import { useVideo } from './use-video.ts'

/** `view` undefined: its size is not one that can be drawn. */
export function VideoPart({ browse, view }: { readonly browse: Browse; readonly view: View | undefined }) {
  const id = useId()
  const task = useTask()
  const run = useRunWord(browse.runId)
  const videoOf = useVideo(browse)
  const { frameIndices } = browse.run
  const ends = browse.loop ?? [0, frameIndices.length - 1]
  const [first, setFirst] = useState(String(frameIndices[ends[0]] ?? 0))
  const [last, setLast] = useState(String(frameIndices[ends[1]] ?? 0))
  const [fps, setFps] = useState('10')
  const chosen = framesBetween(frameIndices, first, last)
  const rate = Number(fps)
  const isRate = Number.isFinite(rate) && rate > 0 && rate <= 120
  const start = () =>
    view &&
    task.start(
      videoOf({ view: view.colourBy === 'stage' ? { ...view, colourBy: 'id' } : view, frameIndices: chosen, fps: rate }),
      `${fileNameOf(`${browse.runId}_frames_${chosen[0]}_to_${chosen.at(-1)}`)}.webm`,
      chosen.length,
    )
  const field = (label: string, value: string, set: (text: string) => void, isGood: boolean) => (
    <>
      <label htmlFor={`${id}${label}`}>{label}</label>
      <TextInput
        id={`${id}${label}`}
        className="w-16"
        inputMode="decimal"
        value={value}
        aria-invalid={!isGood}
        aria-describedby={`${id}words`}
        onChange={(event) => set(event.target.value)}
      />
    </>
  )
  return (
    <Part
      title="Video"
      hint="Part, width and look of the picture above, frame after frame, written by this browser as WebM. The command below writes the same frames as MP4, from the view saved further down."
    >
      <div className="flex flex-wrap items-center gap-2">
        {field('From frame', first, setFirst, chosen.length > 0)}
        {field('to frame', last, setLast, chosen.length > 0)}
        {field('Frames a second', fps, setFps, isRate)}
        {task.step ? (
          <Button onClick={task.stop}>Stop</Button>
        ) : (
          <Button data-testid="save-video" disabled={!isRate || chosen.length === 0 || !view} onClick={start}>
            Write the video
          </Button>
        )}
      </div>
      <p id={`${id}words`} className="mt-1.5 text-sm text-mut">
        {chosen.length === 0
          ? `No frame lies between the two; the run has frames ${frameIndices[0]} to ${frameIndices.at(-1)}.`
          : `${formatCount(chosen.length)} frames${isRate ? `, ${Number((chosen.length / rate).toFixed(1))} s` : '; at most 120 a second'}.`}
        {view?.colourBy === 'stage' && ' Colours are those of the masks: how far each came is known only of the frame that is looked at.'}
      </p>
      {chosen.length > 0 && (
        <CommandLine>{`scenewright inspect render ${run} --view view.json --frames ${chosen[0]}:${chosen.at(-1)} --out x.mp4`}</CommandLine>
      )}
      <TaskState task={task} unit="frames" testId="video-written" />
    </Part>
  )
}

/** Both ends inclusive; none when an end is no whole number. */
function framesBetween(frameIndices: readonly number[], first: string, last: string): readonly number[] {
  if (!/^\d+$/.test(first) || !/^\d+$/.test(last)) return []
  return frameIndices.filter((frameIndex) => frameIndex >= Number(first) && frameIndex <= Number(last))
}
