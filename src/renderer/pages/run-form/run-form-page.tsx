// A new run: frames, levels, settings by stage, where to; drawn from the schema that the engine checks it with.
import { Play } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { presets } from '#core/run/run-config'
import { frameIndicesOfSlice } from '#core/scene/frame-slice'
import { useStartAll, useStartRun } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { goTo } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard, wordsOfFault } from '../../ui/fault-card.tsx'
import { FieldFrame, TextInput } from '../../ui/field.tsx'
import { valueAt } from './form-value.ts'
import { LevelChips } from './level-chips.tsx'
import { PathField } from './path-field.tsx'
import { Preflight } from './preflight.tsx'
import { previewWords } from './preview-words.ts'
import { SceneProbe } from './scene-probe.tsx'
import { ScenesField } from './scenes-field.tsx'
import { formGroups } from './schema-fields.ts'
import { SliceField, SliceWords } from './slice-field.tsx'
import { StageSettings } from './stage-settings.tsx'
import { type RunForm, useRunForm } from './use-run-form.ts'

type Props = {
  readonly initialScene: string
  readonly from: string | undefined
  readonly rerunFrom: string | undefined
  readonly settings: string | undefined
  /** Path of the setting to go to at once. */
  readonly focus: string | undefined
}

export function RunFormPage(props: Props) {
  const { view } = useServices()
  const form = useRunForm(props)
  const start = useStartRun()
  const startAll = useStartAll()
  const groups = useMemo(formGroups, [])
  const [refused, setRefused] = useState<readonly Refused[]>([])
  useFocusOnSetting(props.focus)
  const isStarting = start.isPending || startAll.isPending
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    form.setTried(true)
    const requests = form.requestsOf()
    if (!requests || isStarting) return
    if (!form.scenes) return start.mutate(requests[0]!, { onSuccess: ({ runId }) => goTo(view, { page: 'run', runId }) })
    startAll.mutate([...requests], {
      onSuccess: (answers) => {
        const without = answers.flatMap(({ scene, fault }) => (fault ? [{ scene, fault }] : []))
        setRefused(without)
        if (without.length === 0) goTo(view, { page: 'queue' })
      },
    })
  }
  const fault = start.error ?? startAll.error
  return (
    <form
      data-testid="run-form"
      onSubmit={submit}
      noValidate
      aria-label="New run"
      className="mx-auto flex h-full max-w-[1340px] flex-col border-x border-line"
    >
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_440px] max-[1180px]:grid-cols-1 max-[1180px]:overflow-y-auto">
        <div className="min-h-0 border-r border-line min-[1180px]:overflow-y-auto">
          <FormHead form={form} {...props} />
          <Place form={form} />
          {groups.map((group) => (
            <StageSettings
              key={group.id}
              group={group}
              note={group.id === 'report' ? previewWords(form.value, selectedCount(form)) : undefined}
              value={form.value}
              problems={form.problems}
              onChange={form.set}
            />
          ))}
        </div>
        <Preflight requests={form.requestsOf()} />
      </div>
      {fault && <FaultCard fault={fault} />}
      {refused.length > 0 && <RefusedScenes refused={refused} />}
      <footer className="flex shrink-0 items-center gap-3 border-t border-line bg-panel px-6 py-2.5">
        <span className="min-w-0 flex-1 truncate text-sm text-mut">
          {form.hasTried && form.checked.problems.size > 0 ? (
            <span className="text-bad">
              {form.checked.problems.size === 1 ? 'One setting' : `${form.checked.problems.size} settings`} above must be corrected first.
            </span>
          ) : (
            summaryOf(form)
          )}
        </span>
        <Button kind="primary" type="submit" data-testid="run-start" disabled={isStarting}>
          <Play size={14} aria-hidden />
          {isStarting ? 'Starting…' : form.scenes ? `Queue ${form.choice.chosen.length} runs` : 'Start the run'}
        </Button>
      </footer>
    </form>
  )
}

/** Frames the slice selects; undefined while scene or slice are not known. */
function selectedCount({ slice, found }: RunForm): number | undefined {
  return slice && found ? frameIndicesOfSlice(slice, found.frameCount).length : undefined
}

function FormHead({ form, from, rerunFrom }: { readonly form: RunForm } & Props) {
  return (
    <header className="border-b border-line px-6 py-4">
      <h1 className="text-xl font-semibold">New run</h1>
      {from !== undefined && (
        <p className="mt-1 text-mut" data-testid="settings-from" role="status">
          {form.model ? `With the settings of ${form.model.from}.` : 'Reading the settings of that run…'}{' '}
          {rerunFrom !== undefined &&
            `From ${rerunFrom} on, everything is computed anew; what is before it is taken over where nothing changed.`}
        </p>
      )}
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
              checked={preset.id === form.preset?.id}
              onChange={() => form.choosePreset(preset.id)}
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
  )
}

/** What to run on, and where to. */
function Place({ form }: { readonly form: RunForm }) {
  const { value, set, text, problems, found, slice } = form
  return (
    <section aria-label="Scene and output" className="border-b border-line px-6 py-3">
      <FieldFrame
        title="Frames"
        problem={problems.get('scene')}
        hint={form.scenes ? undefined : <SceneProbe path={form.scene} scene={found} fault={form.fault} isAsking={form.isAsking} />}
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
      <ScenesField form={form} />
      <FieldFrame
        title="Slice"
        problem={[...problems].find(([path]) => path.startsWith('frames.'))?.[1]}
        hint={<SliceWords slice={slice} frameCount={found?.frameCount} />}
      >
        {({ id }) => <SliceField id={id} value={value} problems={problems} onChange={set} />}
      </FieldFrame>
      <FieldFrame title="Levels" problem={problems.get('levels')} hint="From 1 (coarse) to 6 (fine). Each level costs about as much again.">
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
              form.setHasOutput(true)
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
  )
}

type Refused = { readonly scene: string; readonly fault: Parameters<typeof wordsOfFault>[0] }

function RefusedScenes({ refused }: { readonly refused: readonly Refused[] }) {
  return (
    <section
      role="alert"
      data-testid="refused-scenes"
      className="max-h-40 overflow-y-auto border-t border-l-2 border-line border-l-bad px-4 py-2 text-sm"
    >
      <p className="font-medium">
        {refused.length} of the scenes could not be queued; the others are in the{' '}
        <a href="#/queue" className="text-acc underline underline-offset-2">
          queue
        </a>
        .
      </p>
      <ul>
        {refused.map(({ scene, fault }) => (
          <li key={scene} className="break-words">
            {scene}: {wordsOfFault(fault).message} <span className="text-mut">{wordsOfFault(fault).remedy}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function summaryOf({ found, scenes, choice, slice, value }: RunForm): string {
  const levels = valueAt(value, 'levels')
  const at = `at ${Array.isArray(levels) ? levels.length : 0} levels`
  if (scenes) return `${choice.chosen.length} scenes ${at}`
  if (!found || !slice) return 'Choose the frames to run on.'
  return `${found.name}: ${frameIndicesOfSlice(slice, found.frameCount).length} frames ${at}`
}

/** Opens the group that holds the setting, and puts the focus into its field. */
function useFocusOnSetting(path: string | undefined): void {
  useEffect(() => {
    if (path === undefined) return
    const field = document.querySelector<HTMLElement>(`[data-setting="${CSS.escape(path)}"]`)
    field?.closest('details')?.setAttribute('open', '')
    field?.scrollIntoView({ block: 'center' })
    field?.querySelector<HTMLElement>('input, select, textarea, button')?.focus()
  }, [path])
}
