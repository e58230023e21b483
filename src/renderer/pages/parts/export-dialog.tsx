// Taking a run or one track of it away in another format: which, of what, where to, how far it is, and what was written.
import { useId, useState } from 'react'
import { formatCount } from '#core/base/format'
import { ExportFormat, type ExportSettingsInput } from '#core/export/export-settings'
import type { RunRecord } from '#core/run/run'
import { labelOfId } from '#core/segment/frame-masks'
import { useHello } from '../../state/queries.ts'
import { useExport } from '../../state/use-export.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Select, TextInput } from '../../ui/field.tsx'
import { ProgressBar } from '../../ui/panel.tsx'

const words: Readonly<Record<ExportFormat, string>> = {
  my3dis: 'My3DIS: a run folder its scripts read',
  coco: 'COCO: instances with run lengths, one JSON file',
  yolo: 'YOLO: polygons, one text file a frame',
  png: 'PNG: one palette picture a frame and level',
  'png-objects': 'PNG: one file for each mask',
  csv: 'CSV: one line for each track and frame',
}

export function ExportDialog({
  record,
  track,
  onClose,
}: {
  readonly record: Pick<RunRecord, 'id' | 'name'>
  /** Only this one, over the frames it is seen on. */
  readonly track?: number
  readonly onClose: () => void
}) {
  const id = useId()
  const hello = useHello().data
  const [format, setFormat] = useState<ExportFormat>('coco')
  const formats = ExportFormat.options.filter((one) => track === undefined || one !== 'my3dis')
  const [stage, setStage] = useState<NonNullable<ExportSettingsInput['stage']>>('tracker')
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const { start, stop, step, fault, isGoing } = useExport()
  const out =
    typed ??
    (hello
      ? `${hello.defaultOutput}/exports/${record.name.replaceAll(/[^\w.-]+/g, '_')}${track === undefined ? '' : `-${labelOfId(track).replace('·', '-')}`}-${format}`
      : '')
  const takesStage = track === undefined && format !== 'my3dis' && format !== 'csv'
  const settings: ExportSettingsInput = { format, ...(takesStage ? { stage } : {}), ...(track === undefined ? {} : { objects: [track] }) }
  const close = () => {
    stop()
    onClose()
  }
  return (
    <Dialog open onClose={close} title={track === undefined ? 'Export' : `Export track ${labelOfId(track)}`}>
      <div className="grid grid-cols-[110px_minmax(0,1fr)] items-center gap-x-3 gap-y-2.5 overflow-y-auto p-4">
        <label htmlFor={`${id}f`} className="text-mut">
          Format
        </label>
        <Select
          id={`${id}f`}
          data-testid="export-format"
          value={format}
          onChange={(event) => setFormat(ExportFormat.parse(event.target.value))}
        >
          {formats.map((one) => (
            <option key={one} value={one}>
              {words[one]}
            </option>
          ))}
        </Select>
        {takesStage && (
          <>
            <label htmlFor={`${id}s`} className="text-mut">
              Masks of
            </label>
            <Select
              id={`${id}s`}
              data-testid="export-stage"
              value={stage}
              onChange={(event) =>
                setStage(event.target.value === 'ssam' ? 'ssam' : event.target.value === 'filter' ? 'filter' : 'tracker')
              }
            >
              <option value="tracker">tracker: tracks</option>
              <option value="filter">filter: candidates that were kept</option>
              <option value="ssam">ssam: all candidates</option>
            </Select>
          </>
        )}
        <label htmlFor={`${id}o`} className="text-mut">
          New folder
        </label>
        <TextInput
          id={`${id}o`}
          data-testid="export-out"
          className="font-mono text-sm"
          value={out}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {fault && <FaultCard fault={fault} />}
      {step && !step.written && (
        <div className="px-4 pb-3" role="status">
          <ProgressBar done={step.done} total={step.total} label="Progress of the export" />
          <p className="mt-1 text-sm text-mut">
            {step.total > 0 ? `${formatCount(step.done)} of ${formatCount(step.total)}` : 'Beginning…'}
          </p>
        </div>
      )}
      {step?.written && (
        <div className="px-4 pb-3 text-sm" role="status" data-testid="export-written">
          <p>
            {formatCount(step.written.files)} {step.written.files === 1 ? 'file' : 'files'} in{' '}
            <span className="break-all font-mono">{step.written.out}</span>
          </p>
          {step.written.notes.map((note) => (
            <p key={note} className="text-mut">
              {note}
            </p>
          ))}
        </div>
      )}
      <div className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={close}>{step?.written ? 'Close' : isGoing ? 'Stop' : 'Not now'}</Button>
        <Button
          kind="primary"
          data-testid="export-start"
          disabled={isGoing || out.trim() === ''}
          onClick={() => start({ runId: record.id, out: out.trim(), settings })}
        >
          {isGoing ? 'Writing…' : 'Write'}
        </Button>
      </div>
    </Dialog>
  )
}
