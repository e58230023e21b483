// Taking away what is looked at: picture, video, film strip, the view for the command line, and tables.
import { useId, useState } from 'react'
import { formatCount } from '#core/base/format'
import { longestSide, sizeOfView, View } from '#core/view/view'
import { makePainter } from '../../../frame/export/painter.ts'
import { fileNameOf, saveFile } from '../../../frame/export/save-file.ts'
import type { CompleteFrame } from '../../../frame/frame-source.ts'
import type { Sight } from '../../../frame/frame-canvas.tsx'
import type { FrameLook } from '../../../frame/mask-texture.ts'
import { pickedNow } from '../look/choose-mask.ts'
import { useMaskStyle } from '../look/use-mask-style.ts'
import { useServices, useSettings, useView } from '../../../state/services.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { FaultCard, type ShownFault } from '../../../ui/fault-card.tsx'
import { Select, TextInput } from '../../../ui/field.tsx'
import type { Browse } from '../use-browse.ts'
import { ChartPart } from './chart-part.tsx'
import { FilmPart } from './film-part.tsx'
import { Part } from '../../parts/take-away-part.tsx'
import { TablePart } from './table-part.tsx'
import { VideoPart } from './video-part.tsx'
import { ViewPart } from './view-part.tsx'
import { cropOfSight, viewOfPage } from './view-of-page.ts'

type Parts = {
  readonly browse: Browse
  readonly frame: CompleteFrame
  readonly look: FrameLook
  readonly sight: Sight | undefined
  readonly onClose: () => void
}

export function TakeAway({ browse, frame, look, sight, onClose }: Parts) {
  const { view: viewStore } = useServices()
  const id = useId()
  const settings = useSettings((all) => all)
  const hidden = useView((state) => state.hidden)
  const style = useMaskStyle(browse)
  const [part, setPart] = useState<'frame' | 'sight'>('frame')
  const [typed, setTyped] = useState<string>()
  const [labels, setLabels] = useState<View['labels']>('none')
  const [legend, setLegend] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<ShownFault>()
  const crop = part === 'sight' && sight ? cropOfSight(sight) : undefined
  const text = typed ?? String(Math.max(1, Math.round(crop ? crop.width * (sight?.view.scale ?? 1) : frame.picture.width)))
  const width = /^\d+$/.test(text) ? Number(text) : 0
  const view = viewOfPage({ frame, look, settings, selected: pickedNow(viewStore), hidden, sight: crop && sight, width, labels, legend })
  const isWidth =
    width >= 1 &&
    width <= longestSide &&
    (width * (crop?.height ?? frame.picture.height)) / (crop?.width ?? frame.picture.width) <= longestSide
  const name = fileNameOf(`${browse.runId}_frame_${frame.picture.frameIndex}`)
  const save = async () => {
    setFault(undefined)
    setBusy(true)
    const painter = makePainter()
    try {
      saveFile(await painter.png(frame, view, style.stageOf), `${name}.png`)
    } catch (error) {
      setFault({ code: 'UNEXPECTED', params: { reason: error instanceof Error ? error.message : String(error) } })
    } finally {
      painter.close()
      setBusy(false)
    }
  }
  const size = isWidth ? sizeOfView(view, frame.picture) : undefined
  return (
    <Dialog open onClose={onClose} title="Take away">
      <div className="flex flex-col divide-y divide-line overflow-y-auto" data-testid="take-away-dialog">
        <Part title="Picture" hint={`Frame ${frame.picture.frameIndex} with its masks as they are shown now, as PNG.`}>
          <div className="flex flex-wrap items-center gap-2">
            <span className="inline-flex items-center gap-2">
              <label htmlFor={`${id}-part`}>Part</label>
              <Select
                id={`${id}-part`}
                className="w-44"
                value={part}
                onChange={(event) => setPart(event.target.value === 'sight' ? 'sight' : 'frame')}
              >
                <option value="frame">The whole frame</option>
                {sight && <option value="sight">What is in sight</option>}
              </Select>
            </span>
            <span className="inline-flex items-center gap-2">
              <label htmlFor={`${id}-width`}>Width in pixels</label>
              <TextInput
                id={`${id}-width`}
                className="w-24"
                inputMode="numeric"
                value={text}
                aria-invalid={!isWidth}
                aria-describedby={`${id}-size`}
                onChange={(event) => setTyped(event.target.value)}
              />
            </span>
            <span className="inline-flex items-center gap-2">
              <label htmlFor={`${id}-labels`}>Numbers on</label>
              <Select
                id={`${id}-labels`}
                data-testid="picture-labels"
                className="w-40"
                value={labels}
                onChange={(event) => setLabels(View.shape.labels.parse(event.target.value))}
              >
                <option value="none">no mask</option>
                <option value="selected">what is selected</option>
                <option value="all">all masks with room</option>
              </Select>
            </span>
            <label className="inline-flex items-center gap-1.5">
              <input
                type="checkbox"
                data-testid="picture-legend"
                className="accent-[var(--acc)]"
                checked={legend}
                onChange={(event) => setLegend(event.target.checked)}
              />
              Legend
            </label>
            <Button kind="primary" data-testid="save-picture" disabled={!isWidth || busy} onClick={() => void save()}>
              {busy ? 'Drawing…' : 'Save the picture'}
            </Button>
          </div>
          <p id={`${id}-size`} role="status" className="mt-1.5 text-sm text-mut">
            {size
              ? `${formatCount(size.width)} × ${formatCount(size.height)} pixels.`
              : `A whole number; no side may be over ${formatCount(longestSide)} pixels.`}
            {legend && view.colourBy === 'id' && ' Colours by object mean nothing more, so there is no legend to draw.'}
            {settings.sceneLayer === 'none' ? '' : ' The depth or label layer of the scene is not drawn into it.'}
          </p>
          {fault && <FaultCard className="mt-2" fault={fault} />}
        </Part>
        <VideoPart browse={browse} view={isWidth ? view : undefined} />
        <FilmPart browse={browse} />
        <ChartPart browse={browse} />
        <TablePart browse={browse} frameIndex={frame.picture.frameIndex} />
        <ViewPart runId={browse.runId} view={isWidth ? view : undefined} name={name} />
      </div>
    </Dialog>
  )
}
