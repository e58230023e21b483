// The number of the frame: shown, and typed to go elsewhere.
import { useEffect, useState } from 'react'
import { useServices } from '../../state/services.tsx'
import { look } from '../../state/view-store.ts'
import type { Browse } from './use-browse.ts'

export function FrameNumber({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const { frameIndices } = browse.run
  const now = browse.position === undefined ? '' : String(frameIndices[browse.position] ?? '')
  const [text, setText] = useState(now)
  useEffect(() => setText(now), [now])
  const go = () => {
    const wanted = Number(text)
    if (text.trim() === '' || !Number.isInteger(wanted) || wanted < 0) setText(now)
    else look(view, { frameIndex: wanted })
  }
  return (
    <label className="flex items-center gap-1.5 text-sm font-medium text-txt">
      Frame
      <input
        data-testid="frame-number"
        aria-label="Frame number"
        title="Type a frame number (g)"
        inputMode="numeric"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(now)
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
        }}
        className="h-5 rounded border border-line2 bg-bg px-1.5 text-center text-sm font-normal"
        style={{ width: `${Math.max(3, text.length) + 2}ch` }}
      />
      <span className="text-xs font-normal text-mut">of {frameIndices.length > 0 ? `${frameIndices[0]}–${frameIndices.at(-1)}` : '–'}</span>
    </label>
  )
}
