// The state of the form: values, what is found at the path, what is wrong, and what would be started.
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { sceneSpecFromText, selectScenes } from '#core/config/scene-selection'
import { applySetting, type Preset, presets } from '#core/run/run-config'
import { FrameSlice, frameIndicesOfSlice } from '#core/scene/frame-slice'
import { type StartRequestInput, useHello, useProbe, useProvenance, useRunList, useScenesIn } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { keepScene } from '../../state/view-store.ts'
import { originsOfForm } from './form-origins.ts'
import { checkValue, type FormValue, valueAt, valueOfPreset, withValue } from './form-value.ts'
import { useSettled } from './use-settled.ts'

type Parts = {
  readonly initialScene: string
  readonly from: string | undefined
  readonly rerunFrom: string | undefined
  /** Changed at once: `path=value;…`. */
  readonly settings: string | undefined
}

export function useRunForm({ initialScene, from, rerunFrom, settings }: Parts) {
  const { view } = useServices()
  const hello = useHello().data
  const [preset, setPreset] = useState<Preset | undefined>(from === undefined ? presets[0] : undefined)
  const [value, setValue] = useState<FormValue>(() => valueOfPreset(presets[0]!, { scene: initialScene, output: '', name: '' }))
  const [hasTried, setTried] = useState(false)
  const [sceneWords, setSceneWords] = useState('all')
  const set = (path: string, next: unknown) => setValue((now) => withValue(now, path, next))
  const text = (path: string) => String(valueAt(value, path) ?? '')
  const scene = text('scene').trim()
  // The output folder is the engine's until a person writes another.
  const [hasOutput, setHasOutput] = useState(false)
  useEffect(() => {
    if (!hasOutput && hello) setValue((now) => withValue(now, 'output', hello.defaultOutput))
  }, [hello, hasOutput])
  const model = useModelRun(from, (taken) => {
    setHasOutput(true)
    setValue(withSettings(taken, settings))
  })
  useEffect(() => keepScene(view, scene), [view, scene])
  const settled = useSettled(scene, 350)
  const probe = useProbe(settled)
  const found = settled === scene ? probe.data : undefined
  const fault = settled === scene ? (probe.error ?? undefined) : undefined
  // No frames there: then it may be a folder that holds scenes.
  const several = useScenesIn(settled, settled === scene && fault !== undefined)
  const scenes = settled === scene && fault && several.data && several.data.scenes.length > 0 ? several.data.scenes : undefined
  const choice = useMemo(() => chosenScenes(scenes, sceneWords), [scenes, sceneWords])
  const checked = useDeferredValue(useMemo(() => checkValue({ ...value, scene }), [value, scene]))
  // Empty fields are not shouted at before the first try; what was typed wrong is.
  const problems = useMemo(
    () => new Map([...checked.problems].filter(([path]) => hasTried || !['scene', 'output'].includes(path))),
    [checked, hasTried],
  )
  const slice = FrameSlice.safeParse(valueAt(value, 'frames')).data
  const isEmptySlice = found !== undefined && slice !== undefined && frameIndicesOfSlice(slice, found.frameCount).length === 0
  /** undefined while something is wrong. One for each scene; several take their names from their scenes. */
  const requestsOf = (): readonly StartRequestInput[] | undefined => {
    const { config } = checkValue({ ...value, scene })
    if (!config || isEmptySlice || (scenes && choice.problem !== undefined)) return undefined
    const origins = originsOfForm(value, preset, model)
    const shared = { ...config, origins, ...(rerunFrom === undefined ? {} : { rerunFrom }) }
    if (!scenes) return [shared]
    return choice.chosen.map((one) => ({
      ...shared,
      scene: one.path,
      name: config.name === '' ? '' : `${config.name} ${one.name}`.slice(0, 120),
    }))
  }
  return {
    value,
    set,
    text,
    scene,
    found,
    fault: scenes ? undefined : fault,
    isAsking: settled !== scene || probe.isFetching || several.isFetching,
    scenes,
    sceneWords,
    setSceneWords,
    choice,
    slice,
    checked,
    problems,
    hasTried,
    setTried,
    setHasOutput,
    preset,
    model,
    choosePreset: (id: string) => {
      const next = presets.find((one) => one.id === id)
      if (!next) return
      setPreset(next)
      setValue((now) => ({
        ...valueOfPreset(next, { scene: text('scene'), output: text('output'), name: text('name') }),
        frames: now.frames,
      }))
    },
    requestsOf,
  }
}
export type RunForm = ReturnType<typeof useRunForm>

/** What is not of the form `path=value` is left out: a link never breaks the form, and what came of it is there to be seen. */
export function withSettings(value: FormValue, text: string | undefined): FormValue {
  const changed: Record<string, unknown> = structuredClone(value)
  for (const setting of (text ?? '').split(';')) if (setting !== '') applySetting(changed, setting)
  return changed
}

/** Takes the settings of another run over, once. */
function useModelRun(from: string | undefined, take: (value: FormValue) => void) {
  const answer = useProvenance(from ?? '', from !== undefined)
  const name = useRunList().data?.find((run) => run.id === from)?.name
  const [taken, setTaken] = useState<FormValue | undefined>(undefined)
  const configuration = answer.data?.configuration
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken over once, whatever is typed afterwards
  useEffect(() => {
    if (!configuration || taken) return
    setTaken(configuration)
    take(configuration)
  }, [configuration, taken])
  const model = useMemo(() => (taken && from !== undefined ? { value: taken, from: name ?? from } : undefined), [taken, name, from])
  return model
}

type FoundScene = { readonly name: string; readonly path: string; readonly frameCount: number }

/** `all`, `a,b` or `from..to` against the scenes that are there. */
export function chosenScenes(
  scenes: readonly FoundScene[] | undefined,
  words: string,
): { readonly chosen: readonly FoundScene[]; readonly problem?: string } {
  if (!scenes) return { chosen: [] }
  const spec = sceneSpecFromText(words.trim() === '' ? 'all' : words)
  if (!spec) return { chosen: [], problem: 'Write all, names with commas between them, or first..last.' }
  const { names, problem } = selectScenes(
    scenes.map(({ name }) => name),
    { names: spec.names ?? 'all', from: spec.from ?? '', to: spec.to ?? '' },
  )
  if (!names) return { chosen: [], problem }
  return { chosen: names.map((name) => scenes.find((scene) => scene.name === name)!) }
}
