// A new run: frames, levels, settings by stage, where to; drawn from the schema that the engine checks it with.
import { Play } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { presets } from '#core/run/run-config'
import { FrameSlice, frameIndicesOfSlice } from '#core/scene/frame-slice'
import { useHello, useProbe, useStartRun } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { goTo, keepScene } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { FieldFrame, TextInput } from '../../ui/field.tsx'
import { checkValue, type FormValue, valueAt, valueOfPreset, withValue } from './form-value.ts'
import { LevelChips } from './level-chips.tsx'
import { PathField } from './path-field.tsx'
import { SceneProbe } from './scene-probe.tsx'
import { stageGroups } from './schema-fields.ts'
import { SliceField, SliceWords } from './slice-field.tsx'
import { StageSettings } from './stage-settings.tsx'
import { useSettled } from './use-settled.ts'

export function RunFormPage({ initialScene }: { readonly initialScene: string }) {
  const { view } = useServices()
  const hello = useHello().data
  const start = useStartRun()
  const [presetId, setPreset] = useState(presets[0]?.id)
  const [value, setValue] = useState<FormValue>(() => valueOfPreset(presets[0]!, { scene: initialScene, output: '', name: '' }))
  const [hasTried, setTried] = useState(false)
  const groups = useMemo(stageGroups, [])
  const set = (path: string, next: unknown) => setValue((now) => withValue(now, path, next))
  const text = (path: string) => String(valueAt(value, path) ?? '')
  const scene = text('scene').trim()
  // The output folder is the engine's until a person writes another.
  const [hasOutput, setHasOutput] = useState(false)
  useEffect(() => {
    if (!hasOutput && hello) setValue((now) => withValue(now, 'output', hello.defaultOutput))
  }, [hello, hasOutput])
  useEffect(() => keepScene(view, scene), [view, scene])
  const settled = useSettled(scene, 350)
  const probe = useProbe(settled)
  const found = settled === scene ? probe.data : undefined
  const checked = useDeferredValue(useMemo(() => checkValue({ ...value, scene }), [value, scene]))
  // Empty fields are not shouted at before the first try; what was typed wrong is.
  const problems = useMemo(
    () => new Map([...checked.problems].filter(([path]) => hasTried || !['scene', 'output'].includes(path))),
    [checked, hasTried],
  )
  const slice = FrameSlice.safeParse(valueAt(value, 'frames')).data
  const isEmptySlice = found !== undefined && slice !== undefined && frameIndicesOfSlice(slice, found.frameCount).length === 0
  const choose = (id: string) => {
    const preset = presets.find((one) => one.id === id)
    if (!preset) return
    setPreset(id)
    setValue((now) => ({
      ...valueOfPreset(preset, { scene: text('scene'), output: text('output'), name: text('name') }),
      frames: now.frames,
    }))
  }
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    setTried(true)
    const { config } = checkValue({ ...value, scene })
    if (!config || isEmptySlice) return
    start.mutate(config, { onSuccess: ({ runId }) => goTo(view, { page: 'run', runId }) })
  }
  return (
    <form
      data-testid="run-form"
      onSubmit={submit}
      noValidate
      aria-label="New run"
      className="mx-auto flex h-full max-w-[900px] flex-col border-x border-line"
    >
      <div className="min-h-0 flex-1 overflow-y-auto">
        <header className="border-b border-line px-6 py-4">
          <h1 className="text-xl font-semibold">New run</h1>
          <div className="mt-3 grid grid-cols-3 gap-2 max-[760px]:grid-cols-1" role="radiogroup" aria-label="Preset">
            {presets.map((preset) => (
              <label
                key={preset.id}
                className="flex cursor-default items-start gap-2.5 rounded-md border border-line2 px-3 py-2 has-checked:border-acc has-checked:bg-[color-mix(in_srgb,var(--acc)_8%,transparent)] has-focus-visible:outline-2 has-focus-visible:outline-acc"
              >
                <input
                  type="radio"
                  name="preset"
                  className="mt-[3px] accent-[var(--acc)] outline-none"
                  checked={preset.id === presetId}
                  onChange={() => choose(preset.id)}
                  data-testid={`preset-${preset.id}`}
                />
                <span>
                  <span className="block font-medium">{preset.title}</span>
                  <span className="block text-sm text-mut">{preset.description}</span>
                </span>
              </label>
            ))}
          </div>
        </header>
        <section aria-label="Scene and output" className="border-b border-line px-6 py-3">
          <FieldFrame
            title="Frames"
            problem={problems.get('scene')}
            hint={
              <SceneProbe
                path={scene}
                scene={found}
                fault={settled === scene ? (probe.error ?? undefined) : undefined}
                isAsking={settled !== scene || probe.isFetching}
              />
            }
          >
            {(ids) => (
              <PathField
                {...ids}
                title="Frames"
                wish="frames"
                testId="scene-path"
                placeholder="/path/on/the/machine/that/computes"
                value={text('scene')}
                onChange={(next) => set('scene', next)}
              />
            )}
          </FieldFrame>
          <FieldFrame
            title="Slice"
            problem={[...problems].find(([path]) => path.startsWith('frames.'))?.[1]}
            hint={<SliceWords slice={slice} frameCount={found?.frameCount} />}
          >
            {({ id }) => <SliceField id={id} value={value} problems={problems} onChange={set} />}
          </FieldFrame>
          <FieldFrame
            title="Levels"
            problem={problems.get('levels')}
            hint="From 1 (coarse) to 6 (fine). Each level costs about as much again."
          >
            {({ id }) => <LevelChips id={id} levels={valueAt(value, 'levels')} onChange={(next) => set('levels', next)} />}
          </FieldFrame>
          <FieldFrame title="Output folder" problem={problems.get('output')} hint="The run gets a folder of its own inside.">
            {(ids) => (
              <PathField
                {...ids}
                title="Output folder"
                wish="folder"
                testId="output-path"
                value={text('output')}
                onChange={(next) => {
                  setHasOutput(true)
                  set('output', next)
                }}
              />
            )}
          </FieldFrame>
          <FieldFrame title="Name" problem={problems.get('name')} hint="Shown in lists; empty means the name of the scene.">
            {({ id, describedBy, isInvalid }) => (
              <TextInput
                id={id}
                data-testid="run-name"
                aria-describedby={describedBy}
                aria-invalid={isInvalid}
                placeholder={found?.name}
                value={text('name')}
                onChange={(event) => set('name', event.target.value)}
              />
            )}
          </FieldFrame>
        </section>
        {groups.map((group) => (
          <StageSettings key={group.id} group={group} value={value} problems={problems} onChange={set} />
        ))}
      </div>
      {start.error && <FaultCard fault={start.error} />}
      <footer className="flex shrink-0 items-center gap-3 border-t border-line bg-panel px-6 py-2.5">
        <span className="min-w-0 flex-1 truncate text-sm text-mut">
          {hasTried && checked.problems.size > 0 ? (
            <span className="text-bad">
              {checked.problems.size === 1 ? 'One setting' : `${checked.problems.size} settings`} above must be corrected first.
            </span>
          ) : (
            summaryOf(found?.name, found && slice && frameIndicesOfSlice(slice, found.frameCount).length, valueAt(value, 'levels'))
          )}
        </span>
        <Button kind="primary" type="submit" data-testid="run-start" disabled={start.isPending}>
          <Play size={14} aria-hidden />
          {start.isPending ? 'Starting…' : 'Start the run'}
        </Button>
      </footer>
    </form>
  )
}

function summaryOf(name: string | undefined, frames: number | undefined, levels: unknown): string {
  if (name === undefined || frames === undefined) return 'Choose the frames to run on.'
  return `${name}: ${frames} frames at ${Array.isArray(levels) ? levels.length : 0} levels`
}
