// What the colours on the picture mean, in its corner: levels, stages, or the ends of a sequential palette.
import type { ReactNode } from 'react'
import { legendOf } from '#core/view/legend'
import type { SceneRasterLook } from '../../../frame/layers/scene-raster.ts'
import { useSettings } from '../../../state/services.tsx'
import { type Colour, hexFromColour } from '#core/view/mask-colours'
import type { Browse } from '../use-browse.ts'
import { depthWords } from './pixel-bar.tsx'
import { useMaskStyle } from './use-mask-style.ts'

export function Legend({ browse, sceneRaster }: { readonly browse: Browse; readonly sceneRaster: SceneRasterLook | undefined }) {
  const style = useMaskStyle(browse)
  const isShown = useSettings((all) => all.showsLegend)
  const { shown } = browse.frames
  if (!isShown || !shown) return null
  const { scores, stabilities, count } = shown.masks.columns
  const legend = legendOf(
    style,
    browse.shownLevels,
    Array.from({ length: count }, (_, i) => ({ score: scores[i]!, stability: stabilities[i]! })),
  )
  return (
    <>
      {sceneRaster?.raster.kind === 'depth' && (
        <Bar title="Depth" stops={sceneRaster.stops} low={depthWords(sceneRaster.low)} high={depthWords(sceneRaster.high)} />
      )}
      {legend?.kind === 'words' && <Frame title={legend.title}>{legend.text}</Frame>}
      {legend?.kind === 'swatches' && <Swatches {...legend} />}
      {legend?.kind === 'bar' && <Bar {...legend} />}
    </>
  )
}

function Frame({ children, title }: { readonly children: ReactNode; readonly title: string }) {
  return (
    <section
      data-testid="legend"
      aria-label={`Legend: ${title}`}
      className="flex items-center gap-2.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]"
    >
      {children}
    </section>
  )
}

function Bar({
  title,
  stops,
  low,
  high,
}: {
  readonly title: string
  readonly stops: readonly Colour[]
  readonly low: string
  readonly high: string
}) {
  return (
    <Frame title={title}>
      <span className="text-[#b5b2ae]">{title}</span>
      <span>{low}</span>
      <span aria-hidden className="flex h-2 w-24 overflow-hidden rounded-[2px]">
        {stops.map((colour) => (
          <span key={hexFromColour(colour)} className="flex-1" style={{ background: hexFromColour(colour) }} />
        ))}
      </span>
      <span>{high}</span>
    </Frame>
  )
}

function Swatches({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [word: string, colour: Colour])[] }) {
  return (
    <Frame title={title}>
      {rows.map(([word, colour]) => (
        <span key={word} className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-[3px]" style={{ background: hexFromColour(colour) }} />
          {word}
        </span>
      ))}
    </Frame>
  )
}
