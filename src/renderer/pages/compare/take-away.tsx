// Taking a comparison away: the picture that is shown, a video of it, a report, or the hardest frames as a folder.
import { type RefObject, useId, useState } from 'react'
import { formatCount } from '#core/base/format'
import { fileNameOf, saveFile } from '../../frame/export/save-file.ts'
import type { PairCanvasActs } from '../../frame/pair-canvas.tsx'
import { useHello } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard, type ShownFault } from '../../ui/fault-card.tsx'
import { Select, TextInput } from '../../ui/field.tsx'
import { Part } from '../parts/take-away-part.tsx'
import { TaskState } from '../parts/task-state.tsx'
import type { ColourOfPair } from './pair-look.ts'
import type { Compare } from './use-compare.ts'
import { useCompareExport } from './use-compare-export.ts'
import { useCompareVideo } from './use-compare-video.ts'

export type TakeAwayParts = {
  readonly compare: Compare
  readonly canvas: RefObject<PairCanvasActs | null>
  readonly colourBy: ColourOfPair
  readonly share: number
}

export function TakeAway({ onClose, ...parts }: TakeAwayParts & { readonly onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Take away">
      <div className="flex flex-col divide-y divide-line overflow-y-auto" data-testid="take-away-dialog">
        <PicturePart {...parts} />
        <VideoPart {...parts} />
        <FolderPart compare={parts.compare} />
      </div>
    </Dialog>
  )
}

function nameOf({ answers, shown, view }: Compare): string {
  const frame = shown.group?.[0]?.picture.frameIndex ?? 0
  return fileNameOf(`${answers.map(({ name }) => name).join('_and_')}_${view.mode}_frame_${frame}`)
}

function PicturePart({ compare, canvas }: TakeAwayParts) {
  const [fault, setFault] = useState<ShownFault>()
  const save = async () => {
    setFault(undefined)
    try {
      const picture = await canvas.current?.picture()
      if (picture) saveFile(picture, `${nameOf(compare)}.png`)
    } catch (error) {
      setFault({ code: 'UNEXPECTED', params: { reason: error instanceof Error ? error.message : String(error) } })
    }
  }
  return (
    <Part title="Picture" hint="What is drawn now, in this layout and zoom, as PNG.">
      <Button data-testid="save-picture" disabled={!compare.shown.group} onClick={() => void save()}>
        Save the picture
      </Button>
      {fault && <FaultCard className="mt-2" fault={fault} />}
    </Part>
  )
}

function VideoPart(parts: TakeAwayParts) {
  const { compare } = parts
  const id = useId()
  const video = useCompareVideo(parts)
  const [fps, setFps] = useState('10')
  const rate = Number(fps)
  const isRate = Number.isFinite(rate) && rate > 0 && rate <= 120
  return (
    <Part
      title="Video"
      hint={`All ${formatCount(compare.frames.length)} common frames in the layout that is chosen, written by this browser as WebM. For MP4: ffmpeg -i video.webm video.mp4 on a machine that has ffmpeg.`}
    >
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-mut">
          Frames a second
        </label>
        <TextInput
          id={id}
          className="w-16"
          inputMode="decimal"
          value={fps}
          onChange={(event) => setFps(event.target.value)}
          aria-invalid={!isRate}
        />
        {video.task.step ? (
          <Button onClick={video.task.stop}>Stop</Button>
        ) : (
          <Button data-testid="save-video" disabled={!isRate || compare.frames.length === 0} onClick={() => video.start(rate)}>
            Write the video
          </Button>
        )}
      </div>
      <TaskState task={video.task} unit="frames" testId="video-written" />
    </Part>
  )
}

const kinds = {
  report: { words: 'Report: tables and pictures, HTML and Markdown', file: 'comparison' },
  hardFrames: { words: 'Hard frames: masks and a manifest of the worst frames', file: 'hard-frames' },
} as const
type Kind = keyof typeof kinds

function FolderPart({ compare }: { readonly compare: Compare }) {
  const id = useId()
  const hello = useHello().data
  const [kind, setKind] = useState<Kind>('report')
  const [most, setMost] = useState('50')
  const [typed, setTyped] = useState<string>()
  const { start, stop, step, fault, isGoing } = useCompareExport()
  const suggested = hello
    ? `${hello.defaultOutput}/exports/${fileNameOf(compare.answers.map(({ name }) => name).join('_and_'))}-${kinds[kind].file}`
    : ''
  const out = typed ?? suggested
  const count = Number(most)
  const isCount = Number.isInteger(count) && count >= 1 && count <= 1000
  const written = step?.written
  return (
    <Part title="Folder" hint="Written by the engine, on the machine that computes, into a folder that is not there yet.">
      <div className="grid grid-cols-[110px_minmax(0,1fr)] items-center gap-x-3 gap-y-2">
        <label htmlFor={`${id}k`} className="text-mut">
          What
        </label>
        <Select
          id={`${id}k`}
          data-testid="folder-kind"
          value={kind}
          onChange={(event) => setKind(event.target.value === 'report' ? 'report' : 'hardFrames')}
        >
          {(['report', 'hardFrames'] as const).map((one) => (
            <option key={one} value={one}>
              {kinds[one].words}
            </option>
          ))}
        </Select>
        {kind === 'hardFrames' && (
          <>
            <label htmlFor={`${id}m`} className="text-mut">
              Frames at most
            </label>
            <TextInput
              id={`${id}m`}
              inputMode="numeric"
              value={most}
              onChange={(event) => setMost(event.target.value)}
              aria-invalid={!isCount}
            />
          </>
        )}
        <label htmlFor={`${id}o`} className="text-mut">
          New folder
        </label>
        <TextInput id={`${id}o`} data-testid="folder-out" value={out} onChange={(event) => setTyped(event.target.value)} />
      </div>
      <div className="mt-2 flex items-center gap-2">
        {isGoing ? (
          <Button onClick={stop}>Stop</Button>
        ) : (
          <Button
            data-testid="write-folder"
            disabled={out === '' || !isCount}
            onClick={() => start(compare, { what: kind, out, most: count })}
          >
            Write the folder
          </Button>
        )}
        {isGoing && step && (
          <span className="text-sm text-mut">
            {formatCount(step.done)} of {formatCount(step.total)} frames read
          </span>
        )}
      </div>
      {written && (
        <p role="status" className="mt-2 break-all text-sm text-ok" data-testid="folder-written">
          {kind === 'report' ? `${formatCount(written.pictures)} pictures` : `${formatCount(written.hardFrames)} frames`} in {written.out}
        </p>
      )}
      {fault && <FaultCard className="mt-2" fault={fault} />}
    </Part>
  )
}
