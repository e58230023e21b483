// The picture with its masks, and the tools above it.
import { memo, useCallback, useState } from 'react'
import { useBrowseNow } from './browse-now.ts'
import { BrowseTools } from './browse-tools.tsx'
import type { PanelProps } from './dock/panel-props.ts'
import { Picture } from './look/picture.tsx'

const CalmTools = memo(BrowseTools)

export function PicturePanel({ browse, desk }: PanelProps) {
  const now = useBrowseNow()
  const fit = useCallback(() => desk.canvas.current?.fit(), [desk])
  const [scale, setScale] = useState(1)
  return (
    <div className="@container grid h-full min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)] bg-well">
      <CalmTools browse={browse} scale={scale} onFit={fit} />
      <Picture browse={now} canvas={desk.canvas} onScale={setScale} />
    </div>
  )
}
