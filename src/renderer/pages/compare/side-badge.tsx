// The letter of a side on its colour: what stands for an answer everywhere on the page.
import { cn } from '../../ui/class-names.ts'
import type { SideName } from '../../state/route.ts'
import { hexFromColour } from '#core/view/mask-colours'
import { sideColours } from './side-colours.ts'

export function SideBadge({ side, className }: { readonly side: SideName; readonly className?: string }) {
  return (
    <span
      className={cn(
        'inline-flex size-[18px] shrink-0 items-center justify-center rounded text-2xs font-bold text-black select-none',
        className,
      )}
      style={{ background: hexFromColour(sideColours[side]) }}
    >
      {side.toUpperCase()}
    </span>
  )
}
