// Tables as CSV: the objects of the list, and the candidates of the frame with what became of each.
import { FrameHeader } from '#api/api'
import { formatCount } from '#core/base/format'
import type { FrameMasks } from '#core/segment/frame-masks'
import { masksFromBytes } from '../../../frame/decode-frame.ts'
import { fileNameOf, saveFile } from '../../../frame/export/save-file.ts'
import { useHost } from '../../../host/host.tsx'
import { Button } from '../../../ui/button.tsx'
import type { Browse } from '../use-browse.ts'
import { csvOfCandidates } from './candidates-csv.ts'
import { csvOfObjects } from './objects-csv.ts'
import { Part } from '../../parts/take-away-part.tsx'
import { TaskState } from '../../parts/task-state.tsx'
import { useTask } from '../../parts/use-task.ts'

export function TablePart({ browse, frameIndex }: { readonly browse: Browse; readonly frameIndex: number }) {
  const { link } = useHost()
  const task = useTask()
  const { runId, objects, coverage, tracks } = browse
  const hasCandidates = coverage.levelsAt('ssam', frameIndex).length > 0
  const name = fileNameOf(`${runId}_frame_${frameIndex}`)
  const saveObjects = () => saveFile(new Blob([csvOfObjects(objects)], { type: 'text/csv' }), `${name}_objects.csv`)
  const masksOf = async (stage: 'ssam' | 'filter', signal: AbortSignal): Promise<readonly FrameMasks[]> => {
    const levels = [...coverage.levelsAt(stage, frameIndex)]
    if (levels.length === 0) return []
    const { header, bytes } = await link.bytes({ what: 'frame', runId, frameIndex, stage, levels, withImage: false }, signal)
    return FrameHeader.parse(header).parts.map(({ offset, length }) => masksFromBytes(bytes.subarray(offset, offset + length)))
  }
  const saveCandidates = () =>
    task.start(
      async (tell, signal) => {
        const candidates = await masksOf('ssam', signal)
        tell(1, 2)
        return new Blob([csvOfCandidates(candidates, await masksOf('filter', signal), tracks)], { type: 'text/csv' })
      },
      `${name}_candidates.csv`,
      2,
    )
  return (
    <Part
      title="Tables"
      hint={`All ${formatCount(objects.length)} objects of the list, whether the filter shows them or not; or the candidates of frame ${frameIndex} with what the filter decided and why. As CSV.`}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Button data-testid="save-objects" onClick={saveObjects}>
          Save the objects
        </Button>
        <Button data-testid="save-candidates" disabled={!hasCandidates || task.step !== undefined} onClick={saveCandidates}>
          Save the candidates
        </Button>
        {!hasCandidates && <span className="text-sm text-mut">No candidates are stored for this frame.</span>}
      </div>
      <TaskState task={task} unit="tables read" testId="candidates-written" />
    </Part>
  )
}
