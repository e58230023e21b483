// What a panel of the browse page is, and what it is given.
import type { ReactNode, RefObject } from 'react'
import type { FrameCanvasActs } from '../../../frame/frame-canvas.tsx'
import type { Spot } from '../../../state/layout/dock-moves.ts'
import type { Browse } from '../use-browse.ts'

/** What panels reach of each other: keys act on these wherever the focus is. A panel that is not in sight leaves its place empty. */
export type Desk = {
  readonly canvas: RefObject<FrameCanvasActs | null>
  readonly search: RefObject<HTMLInputElement | null>
}
export type PanelProps = { readonly browse: Browse; readonly desk: Desk }
export type PanelRow = {
  /** Stable for ever: layouts on disks of others name it. */
  readonly id: string
  readonly title: string
  readonly purpose: string
  /** Where it opens when no layout says otherwise. */
  readonly spot: Spot
  readonly Panel: (props: PanelProps) => ReactNode
  /** A short word beside the title of its tab. */
  readonly note?: (browse: Browse) => string
}
