// Thresholds for score, area and stability: histograms of what is there, each over a slider with two ends.
import { Slider as Radix } from 'radix-ui'
import { useMemo } from 'react'
import { formatCount } from '#core/base/format'
import { useServices, useSettings } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { Button } from '../../../ui/button.tsx'
import { PanelHead } from '../../../ui/panel.tsx'
import type { Browse } from '../use-browse.ts'
import {
  boundsInFilter,
  filterWithBounds,
  type Quantity,
  type Spread,
  spreadOf,
  stepCount,
  stepOfValue,
  valueAtStep,
} from './threshold-words.ts'

const quantities = ['score', 'area', 'stability'] as const
const titles: Readonly<Record<Quantity, string>> = { score: 'Score', area: 'Area', stability: 'Stability' }
const binCount = 25

export function ThresholdSliders({ browse }: { readonly browse: Browse }) {
  const { view, settings } = useServices()
  const isOpen = useSettings((all) => all.showsThresholds)
  const { objects, shownLevels } = browse
  const spreads = useMemo(() => {
    const shown = objects.filter((one) => shownLevels.includes(one.level))
    return quantities.map((quantity) => {
      const values = shown.flatMap((one) => one[quantity] ?? [])
      return [quantity, spreadOf(quantity, values, binCount)] as const
    })
  }, [objects, shownLevels])
  const worthIt = spreads.filter(([, { count, low, high }]) => count > 1 && high > low)
  const text = browse.view.filter
  const cleared = quantities.reduce((words, one) => filterWithBounds(words, one, { least: undefined, most: undefined }), text)
  const isSet = quantities.some((one) => Object.values(boundsInFilter(text, one)).some((bound) => bound !== undefined))
  if (worthIt.length === 0) return null
  return (
    <section aria-label="Thresholds" className="shrink-0 border-t border-line">
      <PanelHead title="Thresholds" className={isOpen ? 'border-b-0' : ''}>
        {isSet && (
          <Button size="s" kind="bare" onClick={() => look(view, { filter: cleared })} title="Let all of them through again">
            Reset
          </Button>
        )}
        <Button size="s" kind="bare" aria-expanded={isOpen} onClick={() => settings.setState({ showsThresholds: !isOpen })}>
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      </PanelHead>
      {isOpen && worthIt.map(([quantity, spread]) => <RangeRow key={quantity} text={text} quantity={quantity} spread={spread} />)}
    </section>
  )
}

function RangeRow({ text, quantity, spread }: { readonly text: string; readonly quantity: Quantity; readonly spread: Spread }) {
  const { view } = useServices()
  const { low, high, bins } = spread
  const bounds = boundsInFilter(text, quantity)
  const [from, to] = [bounds.least ?? low, bounds.most ?? high]
  const steps = [Math.round(stepOfValue(quantity, from, low, high)), Math.round(stepOfValue(quantity, to, low, high))] as const
  const most = Math.max(1, ...bins)
  const change = ([first = 0, last = stepCount]: readonly number[]) => {
    // An end that did not move keeps the number that a person may have typed.
    const least = first === steps[0] ? bounds.least : first === 0 ? undefined : valueAtStep(quantity, first, low, high)
    const upper = last === steps[1] ? bounds.most : last === stepCount ? undefined : valueAtStep(quantity, last, low, high)
    look(view, { filter: filterWithBounds(text, quantity, { least, most: upper }) })
  }
  const words = (value: number) => (quantity === 'area' ? `${formatCount(value)} px` : value.toFixed(2))
  return (
    <div data-testid={`threshold-${quantity}`} className="px-3 pb-2 text-xs text-mut">
      <p className="flex justify-between">
        <span>{titles[quantity]}</span>
        <span>
          {words(from)} – {words(to)}
        </span>
      </p>
      <div aria-hidden className="mx-[5px] flex h-5 items-end gap-px">
        {bins.map((count, bin) => {
          const isIn = ((bin + 1) / binCount) * stepCount > steps[0] && (bin / binCount) * stepCount < steps[1]
          return (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
              key={bin}
              className={isIn ? 'flex-1 bg-mut' : 'flex-1 bg-line2'}
              style={{ height: `${count > 0 ? Math.max(8, (count / most) * 100) : 0}%` }}
            />
          )
        })}
      </div>
      <Radix.Root
        className="relative flex h-3.5 items-center"
        value={[...steps]}
        min={0}
        max={stepCount}
        step={1}
        minStepsBetweenThumbs={0}
        onValueChange={change}
      >
        <Radix.Track className="relative h-[3px] grow rounded-sm bg-line2">
          <Radix.Range className="absolute h-full rounded-sm bg-mut" />
        </Radix.Track>
        <Radix.Thumb aria-label={`Least ${quantity}`} aria-valuetext={words(from)} className="block size-2.5 rounded-full bg-txt" />
        <Radix.Thumb aria-label={`Most ${quantity}`} aria-valuetext={words(to)} className="block size-2.5 rounded-full bg-txt" />
      </Radix.Root>
    </div>
  )
}
