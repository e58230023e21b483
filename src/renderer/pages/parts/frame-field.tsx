// The number of the frame: shown, and typed to go elsewhere; the same on every page that has a time.
import { useEffect, useState } from 'react'

export function FrameField({
  frames,
  here,
  onGo,
}: {
  /** Frame indices, ascending. */
  readonly frames: readonly number[]
  readonly here: number | undefined
  /** Called with any whole number from 0 on, also one that is no frame: the nearest is the page's to find. */
  readonly onGo: (frameIndex: number) => void
}) {
  const now = here === undefined ? '' : String(here)
  const [text, setText] = useState(now)
  useEffect(() => setText(now), [now])
  const go = () => {
    const wanted = Number(text)
    if (text.trim() === '' || !Number.isInteger(wanted) || wanted < 0) setText(now)
    else onGo(wanted)
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
      <span className="text-xs font-normal text-mut">of {frames.length > 0 ? `${frames[0]}–${frames.at(-1)}` : '–'}</span>
    </label>
  )
}
