// The picture with its masks, and the tools above it.
import { useState } from 'react'
import { BrowseTools } from './browse-tools.tsx'
import type { PanelProps } from './dock/panel-props.ts'
import { Picture } from './look/picture.tsx'

export function PicturePanel({ browse, desk }: PanelProps) {
  const [scale, setScale] = useState(1)
  return (
    <div className="grid h-full min-h-0 min-w-0 grid-rows-[32px_minmax(0,1fr)] bg-well">
      <BrowseTools browse={browse} scale={scale} onFit={() => desk.canvas.current?.fit()} />
      <Picture browse={browse} canvas={desk.canvas} onScale={setScale} />
    </div>
  )
}
