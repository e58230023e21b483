// Browse: panels around the time of a run that is done or still writes.
import { memo, useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { formatBytes, formatCount } from '#core/base/format'
import type { FrameCanvasActs } from '../../frame/frame-canvas.tsx'
import { cacheCapacityBytes } from '../../frame/frame-source.ts'
import { useServices } from '../../state/services.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { useBrowseActs } from './browse-acts.ts'
import { BrowseNow } from './browse-now.ts'
import { Dock } from './dock/dock.tsx'
import type { Desk } from './dock/panel-props.ts'
import { TimeDock } from './time-dock/time-dock.tsx'
import { type Browse, useBrowse } from './use-browse.ts'
import { usePlaying } from './time-dock/use-playing.ts'

const CalmDock = memo(Dock)
const CalmTimeDock = memo(TimeDock)

export function BrowsePage({ runId }: { readonly runId: string }) {
  const browse = useBrowse(runId)
  const canvas = useRef<FrameCanvasActs>(null)
  const search = useRef<HTMLInputElement>(null)
  const desk: Desk = useMemo(() => ({ canvas, search }), [])
  useBrowseActs(browse, canvas, search)
  usePlaying(browse)
  useStatusNote(browse)
  // A step draws the picture at once; lists, inspector and lanes follow in pieces that let the next key through.
  const calm = useDeferredValue(browse)
  if (browse.run.refused && !browse.run.isKnown)
    return (
      <FaultCard className="m-6" fault={browse.run.refused}>
        <LinkButton size="s" href="#/">
          To the start page
        </LinkButton>
      </FaultCard>
    )
  return (
    <BrowseNow value={browse}>
      <div className="grid h-full grid-rows-[minmax(0,1fr)_auto]">
        <CalmDock browse={calm} desk={desk} />
        <CalmTimeDock browse={calm} />
      </div>
    </BrowseNow>
  )
}

function useStatusNote({ frames }: Browse): void {
  const { notes } = useServices()
  const { shown, cacheBytes } = frames
  useEffect(() => {
    const left = shown
      ? `picture ${shown.picture.width} × ${shown.picture.height} · ${formatCount(shown.masks.columns.count)} masks · ${shown.tookMs === 0 ? 'from the cache' : `${Math.round(shown.tookMs)} ms`}`
      : ''
    notes.setState({ status: { left, right: `cache ${formatBytes(cacheBytes)} of ${formatBytes(cacheCapacityBytes)}` } })
  }, [notes, shown, cacheBytes])
  useEffect(() => () => notes.setState({ status: { left: '', right: '' } }), [notes])
}
