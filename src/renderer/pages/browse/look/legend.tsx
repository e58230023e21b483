// What the colours on the picture mean, in its corner: levels, stages, or the ends of a sequential palette.
import type { ReactNode } from 'react'
import { formatCount } from '#core/base/format'
import { leastArea, stageColours } from '#core/view/mask-style'
import type { SceneRasterLook } from '../../../frame/layers/scene-raster.ts'
import { useSettings } from '../../../state/services.tsx'
import { type Colour, colourOfLevel, hexFromColour, stopsOfRamp } from '#core/view/mask-colours'
import type { Browse } from '../use-browse.ts'
import { depthWords } from './pixel-bar.tsx'
import { useMaskStyle } from './use-mask-style.ts'

const numberWords = { score: 'Score', stability: 'Stability', area: 'Area', disagreement: 'Disagreement' } as const

export function Legend({ browse, sceneRaster }: { readonly browse: Browse; readonly sceneRaster: SceneRasterLook | undefined }) {
  const style = useMaskStyle(browse)
  const isShown = useSettings((all) => all.showsLegend)
  const { shown } = browse.frames
  if (!isShown || !shown) return null
  const numbers = style.by === 'score' ? shown.masks.columns.scores : style.by === 'stability' ? shown.masks.columns.stabilities : undefined
  // Masks without the number keep the colour of their object: a bar of numbers beside them would be untrue.
  const isWithout = numbers !== undefined && shown.masks.columns.count > 0 && numbers.every((value) => Number.isNaN(value))
  return (
    <>
      {sceneRaster?.raster.kind === 'depth' && (
        <Bar title="Depth" stops={sceneRaster.stops} low={depthWords(sceneRaster.low)} high={depthWords(sceneRaster.high)} />
      )}
      {style.by === 'level' && (
        <Swatches rows={browse.shownLevels.map((level) => [`level ${level}`, colourOfLevel(level)])} title="Colour by level" />
      )}
      {style.by === 'stage' && (
        <Swatches
          title="How far it came"
          rows={[
            ['candidate', stageColours.ssam],
            ['kept', stageColours.filter],
            ['tracked', stageColours.tracker],
          ]}
        />
      )}
      {isWithout && <Frame title="Colours">no {style.by} at this stage: coloured by object</Frame>}
      {!isWithout && (style.by === 'score' || style.by === 'stability' || style.by === 'disagreement') && (
        <Bar title={numberWords[style.by]} stops={stopsOfRamp(style.ramp)} low="0" high="1" />
      )}
      {style.by === 'area' && (
        <Bar
          title="Area"
          stops={stopsOfRamp(style.ramp)}
          low={`${leastArea} px`}
          high={`${formatCount(style.frameArea)} px, by its logarithm`}
        />
      )}
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
