// The draft of the frame in sight: each change is asked at once, and only the newest answer counts.
import { useEffect, useState } from 'react'
import type { Fault } from '#core/base/fault'
import { noteFromError } from '#core/base/fault'
import { useHost } from '../../../host/host.tsx'
import { emptyDraft, type PromptDraft, questionOf, withAnswer } from './prompt-draft.ts'

type Refusal = { readonly steps: PromptDraft['steps']; readonly fault: Pick<Fault, 'code' | 'params'> }

/** `model`: what a person chose to answer; undefined: what the engine takes. */
export function usePromptDraft(runId: string, frameIndex: number, model: string | undefined) {
  const { link } = useHost()
  const [held, setDraft] = useState(() => emptyDraft(frameIndex))
  const [refusal, setRefusal] = useState<Refusal>()
  const [again, setAgain] = useState<{ readonly steps: PromptDraft['steps'] }>()
  // What was said of another frame is not said of this one.
  const draft = held.frameIndex === frameIndex ? held : emptyDraft(frameIndex)
  const change = (by: (draft: PromptDraft) => PromptDraft) =>
    setDraft((before) => by(before.frameIndex === frameIndex ? before : emptyDraft(frameIndex)))
  const { steps } = held
  // biome-ignore lint/correctness/useExhaustiveDependencies: a question is its steps; an answer that came asks nothing
  useEffect(() => {
    const question = questionOf(held)
    if (!question) return
    setRefusal(undefined)
    const leave = new AbortController()
    link
      .ask((call) =>
        call.prompts.mask({ runId, frameIndex: held.frameIndex, model, question, again: again?.steps === steps }, { signal: leave.signal }),
      )
      .then(
        (answer) => setDraft((now) => withAnswer(now, steps, answer)),
        (error: unknown) => leave.signal.aborted || setRefusal({ steps, fault: noteFromError(error) }),
      )
    return () => leave.abort()
  }, [link, runId, steps, held.frameIndex, model, again])
  return {
    draft,
    change,
    fault: refusal?.steps === draft.steps ? refusal.fault : undefined,
    /** The same question once more, also where what answers was lost too often. */
    askAgain: () => setAgain({ steps }),
    isAsking: questionOf(draft) !== undefined && draft.answer?.of !== draft.steps && refusal?.steps !== draft.steps,
  }
}
