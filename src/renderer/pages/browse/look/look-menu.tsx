// The sheet under "Look": colours and palettes, opacities, patterns, what lies over and under the masks.
import { SlidersHorizontal } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { ReactNode } from 'react'
import { useServices, useSettings } from '../../../state/services.tsx'
import type { Settings } from '../../../state/settings-store.ts'
import { DrawChoice } from '../../parts/draw-choice.tsx'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { Slider } from '../../../ui/slider.tsx'
import { hexFromColour, type RampName, stopsOfRamp } from '#core/view/mask-colours'
import type { Browse } from '../use-browse.ts'
import { ColourChoice } from './colour-choice.tsx'
import { useSceneLayers } from './use-scene-raster.ts'

const rampWords: Readonly<Record<RampName, string>> = { viridis: 'Viridis', cividis: 'Cividis', magma: 'Magma', grey: 'Grey' }
const layerWords = { depth: 'Depth', label: 'Labels' } as const

export function LookMenu({ browse }: { readonly browse: Browse }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button size="s" kind="bare" data-testid="look-menu" title="Colours, opacity, patterns, layers">
          <SlidersHorizontal size={13} aria-hidden />
          <span className="@max-[760px]:sr-only">Look</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="How masks look"
          className="appear z-20 w-[312px] rounded-lg border border-line2 bg-panel p-3 text-sm shadow-lg shadow-black/30"
        >
          <LookFields browse={browse} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function LookFields({ browse }: { readonly browse: Browse }) {
  const { settings } = useServices()
  const all = useSettings((one) => one)
  const layers = useSceneLayers(browse.runId)
  const set = (change: Partial<Settings>) => settings.setState(change)
  return (
    <div className="grid grid-cols-[104px_minmax(0,1fr)] items-center gap-x-2 gap-y-2">
      <Row name="Colour">
        <ColourChoice />
      </Row>
      <Row name="Masks as">
        <DrawChoice />
      </Row>
      <Row name="Objects">
        <Segmented
          label="Palette of objects"
          value={all.palette}
          onChange={(palette) => set({ palette })}
          choices={[
            { value: 'vivid', label: 'Many hues' },
            { value: 'safe', label: 'Colour-safe', title: 'Told apart with every common colour vision deficiency' },
          ]}
        />
      </Row>
      <Row name="Numbers">
        <select
          aria-label="Palette of numbers"
          value={all.ramp}
          onChange={(event) => set({ ramp: rampOf(event.target.value) })}
          className="h-6 rounded-md border border-line2 bg-panel px-1 text-txt"
        >
          {Object.entries(rampWords).map(([value, words]) => (
            <option key={value} value={value}>
              {value === 'cividis' ? `${words} (colour-safe)` : words}
            </option>
          ))}
        </select>
        <span aria-hidden className="ml-2 flex h-2 w-16 overflow-hidden rounded-[2px]">
          {stopsOfRamp(all.ramp).map((stop) => (
            <span key={hexFromColour(stop)} className="flex-1" style={{ background: hexFromColour(stop) }} />
          ))}
        </span>
      </Row>
      <Row name="Opacity">
        <Share label="Opacity of all masks" value={all.opacity} title="All masks (+ and −)" onChange={(opacity) => set({ opacity })} />
      </Row>
      <Row name="of the selection">
        <Share
          label="Opacity of the selection"
          value={all.selectedOpacity}
          title="The selection (alt = and alt −)"
          onChange={(selectedOpacity) => set({ selectedOpacity })}
        />
      </Row>
      {layers.length > 0 && (
        <>
          <Row name="Layer">
            <Segmented
              label="Layer of the scene"
              value={all.sceneLayer !== 'none' && layers.includes(all.sceneLayer) ? all.sceneLayer : 'none'}
              onChange={(sceneLayer) => set({ sceneLayer })}
              choices={[
                { value: 'none', label: 'None', title: 'The picture alone (shift d)' },
                ...layers.map((layer) => ({ value: layer, label: layerWords[layer], testId: `layer-${layer}` })),
              ]}
            />
          </Row>
          <Row name="of the layer">
            <Share
              label="Opacity of the layer"
              value={all.sceneLayerOpacity}
              onChange={(sceneLayerOpacity) => set({ sceneLayerOpacity })}
            />
          </Row>
        </>
      )}
      <span className="col-span-2 mt-1 grid gap-1.5 border-t border-line pt-2.5">
        <Check name="Dim what is not selected" isOn={all.dimOthers} onChange={(dimOthers) => set({ dimOthers })} />
        <Check name="Patterns beside colours, in fills" isOn={all.patterns} onChange={(patterns) => set({ patterns })} />
        <Check name="Legend" isOn={all.showsLegend} onChange={(showsLegend) => set({ showsLegend })} />
        <Check name="Lines between pixels when near" isOn={all.pixelGrid} onChange={(pixelGrid) => set({ pixelGrid })} />
        <Check name="Small map when zoomed in" isOn={all.minimap} onChange={(minimap) => set({ minimap })} />
      </span>
    </div>
  )
}

/** A slider with its value, all of them in line. */
function Share({
  value,
  ...rest
}: {
  readonly label: string
  readonly value: number
  readonly title?: string
  readonly onChange: (value: number) => void
}) {
  return (
    <>
      <Slider {...rest} value={value} min={0.05} isNamed={false} />
      <span className="ml-2.5 text-xs text-mut tabular-nums">{Math.round(value * 100)} %</span>
    </>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <span className="text-mut">{name}</span>
      <span className="flex min-w-0 items-center">{children}</span>
    </>
  )
}

function Check({ name, isOn, onChange }: { readonly name: string; readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }) {
  return (
    <label className="flex min-h-6 items-center gap-2">
      <input type="checkbox" className="accent-[var(--acc)]" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {name}
    </label>
  )
}

function rampOf(value: string): RampName {
  return value === 'cividis' || value === 'magma' || value === 'grey' ? value : 'viridis'
}
