// Several scenes in one folder: which of them are to be run.
import { formatCount } from '#core/base/format'
import { FieldFrame, TextInput } from '../../ui/field.tsx'
import type { RunForm } from './use-run-form.ts'

export function ScenesField({ form }: { readonly form: RunForm }) {
  const { scenes, choice, sceneWords, setSceneWords } = form
  if (!scenes) return null
  const frames = choice.chosen.reduce((sum, scene) => sum + scene.frameCount, 0)
  return (
    <FieldFrame
      title="Scenes"
      problem={choice.problem}
      hint={
        <>
          <span className="text-txt" data-testid="chosen-scenes">
            {formatCount(choice.chosen.length)} of {formatCount(scenes.length)} scenes, {formatCount(frames)} frames in all
          </span>{' '}
          · each becomes a run of its own · write all, a,b or first..last
          <ul className="mt-1 max-h-32 overflow-y-auto rounded-md border border-line px-2 py-1" aria-label="Scenes in this folder">
            {scenes.map((scene) => {
              const isChosen = choice.chosen.includes(scene)
              return (
                <li key={scene.path} className={isChosen ? 'text-txt' : 'text-dim'}>
                  {isChosen ? '✓' : '–'} {scene.name} <span className="text-mut">{formatCount(scene.frameCount)} frames</span>
                </li>
              )
            })}
          </ul>
        </>
      }
    >
      {(ids) => (
        <TextInput
          id={ids.id}
          aria-describedby={ids.describedBy}
          aria-invalid={ids.isInvalid}
          data-testid="scenes-choice"
          value={sceneWords}
          onChange={(event) => setSceneWords(event.target.value)}
        />
      )}
    </FieldFrame>
  )
}
